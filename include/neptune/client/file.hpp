#ifndef NEPTUNE_CLIENT_FILE_HPP
#define NEPTUNE_CLIENT_FILE_HPP

// Files as values: `run["model"] = File::from_path("model.onnx")`.

#include <neptune/client/field_traits.hpp>
#include <neptune/client/image.hpp>
#include <neptune/core/error.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace neptune {
namespace detail {

/// Anything that names a file: texts, and std::filesystem::path by its `string()`.
template <class T>
concept PathLike = StringLike<T> || requires(const T& path) {
    { path.string() } -> std::same_as<std::string>;
    path.extension();
};

template <PathLike T>
std::string path_text(const T& path) {
    if constexpr (StringLike<T>)
        return std::string(text_of(path));
    else
        return path.string();
}

template <class T>
concept Byte = std::same_as<T, std::byte> || std::same_as<T, unsigned char>;

// std::span<const std::byte>, std::vector<unsigned char>, …
template <class T>
concept ByteRange = requires(const T& bytes) {
    requires Byte<std::remove_cvref_t<decltype(*bytes.data())>>;
    { bytes.size() } -> std::convertible_to<std::size_t>;
};

template <class T>
concept Dumpable = requires(const T& json) {
    { json.dump() } -> std::convertible_to<std::string>;
};

/// `gz` for `a.tar.gz`, nothing for `name` and `.name`.
[[nodiscard]] inline std::string extension_of(std::string_view path) {
    const auto slash = path.find_last_of('/');
    const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    const auto start = name.find_first_not_of('.');
    const auto dot = name.find_last_of('.');
    if (start == std::string_view::npos || dot == std::string_view::npos || dot < start) return {};
    return std::string(name.substr(dot + 1));
}

}  // namespace detail

/// A path as an option: any text, or a std::filesystem::path. Empty: not given.
struct PathArgument {
    PathArgument() = default;
    template <detail::PathLike T>
    PathArgument(const T& path) : text(detail::path_text(path)) {}
    std::string text;
};

