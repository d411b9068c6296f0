#ifndef NEPTUNE_CORE_TAR_READER_HPP
#define NEPTUNE_CORE_TAR_READER_HPP

// Reads a tar archive (ustar, pax, long names of GNU tar) in pieces. Names are given as they are
// written: whoever uses them must check them.

#include <neptune/core/inflate.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace neptune::core {

/// A member of an archive. Units: `mtime` in seconds since the Unix epoch.
struct TarMember {
    enum class Type { file, directory, other };
    std::string name;
    Type type = Type::file;
    std::uint64_t size = 0;
    std::int64_t mtime = 0;
};

/// Errors: ArchiveError, and what the functions throw. Headers are read whole, contents are not.
class TarReader {
public:
    struct Functions {
        std::function<void(const TarMember&)> begin;
        std::function<void(std::string_view)> content;
        std::function<void()> end;
    };
    explicit TarReader(Functions functions) : functions_(std::move(functions)) {}

    /// The next bytes of the archive; how they are cut into calls does not matter.
    void feed(std::string_view bytes) {
        while (!bytes.empty()) {
            if (content_left_ > 0)
                take_content(bytes);
            else if (padding_left_ > 0)
                bytes.remove_prefix(skip(bytes.size()));
            else
                take_header(bytes);
        }
    }
    /// After the last byte.
    void finish() const {
        if (content_left_ > 0 || !header_.empty()) throw ArchiveError("the tar archive is cut off");
    }

private:
    static constexpr std::size_t block_bytes = 512;
    // Of one pax header or long name; a path takes 4 KiB at most.
    static constexpr std::uint64_t longest_extension = 1 << 20;
    enum class Content { file, skipped, pax, long_name };

    std::size_t skip(std::size_t most) {
        const auto part = static_cast<std::size_t>((std::min)(std::uint64_t{most}, padding_left_));
        padding_left_ -= part;
        return part;
    }

    void take_content(std::string_view& bytes) {
        const auto part = bytes.substr(
            0, static_cast<std::size_t>((std::min)(std::uint64_t{bytes.size()}, content_left_)));
        if (kind_ == Content::file) functions_.content(part);
        if (kind_ == Content::pax || kind_ == Content::long_name) extension_.append(part);
        content_left_ -= part.size();
        bytes.remove_prefix(part.size());
        if (content_left_ == 0) end_content();
    }
    void end_content() {
        if (kind_ == Content::file) functions_.end();
        if (kind_ == Content::pax) read_pax(extension_);
        if (kind_ == Content::long_name) next_name_ = extension_.substr(0, extension_.find('\0'));
        extension_.clear();
    }

    void take_header(std::string_view& bytes) {
        const auto part = bytes.substr(0, block_bytes - header_.size());
        header_.append(part);
        bytes.remove_prefix(part.size());
        if (header_.size() < block_bytes) return;
        const std::string header = std::exchange(header_, {});
        // Two blocks of zeros are the end; what follows them is padding.
        if (header.find_first_not_of('\0') == std::string::npos) return;
        check_sum(header);
        const std::uint64_t size = next_size_.value_or(number(header, 124, 12));
        const char type = header[156];
        content_left_ = size;
        padding_left_ = (block_bytes - size % block_bytes) % block_bytes;
        if (type == 'x' || type == 'g' || type == 'L' || type == 'K')
            begin_extension(type, size);
        else
            begin_member(header, type, size);
        if (content_left_ == 0) end_content();
    }

    void begin_extension(char type, std::uint64_t size) {
        if (size > longest_extension)
            throw ArchiveError("the tar archive has a header of " + std::to_string(size) +
                               " bytes");
        kind_ = type == 'x' ? Content::pax : type == 'L' ? Content::long_name : Content::skipped;
    }

