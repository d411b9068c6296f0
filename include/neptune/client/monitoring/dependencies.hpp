#ifndef NEPTUNE_CLIENT_MONITORING_DEPENDENCIES_HPP
#define NEPTUNE_CLIENT_MONITORING_DEPENDENCIES_HPP

// What a C++ program depends on, as far as it knows itself: how it was built, and the shared
// libraries that it has loaded.

#include <algorithm>
#include <string>
#include <vector>

#if defined(__linux__)
#include <link.h>
#endif

namespace neptune::client {

/// Paths of the shared libraries of this process, sorted; empty where the system cannot tell.
[[nodiscard]] inline std::vector<std::string> loaded_libraries() {
    std::vector<std::string> paths;
#if defined(__linux__)
    ::dl_iterate_phdr(
        [](::dl_phdr_info* info, ::size_t, void* result) {
            // The program itself has no name, the kernel's own library no path.
            const std::string path = info->dlpi_name != nullptr ? info->dlpi_name : "";
            if (path.find('/') != std::string::npos)
                static_cast<std::vector<std::string>*>(result)->push_back(path);
            return 0;
        },
        &paths);
    std::sort(paths.begin(), paths.end());
#endif
    return paths;
}

/// Lines "name: value" about the file of the program that includes <neptune/neptune.hpp>, and
/// "library: path".
[[nodiscard]] inline std::string infer_dependencies() {
    std::string text;
    const auto add = [&text](const char* name, const std::string& value) {
        text.append(name).append(": ").append(value).append("\n");
    };
#if defined(__clang__)
    add("compiler", "clang " __clang_version__);
#elif defined(__GNUC__)
    add("compiler", "gcc " __VERSION__);
#else
    add("compiler", "unknown");
#endif
    add("standard", "C++ " + std::to_string(__cplusplus));
#if defined(_GLIBCXX_RELEASE)
    add("standard library", "libstdc++ " + std::to_string(_GLIBCXX_RELEASE));
#elif defined(_LIBCPP_VERSION)
    add("standard library", "libc++ " + std::to_string(_LIBCPP_VERSION));
#endif
#if defined(__OPTIMIZE__)
    add("build", "optimized");
#else
    add("build", "not optimized");
#endif
#if defined(NDEBUG)
    add("macro", "NDEBUG");
#endif
#if defined(__FAST_MATH__)
    add("macro", "__FAST_MATH__");
#endif
#if defined(_OPENMP)
    add("macro", "_OPENMP=" + std::to_string(_OPENMP));
#endif
#if defined(__SANITIZE_ADDRESS__)
    add("macro", "__SANITIZE_ADDRESS__");
#endif
#if defined(__SANITIZE_THREAD__)
    add("macro", "__SANITIZE_THREAD__");
#endif
#if defined(__AVX2__)
    add("macro", "__AVX2__");
#endif
#if defined(__AVX512F__)
    add("macro", "__AVX512F__");
#endif
    for (const auto& path : loaded_libraries()) add("library", path);
    return text;
}

}  // namespace neptune::client

#endif
