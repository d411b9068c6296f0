#ifndef NEPTUNE_JOURNAL_RECORD_HPP
#define NEPTUNE_JOURNAL_RECORD_HPP

// Layout on disk of a segment: one SegmentHeader, then records, each a RecordHeader and its payload
// padded to 8 bytes. Numbers are in the byte order of the machine; the header tells a foreign one
// apart.
//
// Invariant: a record counts only with its check word, and everything behind the first invalid
// record of a file counts as never written.
//
// Field paths are interned: a record of kind 0 defines the id of a path. The definitions a segment
// needs are written into that segment, in front of their first use and by the same write. So each
// file can be read alone, the order on disk never depends on two files, and deleting a segment
// deletes just what nobody needs any more. (A separate file of definitions would have to reach the
// disk before each segment and could never shrink.)

#include <neptune/core/check.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace neptune::journal {

/// Version of the layout; a directory of another version is left alone.
inline constexpr std::uint32_t layout_version = 1;
/// Payloads above this many bytes go to a file of their own in `upload/`.
inline constexpr std::size_t max_inline_payload = std::size_t{64} << 10;

/// Flag bits of the log itself; the other bits are the caller's.
namespace flag {
inline constexpr std::uint16_t point =
    1;  ///< a point of a series: QueueFull::drop_oldest_points may drop it
inline constexpr std::uint16_t in_file = 2;  ///< set by the log: the payload lies in `upload/`
}  // namespace flag

/// Kind of the records that define a field id; they have no sequence number. Operations have kinds
/// from 1.
inline constexpr std::uint16_t kind_definition = 0;

/// One operation as it is read back. Lifetime: `payload` is valid as long as the Batch it came
/// with.
struct Record {
    std::uint64_t sequence = 0;  ///< from 1, rising, without gaps when written
    std::int64_t time_ms = 0;    ///< when it was queued, ms since the Unix epoch, UTC
    std::uint32_t field = 0;     ///< id from Journal::intern
    std::uint16_t kind = 0;      ///< the caller's operation code
    std::uint16_t flags = 0;
    std::string_view payload;
};

/// One operation to be written.
struct NewRecord {
    std::uint32_t field = 0;
    std::uint16_t kind = 1;
    std::uint16_t flags = 0;
    std::int64_t time_ms = 0;
    std::string_view payload;
};

struct SegmentHeader {
    char magic[8] = {'N', 'E', 'P', 'T', 'J', 'R', 'N', 'L'};
    std::uint32_t version = layout_version;
    std::uint32_t byte_order = 0x01020304;
    std::uint64_t first_sequence = 0;  ///< no record of this segment has a smaller number
    std::uint64_t reserved = 0;
};
static_assert(sizeof(SegmentHeader) == 32);

struct RecordHeader {
    std::uint32_t length = 0;  ///< bytes of payload, without padding
    std::uint32_t check = 0;   ///< over all that follows this word, seeded with `length`
    std::uint64_t sequence = 0;
    std::int64_t time_ms = 0;
    std::uint32_t field = 0;
    std::uint16_t kind = 0;
    std::uint16_t flags = 0;
};
static_assert(sizeof(RecordHeader) == 32);

/// Bytes on disk of a record with a payload of `length` bytes.
[[nodiscard]] constexpr std::size_t record_size(std::size_t length) {
    return sizeof(RecordHeader) + ((length + 7) & ~std::size_t{7});
}
/// A buffer of this size holds any valid record.
inline constexpr std::size_t max_record_size = record_size(max_inline_payload);

inline std::uint32_t record_check(const char* record, std::uint32_t length) {
    constexpr std::size_t covered_from = offsetof(RecordHeader, sequence);
    return core::check32(record + covered_from, sizeof(RecordHeader) - covered_from + length,
                         length);
}

/// Appends the record to `out`, which keeps its capacity: no allocation in steady state.
inline void encode_record(std::string& out, std::uint64_t sequence, const NewRecord& record) {
    RecordHeader header;
    header.length = static_cast<std::uint32_t>(record.payload.size());
    header.sequence = sequence;
    header.time_ms = record.time_ms;
    header.field = record.field;
    header.kind = record.kind;
    header.flags = record.flags;
    const std::size_t start = out.size();
    out.append(reinterpret_cast<const char*>(&header), sizeof header);
    out.append(record.payload);
    out.resize(start + record_size(record.payload.size()), '\0');
    header.check = record_check(out.data() + start, header.length);
    std::memcpy(out.data() + start + offsetof(RecordHeader, check), &header.check,
                sizeof header.check);
}

/// The record at the front of `bytes`; nothing if it is cut short or damaged. The payload points
/// into `bytes`.
[[nodiscard]] inline std::optional<Record> decode_record(std::string_view bytes) {
    RecordHeader header;
    if (bytes.size() < sizeof header) return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.length > max_inline_payload || bytes.size() < record_size(header.length))
        return std::nullopt;
    if (record_check(bytes.data(), header.length) != header.check) return std::nullopt;
    const bool definition = header.kind == kind_definition;
    if (definition != (header.sequence == 0) || (definition && header.length == 0))
        return std::nullopt;
    return Record{header.sequence, header.time_ms, header.field,
                  header.kind,     header.flags,   bytes.substr(sizeof header, header.length)};
}

}  // namespace neptune::journal

#endif
