#ifndef NEPTUNE_STORAGE_GIT_REF_HPP
#define NEPTUNE_STORAGE_GIT_REF_HPP

// A gitRef is written once and read whole, so it is stored as one JSON text.

#include <neptune/wire/attributes.hpp>
#include <neptune/wire/codec.hpp>

#include <string>
#include <string_view>

namespace neptune::storage {

[[nodiscard]] inline std::string git_ref_to_text(const wire::GitRefValue& git) {
    wire::Json json{{"commitId", git.commit_id},          {"message", git.message},
                    {"authorName", git.author_name},      {"authorEmail", git.author_email},
                    {"commitDate", git.commit_date_ms},   {"dirty", git.dirty},
                    {"remotes", git.remotes}};
    if (git.branch) json["branch"] = *git.branch;
    return wire::to_text(json);
}

/// Errors: throws wire::DecodeError for anything but the text made above.
[[nodiscard]] inline wire::GitRefValue git_ref_from_text(std::string_view text) {
    const auto json = wire::parse_json(text, "gitRef");
    const auto member = [&json]<class T>(const char* name, T& target) {
        target = wire::decode<T>(json.at(name), name);
    };
    wire::GitRefValue git;
    member("commitId", git.commit_id);
    member("message", git.message);
    member("authorName", git.author_name);
    member("authorEmail", git.author_email);
    member("commitDate", git.commit_date_ms);
    member("dirty", git.dirty);
    member("remotes", git.remotes);
    if (json.contains("branch")) git.branch = wire::decode<std::string>(json["branch"], "branch");
    return git;
}

}  // namespace neptune::storage

#endif