/// Content of a File field or an image of a FileSeries. Copies share the content. A path is read
/// when it is sent, so that later changes of the file are uploaded; everything else is read when
/// the value is made. Units: extensions are without the dot. Errors of the factories:
/// InvalidArgument. Threads: immutable. Source: `File` of the Python client.
class File {
public:
    /// A file on disk, or `s3://bucket/key`. Extension: what follows the last dot of the name.
    template <detail::PathLike T>
    [[nodiscard]] static File from_path(const T& path, std::optional<std::string> extension = {}) {
        File file;
        file.path_ = detail::path_text(path);
        file.extension_ =
            extension ? std::move(*extension) : detail::extension_of(std::string_view(file.path_));
        return file;
    }
    /// A text, as it is.
    template <detail::StringLike T>
    [[nodiscard]] static File from_content(const T& text, std::string extension = "txt") {
        return File(std::string(std::string_view(text)), std::move(extension));
    }
    template <detail::ByteRange T>
    requires(!detail::StringLike<T>) [[nodiscard]] static File
        from_content(const T& bytes, std::string extension = "bin") {
        return File(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
                    std::move(extension));
    }
    /// What is left in a std::istream, which is read to its end. Errors: StreamAlreadyUsed if it
    /// was read to its end, or failed, before.
    template <class Stream>
    requires requires(Stream& stream, char* buffer) {
        stream.read(buffer, 1);
        stream.gcount();
    }
    [[nodiscard]] static File from_stream(Stream&& stream, std::string extension = "bin") {
        if (!stream)
            throw StreamAlreadyUsed(ErrorCode::stream_already_used,
                                    "the stream was read to its end before, or has failed",
                                    "make a new stream, or keep the File and upload it again");
        std::string content;
        constexpr std::size_t piece = std::size_t{64} << 10;
        for (std::size_t size = 0;; content.resize(size)) {
            content.resize(size + piece);
            stream.read(content.data() + size, static_cast<std::ptrdiff_t>(piece));
            size += static_cast<std::size_t>(stream.gcount());
            if (!stream) {
                content.resize(size);
                break;
            }
        }
        if (stream.bad()) throw FileError(ErrorCode::file_unreadable, "reading the stream failed");
        return File(std::move(content), std::move(extension));
    }
    /// A PNG of an array of numbers. Errors also: InvalidArgument for a shape that is no image.
    template <ImageSample T>
    [[nodiscard]] static File as_image(const ImageView<T>& image, const AsImage& options = {}) {
        return from_image(detail::any_image(image), options);
    }
    /// A PNG of an image of another library; which colour comes first must be said.
    template <ImageLike T>
    [[nodiscard]] static File as_image(const T& image, ChannelOrder order,
                                       const AsImage& options = {}) {
        return from_image(detail::any_image(image, order), options);
    }
    /// Anything storable, above all dictionaries and described structs; or a JSON object with a
    /// `dump()`. NaN and infinities become null, times milliseconds since the Unix epoch.
    template <class T>
    requires(Storable<T> || detail::Dumpable<T>) [[nodiscard]] static File as_json(const T& value);
    /// A table: rows of numbers or texts, and the names of the columns.
    template <class Rows>
    [[nodiscard]] static File as_html(const Rows& rows,
                                      const std::vector<std::string>& columns = {});
    /// The bytes of an object, or of a contiguous range of such objects, as they lie in memory.
    template <class T>
    requires(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>) [[nodiscard]] static File
        as_binary(const T& object, std::string extension = "bin") {
        return File(std::string(reinterpret_cast<const char*>(&object), sizeof object),
                    std::move(extension));
    }
    template <class T>
    requires(!std::is_trivially_copyable_v<T> && requires(const T& range) {
        requires std::is_trivially_copyable_v<std::remove_cvref_t<decltype(*range.data())>>;
        range.size();
    }) [[nodiscard]] static File as_binary(const T& range, std::string extension = "bin") {
        return File(std::string(reinterpret_cast<const char*>(range.data()),
                                range.size() * sizeof(*range.data())),
                    std::move(extension));
    }
    /// What `write` writes to the std::ostream that it gets; needs <sstream>.
    template <class Function, class Stream = std::ostringstream>
    requires requires(Function& write, std::ostream& stream) { write(stream); }
    [[nodiscard]] static File from_serializer(Function write, std::string extension = "bin") {
        Stream stream;
        write(static_cast<std::ostream&>(stream));
        if (!stream)
            throw FileError(ErrorCode::file_unreadable, "the serializer left its stream failed");
        return File(std::move(stream).str(), std::move(extension));
    }

    [[nodiscard]] bool is_path() const noexcept { return content_ == nullptr; }
    /// Empty unless `is_path()`.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Empty if `is_path()`.
    [[nodiscard]] std::string_view content() const noexcept {
        return content_ ? std::string_view(*content_) : std::string_view();
    }
    [[nodiscard]] const std::string& extension() const noexcept { return extension_; }
    /// What the conversion could not do as asked; told when the file is logged. Mostly empty.
    [[nodiscard]] const std::string& remark() const noexcept { return remark_; }

private:
    File() = default;
    File(std::string content, std::string extension)
        : content_(std::make_shared<const std::string>(std::move(content))),
          extension_(std::move(extension)) {}

    static File from_image(const detail::AnyImage& image, const AsImage& options) {
        auto encoded = detail::encode_image(image, options);
        File file(std::move(encoded.png), "png");
        file.remark_ = std::move(encoded.remark);
        return file;
    }

    std::string path_;
    std::shared_ptr<const std::string> content_;
    std::string extension_;
    std::string remark_;
};

/// Value of a FileSet field; assignment replaces the set by the files that match. `*` and `?` match
/// within a name, `**` any directories; a directory stands for all files below it. Names that begin
/// with a dot match only where the pattern has the dot. Expanded when it is sent.
struct FileSet {
    std::vector<std::string> globs;
};

enum class FileType { file, directory };

/// One entry of a directory of a file set. Units: `size` in bytes, nothing for a directory of
/// unknown size.
struct FileEntry {
    std::string name;
    std::optional<std::uint64_t> size{};
    Datetime mtime{};
    FileType file_type = FileType::file;
    bool operator==(const FileEntry&) const = default;
};

}  // namespace neptune

#endif
