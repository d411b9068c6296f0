#ifndef NEPTUNE_STORAGE_BLOBS_HPP
#define NEPTUNE_STORAGE_BLOBS_HPP

// Contents as files, each named by its SHA-256, so that the same content is kept once:
//
//     DIR/blobs/ab/ab12…   complete and on disk before the database refers to it
//     DIR/incoming/<uuid>  arrives; worthless after a crash
//     DIR/incoming/ab12….mark   a content between its file and its row in the database
//
// A content whose mark is there after a crash has a row, or is removed. See file_garbage.hpp.

#include <neptune/core/crc32.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/random.hpp>
#include <neptune/core/sha256.hpp>
#include <neptune/storage/file_store.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

namespace neptune::storage {

/// Name and size of a content, and the check sum that zip archives want.
struct Blob {
    std::string sha256;
    std::int64_t size = 0;
    std::uint32_t crc32 = 0;
};

namespace detail {

/// Runs `work`; trouble of the file system becomes StoreError.
template <class Work>
decltype(auto) as_store_error(Work work) {
    try {
        return work();
    } catch (const std::system_error& error) {
        throw StoreError(std::string("storage: ") + error.what(), true);
    }
}

inline void fsync_file(const core::Descriptor& file, const std::string& path) {
    if (::fsync(file.get()) != 0) throw core::os_error(errno, "force to the disk", path);
}
/// At most `size` bytes; none behind the end. Errors: StoreError.
[[nodiscard]] inline std::size_t read_at(const core::Descriptor& file, const std::string& path,
                                         std::uint64_t offset, char* buffer, std::size_t size) {
    while (true) {
        const ::ssize_t count = ::pread(file.get(), buffer, size, static_cast<::off_t>(offset));
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR)
            throw StoreError(std::string("storage: ") + core::os_error(errno, "read", path).what(),
                             true);
    }
}
inline void rename_file(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) throw core::os_error(errno, "rename", from);
}

}  // namespace detail

/// A file below DIR/incoming, removed with the object unless it was moved away.
class IncomingFile final : public IncomingContent {
public:
    explicit IncomingFile(std::string path)
        : path_(std::move(path)), file_(core::open_file(path_, O_RDWR | O_CREAT | O_EXCL, 0600)) {}
    ~IncomingFile() override {
        if (!moved_) ::unlink(path_.c_str());
    }

    void write(std::string_view bytes) override {
        detail::as_store_error([&] { core::write_all(file_, bytes, path_); });
        hash_.update(bytes);
        crc32_ = core::crc32(bytes, crc32_);
        size_ += static_cast<std::int64_t>(bytes.size());
    }
    void complete() override {
        if (!file_) return;
        detail::as_store_error([&] {
            detail::fsync_file(file_, path_);
            file_.close(path_);
        });
    }
    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] std::size_t read(std::uint64_t offset, char* buffer,
                                   std::size_t size) const override {
        return detail::read_at(file_, path_, offset, buffer, size);
    }
    [[nodiscard]] Blob blob() const { return {core::to_hex(hash_.digest()), size_, crc32_}; }

    /// Completes it and gives it another name. Errors: StoreError, std::system_error.
    void move_to(const std::string& path) {
        complete();
        detail::rename_file(path_, path);
        moved_ = true;
    }

private:
    std::string path_;
    core::Descriptor file_;
    core::Sha256 hash_;
    std::uint32_t crc32_ = 0;
    std::int64_t size_ = 0;
    bool moved_ = false;
};

/// Threads: any. Lifetime: outlives the Pins that it gives.
class Blobs {
public:
    /// Errors: StoreError if the directories cannot be made.
    explicit Blobs(std::string directory) : directory_(std::move(directory)) {
        detail::as_store_error([&] {
            for (const char* part : {"", "/blobs", "/incoming", "/uploads"})
                core::make_directories(directory_ + part, 0700);
        });
    }
    Blobs(const Blobs&) = delete;
    Blobs& operator=(const Blobs&) = delete;

    /// Keeps a published content from being removed until its row is in the database.
    class Pin {
    public:
        Pin(Blobs& blobs, Blob blob) : blobs_(&blobs), blob_(std::move(blob)) {
            blobs_->pin(blob_.sha256);
        }
        Pin(Pin&& other) noexcept
            : blobs_(std::exchange(other.blobs_, nullptr)), blob_(std::move(other.blob_)) {}
        Pin& operator=(Pin&&) = delete;
        ~Pin() {
            if (blobs_) blobs_->unpin(blob_.sha256, stored_);
        }
        [[nodiscard]] const Blob& blob() const { return blob_; }
        /// The row is on disk.
        void stored() { stored_ = true; }

    private:
        Blobs* blobs_;
        Blob blob_;
        bool stored_ = false;
    };

    [[nodiscard]] std::unique_ptr<IncomingFile> receive() const {
        return detail::as_store_error(
            [&] { return std::make_unique<IncomingFile>(incoming() + "/" + core::uuid4()); });
    }

