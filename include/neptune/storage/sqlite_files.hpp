#ifndef NEPTUNE_STORAGE_SQLITE_FILES_HPP
#define NEPTUNE_STORAGE_SQLITE_FILES_HPP

// Files of the SQLite store. Order of every write: the content is complete and on disk under its
// name, then rows refer to it.

#include <neptune/storage/apply.hpp>
#include <neptune/storage/blobs.hpp>
#include <neptune/storage/file_fields.hpp>
#include <neptune/storage/file_garbage.hpp>
#include <neptune/storage/file_store.hpp>
#include <neptune/storage/readers.hpp>
#include <neptune/storage/series.hpp>
#include <neptune/storage/uploads.hpp>
#include <neptune/storage/writer.hpp>
#include <neptune/wire/rules.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::storage {

/// Lifetime: writer, readers and catalogues outlive it. Threads: any.
class SqliteFileStore final : public FileStore {
public:
    SqliteFileStore(std::string directory, Writer& writer, Readers& readers,
                    CatalogueCache& catalogues, std::size_t fields_per_object)
        : blobs_(std::move(directory)),
          writer_(writer),
          readers_(readers),
          catalogues_(catalogues),
          fields_per_object_(fields_per_object),
          garbage_(blobs_, writer_, readers_) {}

    Incoming receive() override { return blobs_.receive(); }

    Applied put_file(std::string_view object_id, const std::string& path,
                     const std::string& extension, Incoming content, Millis now) override {
        auto pin = blobs_.publish(*content);
        auto applied = change(object_id, path, FieldType::file, now,
                              [&](Database& database, std::int64_t field) {
                                  return set_file(database, field, intern(database, pin.blob()),
                                                  pin.blob().size, extension);
                              });
        // Of what was refused the mark stays, by which the garbage is found.
        if (applied.errors.empty() && applied.outcome == Applied::Outcome::applied) pin.stored();
        collect_now_and_then(now);
        return applied;
    }

    Applied put_files(std::string_view object_id, const std::string& path,
                      std::vector<NewFile> files, bool reset, Millis now) override {
        std::vector<Blobs::Pin> pins;
        pins.reserve(files.size());
        for (auto& file : files) {
            pins.push_back(blobs_.publish(*file.content));
            file.content.reset();
        }
        auto applied = change(
            object_id, path, FieldType::file_set, now, [&](Database& database, std::int64_t field) {
                return put_into_set(database, field, path, files, pins, reset, now);
            });
        if (applied.errors.empty() && applied.outcome == Applied::Outcome::applied)
            for (auto& pin : pins) pin.stored();
        collect_now_and_then(now);
        return applied;
    }

    std::variant<std::string, std::vector<wire::OperationError>> start_upload(const Upload& upload,
                                                                              Millis now) override {
        using Result = std::variant<std::string, std::vector<wire::OperationError>>;
        auto result = writer_.run([&](WriteSession& session) -> Result {
            Catalogue* const catalogue = catalogues_.get(session, upload.object_id);
            if (!catalogue)
                return std::vector{wire::rules::inconsistency("The object was deleted")};
            if (auto error = refuse(*catalogue, upload.path, upload.type))
                return std::vector{*std::move(error)};
            return uploads::start(session.database, catalogue->object, upload, now);
        });
        if (const auto* id = std::get_if<std::string>(&result))
            detail::as_store_error(
                [&] { core::make_directories(blobs_.upload_directory(*id), 0700); });
        return result;
    }

    std::optional<Upload> find_upload(std::string_view upload_id) override {
        return readers_.run([&](Database& database) { return uploads::find(database, upload_id); });
    }

    bool put_part(const std::string& upload_id, std::int64_t first, Incoming content,
                  Millis now) override {
        if (!uploads::keep_part(blobs_.upload_directory(upload_id), first, *content)) return false;
        writer_.run(
            [&](WriteSession& session) { uploads::touch(session.database, upload_id, now); });
        return true;
    }

