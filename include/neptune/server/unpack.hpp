#ifndef NEPTUNE_SERVER_UNPACK_HPP
#define NEPTUNE_SERVER_UNPACK_HPP

// From an uploaded archive to the files in it. Nothing of an archive that is refused stays.

#include <neptune/core/inflate.hpp>
#include <neptune/core/tar_reader.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/storage/file_store.hpp>
#include <neptune/wire/files.hpp>
#include <neptune/wire/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::server {

namespace detail {

/// A path for a message, which would end at a NUL.
[[nodiscard]] inline std::string shown(std::string path) {
    for (char& c : path)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    return in_quotes(path);
}

}  // namespace detail

/// The files of a tar archive compressed by gzip. Directories are left out: a set has none of its
/// own. Errors: core::ArchiveError for damage, for a member that is neither file nor directory, for
/// a path that a set cannot have, and beyond the limits of a set; storage::StoreError.
[[nodiscard]] inline std::vector<storage::NewFile> unpack(const storage::IncomingContent& packed,
                                                          storage::FileStore& store) {
    std::vector<storage::NewFile> files;
    std::uint64_t bytes = 0, unpacked = 0;
    core::TarReader::Functions functions;
    functions.begin = [&](const core::TarMember& member) {
        const auto path = wire::normalize_file_path(member.name);
        if (member.type == core::TarMember::Type::directory) return;
        if (member.type == core::TarMember::Type::other)
            throw core::ArchiveError(detail::shown(path) + " is a link or a device, not a file");
        if (const auto problem = wire::file_path_problem(path))
            throw core::ArchiveError("the path " + detail::shown(path) + " " + *problem);
        constexpr auto most = static_cast<std::uint64_t>(wire::limits::archive_bytes);
        if (member.size > most || (bytes += member.size) > most)
            throw core::ArchiveError("it holds more than " + std::to_string(most) +
                                     " bytes (limit archive_bytes)");
        if (files.size() >= static_cast<std::size_t>(wire::limits::archive_files))
            throw core::ArchiveError("it holds more than " +
                                     std::to_string(wire::limits::archive_files) +
                                     " files (limit archive_files)");
        files.push_back({path, store.receive()});
    };
    functions.content = [&](std::string_view piece) { files.back().content->write(piece); };
    functions.end = [&] { files.back().content->complete(); };
    core::TarReader tar(std::move(functions));

    std::uint64_t offset = 0;
    std::vector<char> buffer(std::size_t{64} << 10);
    core::gunzip(
        [&] {
            const std::size_t size = packed.read(offset, buffer.data(), buffer.size());
            offset += size;
            return std::string_view(buffer.data(), size);
        },
        [&](std::string_view piece) {
            // Headers, padding and whatever else the archive is blown up with count too.
            if ((unpacked += piece.size()) >
                2 * static_cast<std::uint64_t>(wire::limits::archive_bytes))
                throw core::ArchiveError("it unpacks to more than twice the limit archive_bytes");
            tar.feed(piece);
        });
    tar.finish();
    return files;
}

}  // namespace neptune::server

#endif
