#ifndef NEPTUNE_CORE_TAR_HPP
#define NEPTUNE_CORE_TAR_HPP

// Files into a tar archive: ustar, with pax headers for what ustar has no room for.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::core {

/// An archive in memory. Regular files only.
class TarWriter {
public:
    /// `name`: relative, parts divided by `/`, UTF-8. Units: `mtime` in seconds since the Unix
    /// epoch.
    void add(std::string_view name, std::string_view content, std::int64_t mtime) {
        const bool plain = name.size() <= name_bytes &&
                           std::all_of(name.begin(), name.end(),
                                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (!plain) {
            const auto record = pax_record("path", name);
            header("././@PaxHeader", record.size(), 0, 'x');
            block(record);
        }
        header(name.substr(0, name_bytes), content.size(), mtime, '0');
        block(content);
    }
    /// The archive with its end. Nothing can be added afterwards.
    [[nodiscard]] std::string take() {
        bytes_.append(2 * block_bytes, '\0');
        return std::move(bytes_);
    }

private:
    static constexpr std::size_t name_bytes = 100, block_bytes = 512;

    // "<length> path=<name>\n", where the length counts itself.
    static std::string pax_record(std::string_view key, std::string_view value) {
        const std::size_t rest = key.size() + value.size() + 3;
        std::size_t length = rest + 1;
        while (std::to_string(length).size() + rest != length)
            length = std::to_string(length).size() + rest;
        return std::to_string(length).append(" ").append(key).append("=").append(value).append(
            "\n");
    }

    // Octal digits and a NUL.
    static void put_octal(char* field, std::size_t width, std::uint64_t value) {
        field[width - 1] = '\0';
        for (std::size_t i = width - 1; i > 0; --i, value /= 8)
            field[i - 1] = static_cast<char>('0' + value % 8);
    }

    void header(std::string_view name, std::size_t size, std::int64_t mtime, char type) {
        char field[block_bytes] = {};
        std::memcpy(field, name.data(), name.size());
        put_octal(field + 100, 8, 0644);
        put_octal(field + 108, 8, 0);
        put_octal(field + 116, 8, 0);
        put_octal(field + 124, 12, size);
        put_octal(field + 136, 12, mtime < 0 ? 0 : static_cast<std::uint64_t>(mtime));
        std::memset(field + 148, ' ', 8);
        field[156] = type;
        std::memcpy(field + 257,
                    "ustar\0"
                    "00",
                    8);
        std::uint64_t sum = 0;
        for (const char c : field) sum += static_cast<unsigned char>(c);
        put_octal(field + 148, 7, sum);
        bytes_.append(field, block_bytes);
    }
    void block(std::string_view content) {
        bytes_.append(content);
        bytes_.append((block_bytes - content.size() % block_bytes) % block_bytes, '\0');
    }

    std::string bytes_;
};

}  // namespace neptune::core

#endif
