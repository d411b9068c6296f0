#ifndef NEPTUNE_CORE_ZIP_HPP
#define NEPTUNE_CORE_ZIP_HPP

// A zip archive of uncompressed entries whose sizes and check sums are known beforehand. Then the
// place of every byte follows, so that any part of the archive can be made when it is sent: nothing
// of it lies in memory or on the disk. Format: APPNOTE 6.3, with zip64 where numbers need it.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::core {

/// A file, or a directory if the name ends in a slash. Units: `size` bytes, `mtime_ms` milliseconds
/// since the Unix epoch, UTC.
struct ZipEntry {
    std::string name;
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
    std::int64_t mtime_ms = 0;
};

/// Threads: immutable.
class ZipLayout {
public:
    explicit ZipLayout(std::vector<ZipEntry> entries) : entries_(std::move(entries)) {
        std::uint64_t at = 0;
        for (const auto& entry : entries_) {
            local_.push_back(at);
            at += local_header(entry).size() + entry.size;
        }
        directory_ = at;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            central_.push_back(at);
            at += central_header(i).size();
        }
        end_ = at;
        size_ = end_ + end_records().size();
    }

    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] const std::vector<ZipEntry>& entries() const { return entries_; }

    /// Copies at most `size` bytes of the archive from `offset` on, at least one if there is one.
    /// `read(entry, offset, buffer, size)` does the same for the content of an entry.
    template <class Read>
    [[nodiscard]] std::size_t read(std::uint64_t offset, char* buffer, std::size_t size,
                                   Read read_entry) const {
        if (offset >= end_) return copy(end_records(), offset - end_, buffer, size);
        if (offset >= directory_) {
            const std::size_t i = place(central_, offset);
            return copy(central_header(i), offset - central_[i], buffer, size);
        }
        const std::size_t i = place(local_, offset);
        const std::string header = local_header(entries_[i]);
        const std::uint64_t in_entry = offset - local_[i];
        if (in_entry < header.size()) return copy(header, in_entry, buffer, size);
        const std::uint64_t in_content = in_entry - header.size();
        const auto most = static_cast<std::size_t>(
            (std::min)(std::uint64_t{size}, entries_[i].size - in_content));
        return read_entry(i, in_content, buffer, most);
    }

private:
    static constexpr std::uint64_t large = 0xFFFFFFFF;

    // Little-endian numbers in sequence.
    class Record {
    public:
        Record& u16(std::uint64_t value) { return number(value, 2); }
        Record& u32(std::uint64_t value) { return number(value, 4); }
        Record& u64(std::uint64_t value) { return number(value, 8); }
        Record& text(std::string_view value) {
            bytes.append(value);
            return *this;
        }
        std::string bytes;

    private:
        Record& number(std::uint64_t value, int size) {
            for (int i = 0; i < size; ++i, value >>= 8)
                bytes.push_back(static_cast<char>(value & 0xFF));
            return *this;
        }
    };

    static std::size_t place(const std::vector<std::uint64_t>& starts, std::uint64_t offset) {
        return static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), offset) -
                                        starts.begin() - 1);
    }
    static std::size_t copy(const std::string& bytes, std::uint64_t from, char* buffer,
                            std::size_t size) {
        const auto part = std::string_view(bytes).substr(static_cast<std::size_t>(from), size);
        std::memcpy(buffer, part.data(), part.size());
        return part.size();
    }

    static bool is_directory(const ZipEntry& entry) { return entry.name.back() == '/'; }
    static std::uint64_t capped(std::uint64_t value) { return (std::min)(value, large); }

    // Version, flags (names are UTF-8), method (stored), time, sum and sizes: in both headers.
    static void put_common(Record& record, const ZipEntry& entry, bool zip64) {
        const auto [time, date] = dos_time(entry.mtime_ms);
        record.u16(zip64 ? 45 : 20).u16(0x800).u16(0).u16(time).u16(date);
        record.u32(entry.crc32).u32(capped(entry.size)).u32(capped(entry.size));
        record.u16(entry.name.size());
    }

    static std::string local_header(const ZipEntry& entry) {
        Record extra;
        if (entry.size >= large) extra.u16(1).u16(16).u64(entry.size).u64(entry.size);
        Record record;
        record.u32(0x04034b50);
        put_common(record, entry, !extra.bytes.empty());
        return record.u16(extra.bytes.size()).text(entry.name).text(extra.bytes).bytes;
    }

    [[nodiscard]] std::string central_header(std::size_t i) const {
        const ZipEntry& entry = entries_[i];
        Record numbers;
        if (entry.size >= large) numbers.u64(entry.size).u64(entry.size);
        if (local_[i] >= large) numbers.u64(local_[i]);
        Record extra;
        if (!numbers.bytes.empty()) extra.u16(1).u16(numbers.bytes.size()).text(numbers.bytes);
        // Made on Unix, whose file modes stand in the upper half of the attributes.
        const std::uint64_t attributes = is_directory(entry) ? (std::uint64_t{040755} << 16 | 0x10)
                                                             : std::uint64_t{0100644} << 16;
        Record record;
        record.u32(0x02014b50).u16(3 << 8 | 45);
        put_common(record, entry, !extra.bytes.empty());
        record.u16(extra.bytes.size()).u16(0).u16(0).u16(0).u32(attributes).u32(capped(local_[i]));
        return record.text(entry.name).text(extra.bytes).bytes;
    }

    [[nodiscard]] std::string end_records() const {
        const std::uint64_t count = entries_.size(), bytes = end_ - directory_;
        Record record;
        if (count >= 0xFFFF || bytes >= large || directory_ >= large) {
            record.u32(0x06064b50).u64(44).u16(3 << 8 | 45).u16(45).u32(0).u32(0);
            record.u64(count).u64(count).u64(bytes).u64(directory_);
            record.u32(0x07064b50).u32(0).u64(end_).u32(1);
        }
        const std::uint64_t shown = (std::min)(count, std::uint64_t{0xFFFF});
        record.u32(0x06054b50).u16(0).u16(0).u16(shown).u16(shown);
        return record.u32(capped(bytes)).u32(capped(directory_)).u16(0).bytes;
    }

    /// Two seconds are the finest and 1980 is the first year that the format has.
    static std::pair<std::uint32_t, std::uint32_t> dos_time(std::int64_t ms) {
        namespace chrono = std::chrono;
        const chrono::sys_time<chrono::milliseconds> moment{chrono::milliseconds(ms)};
        const auto day = chrono::floor<chrono::days>(moment);
        const chrono::year_month_day date(day);
        const int year = static_cast<int>(date.year());
        if (year < 1980 || year > 2107) return {0, 1 << 5 | 1};
        const auto second = static_cast<std::uint32_t>(
            chrono::duration_cast<chrono::seconds>(moment - day).count());
        return {second / 3600 << 11 | second / 60 % 60 << 5 | second % 60 / 2,
                static_cast<std::uint32_t>(year - 1980) << 9 |
                    static_cast<unsigned>(date.month()) << 5 | static_cast<unsigned>(date.day())};
    }

    std::vector<ZipEntry> entries_;
    // Where the local header of each entry begins, and its header in the directory.
    std::vector<std::uint64_t> local_, central_;
    std::uint64_t directory_ = 0, end_ = 0, size_ = 0;
};

}  // namespace neptune::core

#endif
