#ifndef NEPTUNE_TESTS_SUPPORT_TEMP_DIRECTORY_HPP
#define NEPTUNE_TESTS_SUPPORT_TEMP_DIRECTORY_HPP

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <string>

namespace support {

/// A directory for one test, removed at the end.
struct TempDirectory {
    TempDirectory() = default;
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    ~TempDirectory() { neptune::core::remove_tree(path); }
    std::string path = neptune::core::make_temp_directory("neptune-test-");
};

}  // namespace support

#endif
