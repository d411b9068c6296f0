#ifndef NEPTUNE_TESTS_SUPPORT_STORED_FILES_HPP
#define NEPTUNE_TESTS_SUPPORT_STORED_FILES_HPP

// Files on the disk, and what the server has of them.

#include "support/temp_directory.hpp"

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>
#include <neptune/run.hpp>

#include <cstddef>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

namespace support {

inline void write_file(const std::string& path, std::string_view content) {
    neptune::core::make_directories(path.substr(0, path.rfind('/')));
    std::ofstream(path, std::ios::binary) << content;
}

inline std::string numbered_bytes(std::size_t size) {
    std::string bytes;
    for (int i = 0; bytes.size() < size; ++i) bytes += std::to_string(i) + ",";
    bytes.resize(size);
    return bytes;
}

/// What the server has at a field, downloaded.
template <class Handle>
std::string downloaded(const Handle& handle) {
    const TempDirectory directory;
    handle.download(directory.path + "/file");
    return neptune::core::read_file(directory.path + "/file").value();
}

/// Paths of all files of a set.
template <class Handle>
std::set<std::string> names_in(const Handle& set, const std::string& folder = "") {
    std::set<std::string> names;
    for (const auto& entry : set.list_fileset_files(folder)) {
        const auto path = folder.empty() ? entry.name : folder + "/" + entry.name;
        if (entry.file_type == neptune::FileType::directory)
            names.merge(names_in(set, path));
        else
            names.insert(path);
    }
    return names;
}

}  // namespace support

#endif