    void begin_member(const std::string& header, char type, std::uint64_t size) {
        TarMember member;
        member.name = next_name_ ? *std::move(next_name_) : header_name(header);
        member.mtime =
            next_mtime_.value_or(static_cast<std::int64_t>(number(header, 136, 12) & INT64_MAX));
        next_name_.reset();
        next_size_.reset();
        next_mtime_.reset();
        const bool is_file = type == '0' || type == '\0' || type == '7';
        member.type = type == '5' ? TarMember::Type::directory
                      : is_file   ? TarMember::Type::file
                                  : TarMember::Type::other;
        member.size = size;
        kind_ = is_file ? Content::file : Content::skipped;
        functions_.begin(member);
    }

    static std::string text(const std::string& header, std::size_t at, std::size_t width) {
        const std::string field = header.substr(at, width);
        return field.substr(0, field.find('\0'));
    }
    static std::string header_name(const std::string& header) {
        std::string name = text(header, 0, 100);
        const bool has_prefix = header.compare(257, 6, std::string_view("ustar\0", 6)) == 0;
        if (const auto prefix = has_prefix ? text(header, 345, 155) : std::string();
            !prefix.empty())
            name = prefix + "/" + name;
        return name;
    }
    /// Octal digits, or GNU's way for large numbers: the first bit set, then the bytes.
    static std::uint64_t number(const std::string& header, std::size_t at, std::size_t width) {
        const std::string_view field(header.data() + at, width);
        std::uint64_t value = 0;
        if ((static_cast<unsigned char>(field[0]) & 0x80U) != 0) {
            for (const char byte : field.substr(width - 8))
                value = value << 8 | static_cast<unsigned char>(byte);
            return value;
        }
        const auto first = field.find_first_not_of(' ');
        if (first == std::string_view::npos) return 0;
        const auto read = std::from_chars(field.data() + first, field.data() + width, value, 8);
        const bool at_end = read.ptr == field.data() + width || *read.ptr == ' ' || *read.ptr == 0;
        if (read.ec == std::errc::result_out_of_range || !at_end)
            throw ArchiveError("a header of the tar archive is damaged");
        return value;
    }
    static void check_sum(const std::string& header) {
        std::uint64_t sum = 8 * ' ';
        for (std::size_t i = 0; i < block_bytes; ++i)
            if (i < 148 || i >= 156) sum += static_cast<unsigned char>(header[i]);
        if (sum != number(header, 148, 8))
            throw ArchiveError("it is no tar archive, or a damaged one");
    }

    /// Lines of "<length> <key>=<value>\n", where the length counts the whole line.
    void read_pax(std::string_view records) {
        while (!records.empty()) {
            std::size_t length = 0;
            const auto read =
                std::from_chars(records.data(), records.data() + records.size(), length);
            const auto space = static_cast<std::size_t>(read.ptr - records.data());
            if (read.ec != std::errc() || length > records.size() || length < space + 3 ||
                records[space] != ' ' || records[length - 1] != '\n')
                throw ArchiveError("an extended header of the tar archive is damaged");
            const auto record = records.substr(space + 1, length - space - 2);
            const auto equals = record.find('=');
            if (equals == std::string_view::npos)
                throw ArchiveError("an extended header of the tar archive is damaged");
            use(record.substr(0, equals), record.substr(equals + 1));
            records.remove_prefix(length);
        }
    }
    void use(std::string_view key, std::string_view value) {
        const char* const end = value.data() + value.size();
        if (key == "path") next_name_ = std::string(value);
        if (key == "size") {
            std::uint64_t size = 0;
            const auto read = std::from_chars(value.data(), end, size);
            if (read.ec != std::errc() || read.ptr != end)
                throw ArchiveError("an extended header of the tar archive is damaged");
            next_size_ = size;
        }
        if (key == "mtime") {  // a decimal fraction, of which the seconds are enough
            std::int64_t mtime = 0;
            if (std::from_chars(value.data(), end, mtime).ec == std::errc()) next_mtime_ = mtime;
        }
    }

    Functions functions_;
    std::string header_, extension_;
    Content kind_ = Content::skipped;
    std::uint64_t content_left_ = 0, padding_left_ = 0;
    std::optional<std::string> next_name_{};
    std::optional<std::uint64_t> next_size_{};
    std::optional<std::int64_t> next_mtime_{};
};

}  // namespace neptune::core

#endif