    /// Makes the content complete and durable under its name. Errors: StoreError.
    [[nodiscard]] Pin publish(IncomingContent& content) {
        auto& file = dynamic_cast<IncomingFile&>(content);
        return detail::as_store_error([&] {
            Pin pin(*this, file.blob());
            const std::string name = file_of(pin.blob().sha256);
            const std::string folder = name.substr(0, name.rfind('/'));
            make_folder(folder);
            // Over one that is there already: that may have been damaged, this one is known.
            file.move_to(name);
            core::fsync_directory(folder);
            return pin;
        });
    }

    /// Errors: StoreError if the file is missing or has another size.
    [[nodiscard]] http::BodySource open(const std::string& sha256, std::int64_t size) const {
        return detail::as_store_error([&] {
            const std::string name = file_of(sha256);
            const auto file =
                std::make_shared<const core::Descriptor>(core::open_file(name, O_RDONLY));
            const ::off_t end = ::lseek(file->get(), 0, SEEK_END);
            if (end != size)
                throw StoreError("storage: the file " + name + " has " + std::to_string(end) +
                                     " bytes in place of " + std::to_string(size),
                                 false);
            return http::BodySource{
                static_cast<std::uint64_t>(size),
                [file, name](std::uint64_t offset, char* buffer, std::size_t most) {
                    const std::size_t count = detail::read_at(*file, name, offset, buffer, most);
                    if (count == 0)
                        throw StoreError("storage: the file " + name + " became shorter", false);
                    return count;
                }};
        });
    }

    /// Removes the file of a content unless it is pinned or `is_known(sha256)`, which is asked
    /// while nobody can pin it. True if it is gone. Errors: StoreError, and those of `is_known`.
    template <class IsKnown>
    bool remove_unless(const std::string& sha256, IsKnown is_known) {
        const std::lock_guard lock(mutex_);
        if (pins_.count(sha256) > 0 || is_known(sha256)) return false;
        ::unlink(file_of(sha256).c_str());
        return true;
    }

    /// Contents whose mark was left by a crash or by a failed transaction.
    [[nodiscard]] std::vector<std::string> marked() const {
        constexpr std::string_view suffix = ".mark";
        std::vector<std::string> found;
        const auto names = detail::as_store_error([&] { return core::list_directory(incoming()); });
        const std::lock_guard lock(mutex_);
        for (const auto& name : names)
            if (name.size() > suffix.size() && name.ends_with(suffix))
                if (auto sha256 = name.substr(0, name.size() - suffix.size());
                    pins_.count(sha256) == 0)
                    found.push_back(std::move(sha256));
        return found;
    }
    void unmark(const std::string& sha256) const {
        const std::lock_guard lock(mutex_);
        if (pins_.count(sha256) == 0) ::unlink(mark_of(sha256).c_str());
    }

    /// Removes what a crash left half arrived; before anything arrives.
    void remove_left_overs() const {
        detail::as_store_error([&] {
            for (const auto& name : core::list_directory(incoming()))
                if (!name.ends_with(".mark")) ::unlink((incoming() + "/" + name).c_str());
        });
    }

    /// Where the parts of an upload lie.
    [[nodiscard]] std::string upload_directory(const std::string& id) const {
        return directory_ + "/uploads/" + id;
    }
    [[nodiscard]] std::string uploads() const { return directory_ + "/uploads"; }

private:
    [[nodiscard]] std::string incoming() const { return directory_ + "/incoming"; }
    [[nodiscard]] std::string file_of(const std::string& sha256) const {
        return directory_ + "/blobs/" + sha256.substr(0, 2) + "/" + sha256;
    }
    [[nodiscard]] std::string mark_of(const std::string& sha256) const {
        return incoming() + "/" + sha256 + ".mark";
    }

    /// Errors: std::system_error.
    void make_folder(const std::string& folder) {
        {
            const std::lock_guard lock(mutex_);
            if (durable_folders_.count(folder) != 0) return;
        }
        if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
            throw core::os_error(errno, "make the directory", folder);
        // Also if it was there: whoever made it may not have come so far.
        core::fsync_directory(directory_ + "/blobs");
        const std::lock_guard lock(mutex_);
        durable_folders_.insert(folder);
    }

    void pin(const std::string& sha256) {
        const std::lock_guard lock(mutex_);
        // Errors: std::system_error.
        core::open_file(mark_of(sha256), O_WRONLY | O_CREAT, 0600).close(mark_of(sha256));
        ++pins_[sha256];
    }
    void unpin(const std::string& sha256, bool stored) noexcept {
        const std::lock_guard lock(mutex_);
        const auto found = pins_.find(sha256);
        if (--found->second > 0) return;
        pins_.erase(found);
        if (stored) ::unlink(mark_of(sha256).c_str());
    }

    std::string directory_;
    mutable std::mutex mutex_;
    std::map<std::string, int> pins_;
    std::set<std::string> durable_folders_;  // their names are on the disk; 256 at most
};

}  // namespace neptune::storage

#endif
