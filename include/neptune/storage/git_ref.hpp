#ifndef NEPTUNE_STORAGE_GIT_REF_HPP
#define NEPTUNE_STORAGE_GIT_REF_HPP

// A gitRef is written once and read whole, so it is stored as one JSON text.

#include <neptune/storage/store.hpp>
#include <neptune/wire/attributes.hpp>
#include <neptune/wire/codec.hpp>

#include <string>
#include <string_view>

namespace neptune::storage {

[[nodiscard]] inline std::string git_ref_to_text(const wire::GitRefValue& git) {
    wire::Json json{{"commitId", git.commit_id},
                    {"message", git.message},
                    {"authorName", git.author_name},
                    {"authorEmail", git.author_email},
                    {"commitDate", git.commit_date_ms},
                    {"dirty", git.dirty},
                    {"remotes", git.remotes}};
    if (git.branch) json["branch"] = *git.branch;
    return wire::to_text(json);
}

/// Errors: throws StoreError for anything but a text made above.
[[nodiscard]] inline wire::GitRefValue git_ref_from_text(std::string_view text) {
    try {
        const auto json = wire::parse_json(text, "gitRef");
        const auto read = [&json]<class T>(const char* name, T& member) {
            member = wire::decode<T>(json.contains(name) ? json[name] : wire::Json(), name);
        };
        wire::GitRefValue git;
        read("commitId", git.commit_id);
        read("message", git.message);
        read("authorName", git.author_name);
        read("authorEmail", git.author_email);
        read("commitDate", git.commit_date_ms);
        read("dirty", git.dirty);
        read("remotes", git.remotes);
        if (json.contains("branch")) read("branch", git.branch.emplace());
        return git;
    } catch (const wire::DecodeError& error) {
        throw StoreError(std::string("storage: a stored gitRef is damaged: ") + error.what(),
                         false);
    }
}

}  // namespace neptune::storage

#endif
