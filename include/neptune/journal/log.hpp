#ifndef NEPTUNE_JOURNAL_LOG_HPP
#define NEPTUNE_JOURNAL_LOG_HPP

// Everything of a journal that its mutex guards: what is on disk, the counters, the field ids, and
// the rules for taking a record in or refusing it.

#include <neptune/journal/batch.hpp>
#include <neptune/journal/fields.hpp>
#include <neptune/journal/options.hpp>
#include <neptune/journal/record.hpp>
#include <neptune/journal/segments.hpp>
#include <neptune/journal/side_files.hpp>
#include <neptune/journal/space_guard.hpp>
#include <neptune/journal/state.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace neptune::journal {

/// Why records were not taken.
struct Refusal {
    DropReason reason;
    std::error_code error;
};

/// What became of one call. The journal tells it after the lock is released.
struct Outcome {
    std::optional<Range> range;      ///< the numbers given
    std::optional<Refusal> refusal;  ///< nothing of the call was taken
    std::optional<Refusal> news;     ///< first of its reason: `on_drop` has to hear of it
    std::string message;             ///< for either
};

/// Threads: none; the journal's mutex guards every call.
class Log {
public:
    Segments segments;
    SideFiles side_files;
    StateFile state;
    Fields fields;
    SpaceGuard space;
    std::uint64_t last = 0;  ///< number of the newest record

    explicit Log(const Options& options)
        : segments(options.directory, segment_size(options)),
          side_files(options.directory),
          state(options.directory + "/state"),
          space(options),
          options_(options) {}

    /// Takes over what is on disk; gives the bytes without a valid record. Errors: as
    /// Segments::load.
    std::uint64_t load() {
        const std::uint64_t damaged =
            segments.load([this](const Record& record, std::uint64_t segment) {
                last = (std::max)(last, record.sequence);
                if (record.kind == kind_definition)
                    fields.define(record.field, record.payload, segment);
                if ((record.flags & flag::in_file) == 0) return;
                if (const auto file = SideFile::from_bytes(record.payload))
                    side_files.found(record.sequence, *file);
            });
        Counters counters = state.counters();
        if (!state.known() && !segments.list().empty())
            counters.acknowledged = segments.list().front().first - 1;
        // After a power cut the server may have more than the disk. Those numbers are taken.
        last = (std::max)({last, segments.taken(), counters.acknowledged, counters.flight_last});
        // Twice: both slots are allocated now, so that a full disk cannot keep the counters from
        // moving.
        state.set(counters);
        state.set(counters);
        if (const auto error = state.save())
            throw core::os_error(error.value(), "write the state of the queue", options_.directory);
        for (const std::string& path : segments.take_acknowledged(counters.acknowledged))
            ::unlink(path.c_str());
        static_cast<void>(side_files.take_acknowledged(counters.acknowledged));
        side_files.remove_strangers();
        return damaged;
    }

    [[nodiscard]] std::uint64_t used() const { return segments.bytes() + side_files.bytes(); }
    [[nodiscard]] bool is_empty() const { return state.counters().acknowledged == last; }

    [[nodiscard]] static bool is_large(const NewRecord& record) {
        return record.payload.size() > max_inline_payload;
    }

    /// Finds room for the records and for `beside` more bytes, if need be by dropping points.
    [[nodiscard]] std::optional<Refusal> make_room(std::span<const NewRecord> records,
                                                   std::uint64_t beside, Outcome& outcome) {
        while (true) {
            const std::uint64_t bytes = beside + size_to_write(records);
            const auto reason = space.refuse(used(), bytes);
            if (!reason) return std::nullopt;
            const Refusal refusal{*reason, std::make_error_code(std::errc::no_space_on_device)};
            if (space.hopeless(used(), bytes)) return refusal;
            if (!drop_oldest_points(refusal, outcome)) return refusal;
            if (*reason != DropReason::queue_limit) space.check_disk();
        }
    }

    /// Writes the records, whose large payloads lie in `files` already, or says in `outcome` why
    /// not.
    void append(std::span<const NewRecord> records, const std::vector<SideFile>& files,
                Outcome& outcome) {
        while (true) {
            outcome.refusal = make_room(records, 0, outcome);
            if (outcome.refusal) return;
            std::error_code error;
            if (segments.wants_rotation(size_in(segments.active(), records)))
                error = segments.rotate(last + 1);
            // Without a new segment the old one takes it.
            if (segments.active() != 0) error = write(records, files);
            if (!error) break;
            outcome.refusal = Refusal{DropReason::write_failed, error};
            if (error != std::errc::no_space_on_device ||
                !drop_oldest_points(*outcome.refusal, outcome))
                return;
        }
        outcome.refusal.reset();
        auto file = files.begin();
        const std::uint64_t first = last + 1;
        for (std::size_t i = 0; i < records.size(); ++i)
            if (is_large(records[i])) side_files.refer(first + i, *file++);
        last += records.size();
        outcome.range = Range{first, last};
    }

