#ifndef NEPTUNE_SERVER_FILE_SET_ZIP_HPP
#define NEPTUNE_SERVER_FILE_SET_ZIP_HPP

// A file set as one zip archive, made while it is sent.

#include <neptune/core/zip.hpp>
#include <neptune/http/message.hpp>
#include <neptune/storage/file_store.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::server {

/// Entries of the archive: `/`, every folder before what is in it, and the files. `index` of each
/// file in `files` by its place among the entries.
struct ZipContents {
    std::vector<core::ZipEntry> entries;
    std::vector<std::size_t> index;

    /// `files` are in the order of their paths.
    explicit ZipContents(const std::vector<storage::FileInSet>& files) {
        add({"/", 0, 0, files.empty() ? 0 : files.front().mtime}, 0);
        // Entries of folders may be missing from an archive; without end, the names of deep ones
        // would take far more memory than those of the files.
        constexpr std::size_t most_folder_bytes = std::size_t{16} << 20;
        std::size_t folder_bytes = 0;
        std::string_view before;
        for (std::size_t i = 0; i < files.size(); ++i) {
            const std::string_view path = files[i].path;
            for (auto slash = path.find('/'); slash != std::string_view::npos;
                 slash = path.find('/', slash + 1))
                if (const auto folder = path.substr(0, slash + 1);
                    before.substr(0, folder.size()) != folder &&
                    (folder_bytes += folder.size()) <= most_folder_bytes)
                    add({std::string(folder), 0, 0, files[i].mtime}, i);
            add({files[i].path, static_cast<std::uint64_t>(files[i].size), files[i].crc32,
                 files[i].mtime},
                i);
            before = path;
        }
    }

private:
    void add(core::ZipEntry entry, std::size_t file) {
        entries.push_back(std::move(entry));
        index.push_back(file);
    }
};

/// Lifetime: `store` outlives the result. Errors of reading: storage::StoreError if a file of the
/// set was removed meanwhile.
[[nodiscard]] inline http::BodySource zip_of(std::vector<storage::FileInSet> files,
                                             storage::FileStore& store) {
    struct Archive {
        Archive(std::vector<storage::FileInSet> files_, ZipContents contents)
            : files(std::move(files_)),
              layout(std::move(contents.entries)),
              index(std::move(contents.index)) {}
        std::vector<storage::FileInSet> files;
        core::ZipLayout layout;
        std::vector<std::size_t> index;
        // The file that is being sent.
        std::size_t open = SIZE_MAX;
        http::BodySource content{};
    };
    ZipContents contents(files);
    auto archive = std::make_shared<Archive>(std::move(files), std::move(contents));
    const std::uint64_t size = archive->layout.size();
    return {size, [archive, &store](std::uint64_t offset, char* buffer, std::size_t most) {
                return archive->layout.read(
                    offset, buffer, most,
                    [&](std::size_t entry, std::uint64_t from, char* to, std::size_t count) {
                        if (archive->open != entry) {
                            archive->content =
                                store.open_content(archive->files[archive->index[entry]]);
                            archive->open = entry;
                        }
                        return archive->content.read(from, to, count);
                    });
            }};
}

}  // namespace neptune::server

#endif
