#ifndef NEPTUNE_STORAGE_DISK_USAGE_HPP
#define NEPTUNE_STORAGE_DISK_USAGE_HPP

#include <neptune/core/files.hpp>
#include <neptune/storage/store.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

namespace neptune::storage {

/// What the files below a data directory take, and what is free beside them. Looks at every file.
/// Errors: StoreError if the directory cannot be read.
[[nodiscard]] inline DiskSpace measure_disk(const std::string& directory) {
    try {
        DiskSpace space;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
            // Another thread may have removed the file since.
            std::error_code gone;
            if (!entry.is_regular_file(gone)) continue;
            const auto size = entry.file_size(gone);
            if (!gone) space.used += static_cast<std::int64_t>(size);
        }
        space.available = static_cast<std::int64_t>(core::disk_space(directory).available);
        return space;
    } catch (const std::system_error& error) {
        throw StoreError(std::string("storage: ") + error.what(), true);
    }
}

}  // namespace neptune::storage

#endif
