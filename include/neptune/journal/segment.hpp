#ifndef NEPTUNE_JOURNAL_SEGMENT_HPP
#define NEPTUNE_JOURNAL_SEGMENT_HPP

// One segment file: what is kept of it in memory, and reading it from any mark on.

#include <neptune/journal/file.hpp>
#include <neptune/journal/record.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::journal {

/// What is known of a segment without reading it.
struct Segment {
    struct Mark {
        std::uint64_t sequence;
        std::uint64_t offset;
    };
    /// Reading from some number on passes over at most this much. 16 GiB of queue then need 1 MiB
    /// of marks.
    static constexpr std::uint64_t mark_distance = std::uint64_t{256} << 10;

    std::uint64_t first = 1;                      ///< also in the name of the file
    std::uint64_t last = 0;                       ///< `first - 1` while there is none
    std::uint64_t bytes = sizeof(SegmentHeader);  ///< valid ones; the next record goes there
    std::uint64_t points = 0;  ///< records that QueueFull::drop_oldest_points may drop
    std::vector<Mark> marks;

    explicit Segment(std::uint64_t first_sequence)
        : first(first_sequence), last(first_sequence - 1) {}

    /// Notes that `size` bytes with the records up to `last_sequence` follow.
    void add(std::uint64_t first_sequence, std::uint64_t last_sequence, std::uint64_t size,
             std::uint64_t new_points) {
        if (marks.empty() || bytes - marks.back().offset >= mark_distance)
            marks.push_back({first_sequence, bytes});
        last = last_sequence;
        bytes += size;
        points += new_points;
    }

    /// Where to begin to read for a number.
    [[nodiscard]] std::uint64_t offset_of(std::uint64_t sequence) const {
        const auto after = std::upper_bound(
            marks.begin(), marks.end(), sequence,
            [](std::uint64_t wanted, const Mark& mark) { return wanted < mark.sequence; });
        return after == marks.begin() ? sizeof(SegmentHeader) : std::prev(after)->offset;
    }
};

[[nodiscard]] inline std::string segment_path(const std::string& directory, std::uint64_t first) {
    return directory + "/segment-" + std::to_string(first);
}

/// Reads the header. False if it is cut short or overwritten, as a power cut leaves it. Errors:
/// throws std::runtime_error for a layout this program does not know, which must be left alone, and
/// std::system_error.
[[nodiscard]] inline bool has_valid_header(const core::Descriptor& file, const std::string& path) {
    const SegmentHeader expected;
    SegmentHeader header;
    if (read_at(file, reinterpret_cast<char*>(&header), sizeof header, 0, path) != sizeof header)
        return false;
    if (std::memcmp(header.magic, expected.magic, sizeof header.magic) != 0) return false;
    if (header.version != expected.version || header.byte_order != expected.byte_order)
        throw std::runtime_error(path +
                                 " was written by another version of neptune-cpp or on another "
                                 "kind of machine: synchronise it there");
    return true;
}

/// Walks over the records between two offsets. Threads: one. Errors: std::system_error from
/// reading.
class SegmentReader {
public:
    SegmentReader(std::string path, std::uint64_t begin, std::uint64_t end)
        : path_(std::move(path)),
          file_(core::open_file(path_, O_RDONLY)),
          offset_(begin),
          end_(end),
          loaded_to_(begin) {}

    /// The next record, definitions included, valid until the next call; nothing at the end or
    /// where the file is damaged, which remaining() tells apart.
    std::optional<Record> next() {
        if (available().size() < max_record_size && loaded_to_ < end_) load();
        const auto record = decode_record(available());
        if (!record) return std::nullopt;
        const std::size_t size = record_size(record->payload.size());
        position_ += size;
        offset_ += size;
        return record;
    }
    /// Bytes behind the last record that was read.
    [[nodiscard]] std::uint64_t remaining() const noexcept { return end_ - offset_; }

private:
    static constexpr std::size_t buffer_size = std::size_t{256} << 10;

    [[nodiscard]] std::string_view available() const {
        return {buffer_.get() + position_, static_cast<std::size_t>(loaded_to_ - offset_)};
    }
    void load() {
        if (!buffer_) buffer_ = std::make_unique<char[]>(buffer_size);
        const std::size_t kept = available().size();
        std::memmove(buffer_.get(), buffer_.get() + position_, kept);
        position_ = 0;
        const auto wanted = static_cast<std::size_t>(
            (std::min<std::uint64_t>)(buffer_size - kept, end_ - loaded_to_));
        const std::size_t got = read_at(file_, buffer_.get() + kept, wanted, loaded_to_, path_);
        loaded_to_ += got;
    }

    std::string path_;
    core::Descriptor file_;
    std::uint64_t offset_;     // in the file: of the record that comes next
    std::uint64_t end_;        // nothing beyond is read
    std::uint64_t loaded_to_;  // in the file: end of what the buffer holds
    std::unique_ptr<char[]> buffer_;
    std::size_t position_ = 0;  // in the buffer: of the record that comes next
};

}  // namespace neptune::journal

#endif
