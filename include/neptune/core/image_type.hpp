#ifndef NEPTUNE_CORE_IMAGE_TYPE_HPP
#define NEPTUNE_CORE_IMAGE_TYPE_HPP

// Which kind of image a file is, by its first bytes.

#include <cstddef>
#include <string_view>

namespace neptune::core {

/// What follows `image/` in the type of the content: `png`, `jpeg`, `gif`, `webp`, `bmp`, `tiff`,
/// `x-portable-pixmap` …; empty for what is no image.
[[nodiscard]] inline std::string_view image_type(std::string_view bytes) {
    using namespace std::string_view_literals;
    const auto begins = [bytes](std::string_view signature) {
        return bytes.substr(0, signature.size()) == signature;
    };
    // The signature and a header with a width and a height.
    if (begins("\x89PNG\r\n\x1A\n"sv)) {
        constexpr std::size_t sizes_at = 16;
        const bool header = bytes.size() >= 33 && bytes.substr(8, 8) == "\0\0\0\x0DIHDR"sv &&
                            bytes.substr(sizes_at, 4) != "\0\0\0\0"sv &&
                            bytes.substr(sizes_at + 4, 4) != "\0\0\0\0"sv;
        return header ? "png" : "";
    }
    if (begins("\xFF\xD8\xFF"sv)) return "jpeg";
    if (begins("GIF87a"sv) || begins("GIF89a"sv)) return "gif";
    if (begins("RIFF"sv) && bytes.size() >= 16 && bytes.substr(8, 4) == "WEBP") return "webp";
    if (begins("BM"sv) && bytes.size() >= 26) return "bmp";
    if (begins("II*\0"sv) || begins("MM\0*"sv)) return "tiff";
    const bool portable = bytes.size() >= 3 && bytes[0] == 'P' &&
                          (bytes[2] == '\n' || bytes[2] == ' ' || bytes[2] == '\t');
    if (portable) {
        switch (bytes[1]) {
            case '1':
            case '4':
                return "x-portable-bitmap";
            case '2':
            case '5':
                return "x-portable-graymap";
            case '3':
            case '6':
                return "x-portable-pixmap";
            default:
                break;
        }
    }
    return {};
}

}  // namespace neptune::core

#endif
