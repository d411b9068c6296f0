#ifndef NEPTUNE_CLIENT_MONITORING_SOURCE_CODE_HPP
#define NEPTUNE_CLIENT_MONITORING_SOURCE_CODE_HPP

// Which files are the source of a run, and what its entry point is called.

#include <neptune/core/glob.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace neptune::client {

/// What a run records about its source.
struct SourceCode {
    std::string entrypoint;          ///< empty: not known
    std::vector<std::string> files;  ///< absolute paths and globs; empty: nothing is uploaded
};

/// `caller`: the file that opened the run, as its compiler was given it; it need not exist on this
/// machine, then only its name is known. `given`: the option `source_files`; with files in it the
/// entry point is named from what they have in common. Source: the Python client, for which the
/// caller is the executed script.
[[nodiscard]] inline SourceCode find_source_code(
    const std::string& caller, const std::optional<std::vector<std::string>>& given,
    const std::string& working_directory) {
    SourceCode result;
    const auto path = caller.empty() ? caller : core::absolute_path(caller, working_directory);
    result.entrypoint = path.substr(path.rfind('/') + 1);
    if (!given) {
        if (!path.empty() && ::access(path.c_str(), R_OK) == 0) result.files = {path};
        return result;
    }
    for (const auto& pattern : *given)
        result.files.push_back(core::absolute_path(pattern, working_directory));
    const auto files = core::expand_globs(result.files);
    if (!files.empty() && !path.empty() && ::access(path.c_str(), F_OK) == 0)
        result.entrypoint = std::filesystem::path(path)
                                .lexically_relative(core::common_root(files, working_directory))
                                .generic_string();
    return result;
}

}  // namespace neptune::client

#endif