    Applied finish_upload(const std::string& upload_id, Millis now) override {
        const Joining joining(*this, upload_id);
        const auto upload = find_upload(upload_id);
        if (!upload) return {Applied::Outcome::no_such_object, {}, 0};
        if (upload->finished) return {};
        const std::string directory = blobs_.upload_directory(upload_id);
        const auto parts = uploads::parts(directory);
        if (const auto gap = uploads::gap(parts, upload->size))
            return {Applied::Outcome::applied,
                    {wire::rules::inconsistency("Field '" + upload->path +
                                                "': the upload is not complete: " + *gap)},
                    0};
        auto content = receive();
        uploads::join(parts, *content);
        Applied applied;
        if (upload->type == FieldType::file) {
            applied =
                put_file(upload->object_id, upload->path, upload->name, std::move(content), now);
        } else {
            std::vector<NewFile> files;
            files.push_back({upload->name, std::move(content)});
            applied = put_files(upload->object_id, upload->path, std::move(files), false, now);
        }
        // Refused: the parts stay, so that a repeated finish hears of it too.
        if (applied.outcome != Applied::Outcome::applied || !applied.errors.empty()) return applied;
        // Only now: a finish that is repeated after a lost answer finds that it is done.
        writer_.run([&](WriteSession& session) {
            uploads::set_finished(session.database, upload_id, now);
        });
        detail::as_store_error([&] { core::remove_tree(directory); });
        return applied;
    }

    std::optional<OpenFile> open_file(std::string_view object_id, std::string_view path) override {
        return opened([&](Database& database) {
            return read_first(
                database.query(
                    "SELECT b.sha256, b.size, f.extension FROM objects o "
                    "JOIN fields d ON d.object = o.number JOIN files f ON f.field = d.id "
                    "JOIN blobs b ON b.id = f.blob WHERE o.id = ? AND d.path = ?",
                    object_id, path),
                [&](const Statement& row) {
                    return OpenFile{download_name(path, row.text(2)),
                                    blobs_.open(row.text(0), row.integer(1))};
                });
        });
    }

    std::optional<OpenFile> open_file_in_set(std::string_view object_id, std::string_view path,
                                             std::string_view file) override {
        return opened([&](Database& database) {
            return read_first(
                database.query(
                    "SELECT b.sha256, b.size FROM objects o "
                    "JOIN fields d ON d.object = o.number "
                    "JOIN file_set_files f ON f.field = d.id JOIN blobs b ON b.id = f.blob "
                    "WHERE o.id = ? AND d.path = ? AND f.path = ?",
                    object_id, path, file),
                [&](const Statement& row) {
                    return OpenFile{std::string(file.substr(file.rfind('/') + 1)),
                                    blobs_.open(row.text(0), row.integer(1))};
                });
        });
    }

    std::optional<std::vector<FileInSet>> files_of_set(std::string_view object_id,
                                                       std::string_view path) override {
        return readers_.run([&](Database& database) -> std::optional<std::vector<FileInSet>> {
            const auto field = find_set(database, object_id, path);
            if (!field) return std::nullopt;
            return read_all(database.query("SELECT f.path, b.sha256, b.size, b.crc32, f.mtime "
                                           "FROM file_set_files f JOIN blobs b ON b.id = f.blob "
                                           "WHERE f.field = ? ORDER BY f.path",
                                           *field),
                            [](const Statement& row) {
                                return FileInSet{row.text(0), row.text(1), row.integer(2),
                                                 static_cast<std::uint32_t>(row.integer(3)),
                                                 row.integer(4)};
                            });
        });
    }

    http::BodySource open_content(const FileInSet& file) override {
        return blobs_.open(file.sha256, file.size);
    }

    std::optional<std::vector<FileSetEntry>> list_file_set(std::string_view object_id,
                                                           std::string_view path,
                                                           std::string_view folder) override {
        return readers_.run([&](Database& database) -> std::optional<std::vector<FileSetEntry>> {
            const auto field = find_set(database, object_id, path);
            if (!field) return std::nullopt;
            auto entries = list_folder(database, *field, folder);
            if (entries.empty() && !folder.empty()) return std::nullopt;
            return entries;
        });
    }

    std::optional<std::int64_t> count_images(std::string_view object_id,
                                             std::string_view path) override {
        return readers_.run([&](Database& database) {
            return read_first(find_series(database, object_id, path),
                              [](const Statement& row) { return row.integer(1); });
        });
    }

