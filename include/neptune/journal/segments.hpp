#ifndef NEPTUNE_JOURNAL_SEGMENTS_HPP
#define NEPTUNE_JOURNAL_SEGMENTS_HPP

// The segment files of a journal: the last one grows, the others are read and deleted.
//
// Invariant: what is on disk up to `bytes` of each segment is whole records. A write that fails is
// cut off again, so a full disk harms nothing that was written before.

#include <neptune/core/files.hpp>
#include <neptune/journal/file.hpp>
#include <neptune/journal/segment.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace neptune::journal {

/// Threads: none; the journal's mutex guards every call.
class Segments {
public:
    Segments(std::string directory, std::uint64_t target_size)
        : directory_(std::move(directory)), target_size_(target_size) {}

    /// Reads what an earlier process left, handing each record to `visit(record, first number of
    /// its segment)`, and cuts the torn tail off the last file, which then grows on. Returns the
    /// bytes that held no valid record. Errors: std::system_error; std::runtime_error for an
    /// unknown layout, before any record is touched.
    template <class Visit>
    std::uint64_t load(Visit visit) {
        std::uint64_t damaged = 0;
        const std::vector<std::uint64_t> numbers = numbers_on_disk();
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const std::uint64_t first = numbers[i];
            const std::uint64_t end = i + 1 < numbers.size() ? numbers[i + 1] : UINT64_MAX;
            const std::string path = segment_path(directory_, first);
            const core::Descriptor file = core::open_file(path, O_RDONLY);
            const std::uint64_t size = file_size(file, path);
            Segment& segment = list_.emplace_back(first);
            taken_ = first - 1;
            if (!has_valid_header(file, path)) {
                segment.bytes = 0;
                damaged += size;
                continue;
            }
            SegmentReader reader(path, segment.bytes, size);
            while (const auto record = reader.next()) {
                const std::uint64_t length = record_size(record->payload.size());
                if (record->kind == kind_definition)
                    segment.bytes += length;
                else if (record->sequence <= segment.last || record->sequence >= end)
                    break;  // left by a write that failed and could not be cut off
                else
                    segment.add(record->sequence, record->sequence, length,
                                (record->flags & flag::point) != 0 ? 1 : 0);
                visit(*record, first);
            }
            damaged += size - segment.bytes;
        }
        resume_last();
        for (const Segment& segment : list_) bytes_ += segment.bytes;
        return damaged;
    }

    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// Numbers up to here were in use, say the names of the files that `load` found, whatever is
    /// left in them.
    [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
    [[nodiscard]] const std::deque<Segment>& list() const noexcept { return list_; }
    /// First number of the segment that grows; 0 if there is none yet.
    [[nodiscard]] std::uint64_t active() const noexcept { return active_ ? list_.back().first : 0; }

    /// True if `size` more bytes should go to a new segment.
    [[nodiscard]] bool wants_rotation(std::uint64_t size) const {
        if (!active_) return true;
        const Segment& segment = list_.back();
        return segment.last >= segment.first &&
               segment.bytes + size > (std::min)(target_size_, active_limit_);
    }

    /// Begins the segment of number `next`. After an error the present segment, if any, can still
    /// grow.
    [[nodiscard]] std::error_code rotate(std::uint64_t next) {
        const std::string path = segment_path(directory_, next);
        core::Descriptor file = core::try_open(path, O_RDWR | O_CREAT | O_EXCL, file_mode);
        if (!file) return last_error();
        SegmentHeader header;
        header.first_sequence = next;
        if (const auto error =
                write_at(file, {reinterpret_cast<const char*>(&header), sizeof header}, 0)) {
            ::unlink(path.c_str());
            return error;
        }
        active_ = std::move(file);
        active_limit_ = file_size_limit();
        torn_ = false;
        list_.emplace_back(next);
        bytes_ += sizeof header;
        new_entries_ = true;
        return {};
    }

    /// Writes whole records with the numbers `first` to `last`, all of them or, after an error,
    /// none.
    [[nodiscard]] std::error_code append(std::string_view records, std::uint64_t first,
                                         std::uint64_t last, std::uint64_t points) {
        Segment& segment = list_.back();
        if (segment.bytes + records.size() > active_limit_)
            return std::make_error_code(std::errc::file_too_large);
        if (torn_) {
            if (const auto error = truncate(active_, segment.bytes)) return error;
            torn_ = false;
        }
        if (const auto error = write_at(active_, records, segment.bytes)) {
            torn_ = static_cast<bool>(truncate(active_, segment.bytes));
            return error;
        }
        segment.add(first, last, records.size(), points);
        bytes_ += records.size();
        if (unsynced_.empty() || unsynced_.back() != segment.first)
            unsynced_.push_back(segment.first);
        return {};
    }

    /// Forgets the segments that are acknowledged as a whole and not being written; the caller
    /// deletes the files.
    [[nodiscard]] std::vector<std::string> take_acknowledged(std::uint64_t acknowledged) {
        std::vector<std::string> paths;
        while (!list_.empty() && list_.front().last <= acknowledged &&
               (list_.size() > 1 || !active_)) {
            bytes_ -= list_.front().bytes;
            paths.push_back(segment_path(directory_, list_.front().first));
            list_.pop_front();
        }
        return paths;
    }

    struct Place {
        SegmentReader
            reader;  ///< holds the file open, so that it may be deleted or replaced meanwhile
        std::uint64_t next =
            0;  ///< first number of the following segment; 0 if this is the last one
    };
    /// Where the record of that number lies, or the first one above it. Errors: std::system_error.
    [[nodiscard]] std::optional<Place> locate(std::uint64_t sequence) const {
        const auto found = std::find_if(list_.begin(), list_.end(), [&](const Segment& segment) {
            return segment.last >= (std::max)(sequence, segment.first);
        });
        if (found == list_.end()) return std::nullopt;
        const auto following = found + 1;
        return Place{SegmentReader(segment_path(directory_, found->first),
                                   found->offset_of(sequence), found->bytes),
                     following == list_.end() ? 0 : following->first};
    }

    /// What a rewrite left out that was not yet acknowledged.
    struct Dropped {
        std::unordered_map<std::uint32_t, std::uint64_t> by_field;  ///< number of points
        std::vector<std::uint64_t>
            with_file;  ///< sequence numbers of those whose payload lies in a file
    };
    /// Rewrites the oldest segment that has points, without them and without what is acknowledged;
    /// points up to `in_flight` stay. Nothing if there is none, or no room to rewrite it. `next` is
    /// the number of the next record. Errors: std::system_error from reading.
    [[nodiscard]] std::optional<Dropped> drop_oldest_points(std::uint64_t acknowledged,
                                                            std::uint64_t in_flight,
                                                            std::uint64_t next) {
        auto oldest = std::find_if(list_.begin(), list_.end(),
                                   [](const Segment& segment) { return segment.points != 0; });
        if (oldest == list_.end()) return std::nullopt;
        if (active_ && oldest == list_.end() - 1) {
            if (rotate(next)) return std::nullopt;
            oldest = list_.end() - 2;
        }
        return rewrite_without_points(*oldest, acknowledged, in_flight);
    }

    /// What has been written since the last call: the paths to force to the disk, the directory
    /// last.
    [[nodiscard]] std::vector<std::string> take_unsynced() {
        std::vector<std::string> paths;
        for (const std::uint64_t first : std::exchange(unsynced_, {}))
            paths.push_back(segment_path(directory_, first));
        if (std::exchange(new_entries_, false)) paths.push_back(directory_);
        return paths;
    }

    void close() noexcept { active_ = core::Descriptor(); }

private:
    // Sorted; files that a rewrite had not finished are removed.
    std::vector<std::uint64_t> numbers_on_disk() const {
        std::vector<std::uint64_t> numbers;
        constexpr std::string_view prefix = "segment-";
        for (const auto& name : core::list_directory(directory_)) {
            if (name.compare(0, prefix.size(), prefix) != 0) continue;
            const std::string digits = name.substr(prefix.size());
            if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos)
                ::unlink((directory_ + "/" + name).c_str());
            else
                numbers.push_back(std::stoull(digits));
        }
        std::sort(numbers.begin(), numbers.end());
        return numbers;
    }

    // The last segment with a valid header grows on. Those behind it hold nothing: they are
    // removed.
    void resume_last() {
        while (!list_.empty() && list_.back().bytes == 0) {
            ::unlink(segment_path(directory_, list_.back().first).c_str());
            list_.pop_back();
        }
        if (list_.empty()) return;
        const std::string path = segment_path(directory_, list_.back().first);
        active_ = core::open_file(path, O_RDWR);
        active_limit_ = file_size_limit();
        if (const auto error = truncate(active_, list_.back().bytes))
            throw core::os_error(error.value(), "truncate", path);
    }

    std::optional<Dropped> rewrite_without_points(Segment& segment, std::uint64_t acknowledged,
                                                  std::uint64_t in_flight) {
        const std::string path = segment_path(directory_, segment.first);
        const std::string fresh_path = path + ".rewrite";
        const core::Descriptor fresh =
            core::try_open(fresh_path, O_WRONLY | O_CREAT | O_TRUNC, file_mode);
        if (!fresh) return std::nullopt;
        std::error_code error;

        Segment kept(segment.first);
        SegmentHeader header;
        header.first_sequence = segment.first;
        std::string buffer(reinterpret_cast<const char*>(&header), sizeof header);
        std::uint64_t written = 0;
        const auto flush = [&] {
            if (!error) error = write_at(fresh, buffer, written);
            written += buffer.size();
            buffer.clear();
        };
        Dropped dropped;
        SegmentReader reader(path, sizeof header, segment.bytes);
        while (const auto record = reader.next()) {
            const bool operation = record->kind != kind_definition;
            if (operation && record->sequence <= acknowledged) continue;
            if ((record->flags & flag::point) != 0 && record->sequence > in_flight) {
                ++dropped.by_field[record->field];
                if ((record->flags & flag::in_file) != 0)
                    dropped.with_file.push_back(record->sequence);
                continue;
            }
            encode_record(
                buffer, record->sequence,
                {record->field, record->kind, record->flags, record->time_ms, record->payload});
            const std::uint64_t size = record_size(record->payload.size());
            if (operation)
                kept.add(record->sequence, record->sequence, size, 0);
            else
                kept.bytes += size;
            if (buffer.size() >= Segment::mark_distance) flush();
        }
        flush();
        // On disk before it takes the place of the other: a power cut must not lose what is kept.
        if (!error) error = sync(fresh);
        if (!error && ::rename(fresh_path.c_str(), path.c_str()) != 0) error = last_error();
        if (error) {
            ::unlink(fresh_path.c_str());
            return std::nullopt;
        }
        new_entries_ = true;
        bytes_ = bytes_ - segment.bytes + kept.bytes;
        kept.last = segment.last;
        segment = std::move(kept);
        return dropped;
    }

    std::string directory_;
    std::uint64_t target_size_;
    std::deque<Segment> list_;  // rising; the last one grows if `active_` is open
    core::Descriptor active_;
    bool torn_ = false;  // the end of the active file could not be cut off after a failed write
    std::uint64_t active_limit_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t taken_ = 0;
    std::vector<std::uint64_t> unsynced_;
    bool new_entries_ = false;
};

}  // namespace neptune::journal

#endif