    /// Counts the records of a refused call.
    void count_dropped(std::span<const NewRecord> records, Outcome& outcome) {
        for (const NewRecord& record : records) ++fields.at(record.field).dropped;
        note(*outcome.refusal, outcome);
    }

    /// Leaves word of the first refusal of each reason; of every one for those who want exceptions.
    void note(const Refusal& refusal, Outcome& outcome) {
        bool& known = noted_.at(static_cast<std::size_t>(refusal.reason));
        if (outcome.news || (known && !options_.throw_when_full)) return;
        const std::string figures = space.describe(refusal.reason);
        outcome.message = std::string(to_string(refusal.reason));
        outcome.message += figures.empty() ? ": " + refusal.error.message() : " (" + figures + ")";
        outcome.message += ": " + options_.directory;
        if (!known) outcome.news = refusal;
        known = true;
    }

    /// Something has changed that may help: points may be dropped again.
    void retry_rewriting() { rewrite_failed_ = false; }

private:
    // A queue of a few large segments could neither grow nor give way in steps.
    static std::uint64_t segment_size(const Options& options) {
        constexpr std::uint64_t smallest = 4096;
        return (std::max)(smallest, (std::min)(options.segment_size, options.queue_limit / 4));
    }

    /// Bytes of the records with the definitions that are missing in that segment; 0 is one to
    /// come. Errors: std::invalid_argument for records that no caller may write.
    std::uint64_t size_in(std::uint64_t segment, std::span<const NewRecord> records) {
        std::uint64_t size = 0;
        for (const NewRecord& record : records) {
            if (record.kind == kind_definition)
                throw std::invalid_argument("kind 0 is taken by the queue itself");
            const Fields::Field& field = fields.at(record.field);
            if (segment == 0 || field.defined_in != segment) size += record_size(field.path.size());
            size += record_size(is_large(record) ? sizeof(SideFile) : record.payload.size());
        }
        return size;
    }
    std::uint64_t size_to_write(std::span<const NewRecord> records) {
        const std::uint64_t size = size_in(segments.active(), records);
        return segments.wants_rotation(size) ? sizeof(SegmentHeader) + size_in(0, records) : size;
    }

    bool drop_oldest_points(const Refusal& cause, Outcome& outcome) {
        if (options_.on_full != QueueFull::drop_oldest_points || rewrite_failed_) return false;
        const Counters& counters = state.counters();
        std::optional<Segments::Dropped> dropped;
        try {
            dropped =
                segments.drop_oldest_points(counters.acknowledged, counters.flight_last, last + 1);
        } catch (const std::system_error&) {
            // What cannot be read cannot be thinned out; the reader will meet the same error and
            // report it.
        }
        rewrite_failed_ = !dropped;  // so it is not tried again at each record
        if (!dropped) return false;
        side_files.drop(dropped->with_file);
        for (const auto& [field, count] : dropped->by_field) fields.at(field).dropped += count;
        if (!dropped->by_field.empty()) note(cause, outcome);
        return true;
    }

    std::error_code write(std::span<const NewRecord> records, const std::vector<SideFile>& files) {
        buffer_.clear();
        auto file = files.begin();
        std::uint64_t sequence = last;
        std::uint64_t points = 0;
        for (NewRecord record : records) {
            Fields::Field& field = fields.at(record.field);
            if (field.defined_in != segments.active()) {
                field.defined_in = segments.active();
                encode_record(buffer_, 0,
                              {record.field, kind_definition, 0, record.time_ms, field.path});
            }
            record.flags &= static_cast<std::uint16_t>(~flag::in_file);
            if (is_large(record)) {
                record.flags |= flag::in_file;
                record.payload = (file++)->bytes();
            }
            if ((record.flags & flag::point) != 0) ++points;
            encode_record(buffer_, ++sequence, record);
        }
        const auto error = segments.append(buffer_, last + 1, sequence, points);
        if (error)
            for (const NewRecord& record : records) fields.at(record.field).defined_in = 0;
        constexpr std::size_t usual_size = std::size_t{1} << 20;
        if (buffer_.capacity() > usual_size) buffer_ = {};
        return error;
    }

    const Options& options_;  // the journal's
    std::string buffer_;      // kept, so that appending allocates nothing
    bool rewrite_failed_ = false;
    std::array<bool, 5> noted_{};  // by DropReason
};

}  // namespace neptune::journal

#endif