    std::optional<http::BodySource> open_image(std::string_view object_id, std::string_view path,
                                               std::int64_t index) override {
        return opened([&](Database& database) -> std::optional<http::BodySource> {
            Statement series = find_series(database, object_id, path);
            if (!series.step() || index < 0 || index >= series.integer(1)) return std::nullopt;
            Statement image = database.query(
                "SELECT b.sha256, b.size FROM images i JOIN blobs b ON b.id = i.blob "
                "WHERE i.key = ?",
                detail::point_key(series.integer(0), index));
            if (!image.step()) return std::nullopt;
            return blobs_.open(image.text(0), image.integer(1));
        });
    }

    void recover(Millis now) override {
        blobs_.remove_left_overs();
        collect_garbage(now);
    }

    void collect_garbage(Millis now) override {
        const std::lock_guard lock(garbage_mutex_);
        last_collection_ = now;
        garbage_.collect(now);
    }

    /// Once in ten minutes, by one of those who write.
    void collect_now_and_then(Millis now) {
        Millis last = last_collection_;
        if (last == 0) last_collection_ = now;
        if (last == 0 || now - last < collection_period_ms) return;
        if (last_collection_.compare_exchange_strong(last, now)) collect_garbage(now);
    }

    /// Contents of the images of some operations, published; kept from being removed as long as
    /// this exists.
    class PublishedImages {
    public:
        PublishedImages(Blobs& blobs, const std::vector<wire::Operation>& operations) {
            for (const auto& operation : operations)
                if (const auto* log = std::get_if<wire::LogImages>(&operation.payload))
                    for (const auto& entry : log->entries)
                        if (!wire::rules::check_point(operation.path, entry))
                            publish(blobs, entry.value);
        }
        [[nodiscard]] const ImageBlobs& blobs() const { return blobs_; }
        void stored() {
            for (auto& pin : pins_) pin.stored();
        }

    private:
        void publish(Blobs& blobs, const wire::Image& image) {
            const auto content = blobs.receive();
            content->write(image.data);
            pins_.push_back(blobs.publish(*content));
            blobs_.emplace(&image, pins_.back().blob());
        }
        std::vector<Blobs::Pin> pins_;
        ImageBlobs blobs_;
    };
    [[nodiscard]] PublishedImages publish_images(const std::vector<wire::Operation>& operations) {
        return {blobs_, operations};
    }

private:
    /// Puts the parts of an upload together alone: a client that gave up waiting for the end of a
    /// large one and asks again must not start a second copy of it.
    class Joining {
    public:
        /// Errors: throws StoreError, transient, while another request does it.
        Joining(SqliteFileStore& files, std::string upload_id)
            : files_(files), upload_id_(std::move(upload_id)) {
            const std::lock_guard guard(files_.joining_mutex_);
            if (!files_.joining_.insert(upload_id_).second)
                throw StoreError("storage: the upload is being put together; ask again", true);
        }
        Joining(const Joining&) = delete;
        Joining& operator=(const Joining&) = delete;
        ~Joining() {
            const std::lock_guard guard(files_.joining_mutex_);
            files_.joining_.erase(upload_id_);
        }

    private:
        SqliteFileStore& files_;
        const std::string upload_id_;
    };

    static std::optional<wire::OperationError> refuse(Catalogue& catalogue, const std::string& path,
                                                      FieldType type) {
        auto error = wire::rules::check_file_field(path);
        if (!error)
            error = refuse_type(catalogue, path, type,
                                type == FieldType::file ? "a file upload" : "an upload of files");
        if (error) error->path = path;
        return error;
    }

    /// Undoes a whole upload: of several files none shall stay when one is refused.
    struct FilesRefused {
        wire::OperationError error;
    };

    /// One transaction that makes the field if need be and lets `work(database, field id)`
    /// write it, which gives the bytes that came or went.
    template <class Work>
    Applied change(std::string_view object_id, const std::string& path, FieldType type, Millis now,
                   Work work) {
        try {
            return writer_.run([&](WriteSession& session) -> Applied {
                Catalogue* const catalogue = catalogues_.get(session, object_id);
                if (!catalogue) return {Applied::Outcome::no_such_object, {}, 0};
                Applied applied;
                if (auto error = refuse(*catalogue, path, type)) {
                    applied.errors.push_back(*std::move(error));
                    return applied;
                }
                try {
                    const CatalogueField* field = catalogue->find(path);
                    if (!field) {
                        if (catalogue->user_fields() >= fields_per_object_)
                            return {Applied::Outcome::field_limit, {}, 0};
                        field = &catalogue->add(path,
                                                insert_field(session.database, catalogue->object,
                                                             path, type, std::nullopt),
                                                type);
                    }
                    const std::int64_t bytes = work(session.database, field->id);
                    activity::note_write(session.database, catalogue->object, catalogue->project,
                                         bytes, now);
                } catch (...) {
                    catalogues_.drop(object_id);
                    throw;
                }
                return applied;
            });
        } catch (const FilesRefused& refused) {
            return {Applied::Outcome::applied, {refused.error}, 0};
        }
    }

