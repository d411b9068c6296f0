#ifndef NEPTUNE_STORAGE_FILE_STORE_HPP
#define NEPTUNE_STORAGE_FILE_STORE_HPP

// What the server needs of a storage for files, file sets and images; rules as in store.hpp.
// Contents never lie in memory as a whole, but for the images of operations.

#include <neptune/http/message.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/files.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace neptune::storage {

/// Content that arrives. Nothing of it stays unless it is given to one of the functions below.
/// Threads: one at a time.
class IncomingContent {
public:
    IncomingContent() = default;
    IncomingContent(const IncomingContent&) = delete;
    IncomingContent& operator=(const IncomingContent&) = delete;
    virtual ~IncomingContent() = default;
    virtual void write(std::string_view bytes) = 0;
    /// Nothing is written any more: forces it to the disk and gives back what the system lends for
    /// writing, of which there is not enough for thousands of contents.
    virtual void complete() = 0;
    [[nodiscard]] virtual std::int64_t size() const = 0;
    /// Before `complete`: copies at most `size` bytes of what was written; none at the end.
    [[nodiscard]] virtual std::size_t read(std::uint64_t offset, char* buffer,
                                           std::size_t size) const = 0;
};
using Incoming = std::unique_ptr<IncomingContent>;

/// A file on its way into a set; `path` has passed wire::file_path_problem.
struct NewFile {
    std::string path;
    Incoming content;
};

/// A file open for reading. What is replaced or deleted meanwhile can still be read to its end.
struct OpenFile {
    /// Under which it is downloaded.
    std::string name;
    http::BodySource content;
};

/// A file of a set. Units: `size` bytes, `mtime` when it came.
struct FileInSet {
    std::string path, sha256;
    std::int64_t size = 0;
    std::uint32_t crc32 = 0;
    Millis mtime = 0;
};

/// Entry of one level of a set. A directory has the time of its newest file, and no size.
struct FileSetEntry {
    std::string name;
    bool is_directory = false;
    std::int64_t size = 0;
    Millis mtime = 0;
};

/// An upload in parts. `type`: file or file_set; `name`: the extension or the path in the set.
struct Upload {
    std::string object_id, path;
    FieldType type = FieldType::file;
    std::string name;
    std::int64_t size = 0;
    bool finished = false;
};

class FileStore {
public:
    FileStore() = default;
    FileStore(const FileStore&) = delete;
    FileStore& operator=(const FileStore&) = delete;
    virtual ~FileStore() = default;

    [[nodiscard]] virtual Incoming receive() = 0;

    // --- writing; `path` is normalised
    /// Replaces the file at a field. Refusals are in `errors` of the result.
    virtual Applied put_file(std::string_view object_id, const std::string& path,
                             const std::string& extension, Incoming content, Millis now) = 0;
    /// Adds files to a set or replaces those of the same path; `reset` removes the others.
    virtual Applied put_files(std::string_view object_id, const std::string& path,
                              std::vector<NewFile> files, bool reset, Millis now) = 0;

    /// Begins an upload, or says why what it would give is refused. `upload.finished` is not looked
    /// at.
    virtual std::variant<std::string, std::vector<wire::OperationError>> start_upload(
        const Upload& upload, Millis now) = 0;
    /// Unknown, or untouched for `upload_expiry_ms`: nothing.
    virtual std::optional<Upload> find_upload(std::string_view upload_id) = 0;
    /// Keeps one part; the same part may come again. False: there is no such upload any more.
    virtual bool put_part(const std::string& upload_id, std::int64_t first, Incoming content,
                          Millis now) = 0;
    /// Puts the parts together; one that is finished is left as it is. Missing parts are errors.
    virtual Applied finish_upload(const std::string& upload_id, Millis now) = 0;

    // --- reading; nothing where there is no field of that type, or no such file
    virtual std::optional<OpenFile> open_file(std::string_view object_id,
                                              std::string_view path) = 0;
    virtual std::optional<OpenFile> open_file_in_set(std::string_view object_id,
                                                     std::string_view path,
                                                     std::string_view file) = 0;
    /// All files of a set in the order of their paths.
    virtual std::optional<std::vector<FileInSet>> files_of_set(std::string_view object_id,
                                                               std::string_view path) = 0;
    /// Content of a file that `files_of_set` gave. Errors: StoreError if it is gone meanwhile.
    [[nodiscard]] virtual http::BodySource open_content(const FileInSet& file) = 0;
    /// One level of a set; `folder` is normalised and empty for the first one.
    virtual std::optional<std::vector<FileSetEntry>> list_file_set(std::string_view object_id,
                                                                   std::string_view path,
                                                                   std::string_view folder) = 0;
    virtual std::optional<std::int64_t> count_images(std::string_view object_id,
                                                     std::string_view path) = 0;
    /// `index`: position in the series.
    virtual std::optional<http::BodySource> open_image(std::string_view object_id,
                                                       std::string_view path,
                                                       std::int64_t index) = 0;

    /// Removes what a crash left behind. For the one server of a directory, before anything
    /// arrives.
    virtual void recover(Millis now) = 0;
    /// Removes contents that nothing refers to any more, and abandoned uploads. Writing does it now
    /// and then by itself.
    virtual void collect_garbage(Millis now) = 0;
};

/// An upload in parts that nobody continues for so long is given up.
inline constexpr Millis upload_expiry_ms = Millis{24} * 60 * 60 * 1000;

}  // namespace neptune::storage

#endif
