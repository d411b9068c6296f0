#ifndef NEPTUNE_JOURNAL_SIDE_FILES_HPP
#define NEPTUNE_JOURNAL_SIDE_FILES_HPP

// Large payloads lie beside the segments, one file each in `upload/`. A file is complete and closed
// before the record that names it is written, and goes after that record is acknowledged; what a
// crash leaves in between has no record and is removed when the journal is opened again.

#include <neptune/core/check.hpp>
#include <neptune/core/files.hpp>
#include <neptune/journal/file.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <vector>

namespace neptune::journal {

/// Payload of a record whose content lies in a file.
struct SideFile {
    std::uint64_t number = 0;  ///< name of the file
    std::uint64_t size = 0;    ///< bytes
    std::uint32_t check = 0;   ///< over the content
    std::uint32_t reserved = 0;

    [[nodiscard]] std::string_view bytes() const {
        return {reinterpret_cast<const char*>(this), sizeof(SideFile)};
    }
    static std::optional<SideFile> from_bytes(std::string_view payload) {
        SideFile file;
        if (payload.size() != sizeof file) return std::nullopt;
        std::memcpy(&file, payload.data(), sizeof file);
        return file;
    }
};

/// Threads: `write`, `read` and `remove` any; the others are guarded by the journal's mutex.
class SideFiles {
public:
    explicit SideFiles(std::string journal_directory)
        : journal_directory_(std::move(journal_directory)),
          directory_(journal_directory_ + "/upload") {}

    /// Writes a new file. Errors: `error` is set and nothing is left behind.
    [[nodiscard]] SideFile write(std::string_view content, std::error_code& error) {
        SideFile result;
        result.number = next_.fetch_add(1);
        result.size = content.size();
        result.check = core::check32(content.data(), content.size(), 0);
        if (content.size() > file_size_limit()) {
            error = std::make_error_code(std::errc::file_too_large);
            return result;
        }
        if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) {
            error = last_error();
            return result;
        }
        const core::Descriptor file =
            core::try_open(path(result.number), O_WRONLY | O_CREAT | O_EXCL, file_mode);
        error = file ? write_at(file, content, 0) : last_error();
        if (error && file) remove(result.number);
        return result;
    }

    /// The content; nothing if the file is missing or damaged, as a power cut leaves it. Errors:
    /// std::system_error.
    [[nodiscard]] std::optional<std::string> read(const SideFile& wanted) const {
        const std::string name = path(wanted.number);
        const core::Descriptor file = core::try_open(name, O_RDONLY);
        if (!file && errno == ENOENT) return std::nullopt;
        if (!file) throw core::os_error(errno, "open", name);
        if (file_size(file, name) != wanted.size) return std::nullopt;
        std::string content(static_cast<std::size_t>(wanted.size), '\0');
        if (read_at(file, content.data(), content.size(), 0, name) != content.size() ||
            core::check32(content.data(), content.size(), 0) != wanted.check)
            return std::nullopt;
        return content;
    }

    void remove(std::uint64_t number) const { ::unlink(path(number).c_str()); }

    /// Notes that the record of that number refers to the file. Numbers rise.
    void refer(std::uint64_t sequence, const SideFile& file) {
        references_.push_back({sequence, file.number, file.size});
        bytes_ += file.size;
        unsynced_.push_back(file.number);
    }
    /// As `refer`, for a record found on disk.
    void found(std::uint64_t sequence, const SideFile& file) {
        references_.push_back({sequence, file.number, file.size});
        bytes_ += file.size;
        if (file.number >= next_) next_ = file.number + 1;
    }

    /// Bytes of all files that a record refers to.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

    /// Forgets the files of acknowledged records; the caller removes them.
    [[nodiscard]] std::vector<std::uint64_t> take_acknowledged(std::uint64_t acknowledged) {
        std::vector<std::uint64_t> numbers;
        while (!references_.empty() && references_.front().sequence <= acknowledged) {
            numbers.push_back(references_.front().number);
            bytes_ -= references_.front().size;
            references_.pop_front();
        }
        return numbers;
    }
    /// Removes the files of records that were dropped; `sequences` rise.
    void drop(const std::vector<std::uint64_t>& sequences) {
        auto wanted = sequences.begin();
        std::deque<Reference> kept;
        for (const Reference& reference : references_) {
            while (wanted != sequences.end() && *wanted < reference.sequence) ++wanted;
            if (wanted == sequences.end() || *wanted != reference.sequence) {
                kept.push_back(reference);
                continue;
            }
            bytes_ -= reference.size;
            remove(reference.number);
        }
        references_ = std::move(kept);
    }

    /// Removes what no record refers to. Errors: std::system_error.
    void remove_strangers() const {
        if (::access(directory_.c_str(), F_OK) != 0) return;
        std::unordered_set<std::string> known;
        for (const Reference& reference : references_)
            known.insert(std::to_string(reference.number));
        for (const auto& name : core::list_directory(directory_))
            if (!known.contains(name)) ::unlink((directory_ + "/" + name).c_str());
    }

    /// Paths to force to the disk, the directories last.
    [[nodiscard]] std::vector<std::string> take_unsynced() {
        std::vector<std::string> paths;
        for (const std::uint64_t number : std::exchange(unsynced_, {}))
            paths.push_back(path(number));
        if (!paths.empty()) {
            paths.push_back(directory_);
            paths.push_back(journal_directory_);
        }
        return paths;
    }

    [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

private:
    struct Reference {
        std::uint64_t sequence;
        std::uint64_t number;
        std::uint64_t size;
    };

    [[nodiscard]] std::string path(std::uint64_t number) const {
        return directory_ + "/" + std::to_string(number);
    }

    std::string journal_directory_;
    std::string directory_;
    std::atomic<std::uint64_t> next_{1};
    std::deque<Reference> references_;  // rising
    std::uint64_t bytes_ = 0;
    std::vector<std::uint64_t> unsynced_;
};

}  // namespace neptune::journal

#endif