    static std::int64_t put_into_set(Database& database, std::int64_t field,
                                     const std::string& path, const std::vector<NewFile>& files,
                                     const std::vector<Blobs::Pin>& pins, bool reset, Millis now) {
        FileSetWriter set(database, field);
        if (reset) set.clear();
        for (std::size_t i = 0; i < files.size(); ++i) {
            const Blob& blob = pins[i].blob();
            if (const auto problem =
                    set.put({files[i].path, intern(database, blob), blob.size}, now)) {
                auto error =
                    wire::rules::inconsistency("Field '" + path + "': cannot store the file '" +
                                               files[i].path + "': " + *problem);
                error.path = path;
                throw FilesRefused{std::move(error)};
            }
        }
        return set.finish();
    }

    /// A read that opens a file. Between its snapshot and the opening the garbage may have taken
    /// the file; the rows have changed then, and are read anew.
    template <class Read>
    auto opened(Read read) -> std::invoke_result_t<Read&, Database&> {
        try {
            return readers_.run(read);
        } catch (const StoreError&) {
            return readers_.run(read);
        }
    }

    static std::optional<std::int64_t> find_set(Database& database, std::string_view object_id,
                                                std::string_view path) {
        return read_first(
            database.query("SELECT f.id FROM objects o JOIN fields f ON f.object = o.number "
                           "WHERE o.id = ? AND f.path = ? AND f.type = ?",
                           object_id, path, FieldType::file_set),
            [](const Statement& row) { return row.integer(0); });
    }

    static Statement find_series(Database& database, std::string_view object_id,
                                 std::string_view path) {
        return database.query(
            "SELECT s.field, s.count FROM objects o JOIN fields f ON f.object = o.number "
            "JOIN series s ON s.field = f.id WHERE o.id = ? AND f.path = ? AND f.type = ?",
            object_id, path, FieldType::image_series);
    }

    /// Jumps from entry to entry, since a folder may hold a million files.
    static std::vector<FileSetEntry> list_folder(Database& database, std::int64_t field,
                                                 std::string_view folder) {
        const std::string prefix = folder.empty() ? std::string() : std::string(folder) + "/";
        // Behind all paths below the folder; no UTF-8 begins with this byte.
        const std::string end = folder.empty() ? "\xFF" : behind_folder(folder);
        std::vector<FileSetEntry> entries;
        for (std::string from = prefix;;) {
            Statement next = database.query(
                "SELECT f.path, b.size, f.mtime FROM file_set_files f JOIN blobs b ON b.id = "
                "f.blob "
                "WHERE f.field = ? AND f.path >= ? AND f.path < ? ORDER BY f.path LIMIT 1",
                field, from, end);
            if (!next.step()) return entries;
            const std::string path = next.text(0);
            const auto slash = path.find('/', prefix.size());
            if (slash == std::string::npos) {
                entries.push_back(
                    {path.substr(prefix.size()), false, next.integer(1), next.integer(2)});
                from = path + '\0';
                continue;
            }
            const std::string below = path.substr(0, slash);
            from = behind_folder(below);
            Statement newest = database.query(
                "SELECT max(mtime) FROM file_set_files WHERE field = ? AND path > ? AND path < ?",
                field, below + "/", from);
            newest.step();
            entries.push_back({below.substr(prefix.size()), true, 0, newest.integer(0)});
        }
    }

    static constexpr Millis collection_period_ms = 10 * 60 * 1000;

    Blobs blobs_;
    Writer& writer_;
    Readers& readers_;
    CatalogueCache& catalogues_;
    std::size_t fields_per_object_;
    std::atomic<Millis> last_collection_{0};
    std::mutex joining_mutex_;
    std::set<std::string> joining_;
    std::mutex garbage_mutex_;
    FileGarbage garbage_;
};

}  // namespace neptune::storage

#endif
