#ifndef NEPTUNE_JOURNAL_BATCH_HPP
#define NEPTUNE_JOURNAL_BATCH_HPP

#include <neptune/journal/record.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::journal {

/// Sequence numbers `first` to `last`, both included.
struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    friend bool operator==(const Range&, const Range&) = default;
};

/// What Journal::read found: the records, in rising order of their numbers, and the range they
/// stand for. Numbers of the range that have no record were dropped by policy or lost with a
/// damaged disk; the range covers them nevertheless, so that what the server sees has no gap.
/// Moving a batch keeps its payloads where they are.
class Batch {
public:
    std::uint64_t first = 0;
    std::uint64_t last = 0;  ///< `first - 1` if there was nothing to read
    std::vector<Record> records;

    /// True if the range is empty; a range without records is not.
    [[nodiscard]] bool empty() const noexcept { return last < first; }
    [[nodiscard]] Range range() const noexcept { return {first, last}; }

    /// Copies the payload and takes the record in.
    void add(Record record) {
        if (blocks_.empty() ||
            blocks_.back().capacity() - blocks_.back().size() < record.payload.size()) {
            blocks_.emplace_back();
            blocks_.back().reserve((std::max)(block_size, record.payload.size()));
        }
        std::string& block = blocks_.back();
        const std::size_t start = block.size();
        block.append(record.payload);
        record.payload = {block.data() + start, record.payload.size()};
        records.push_back(record);
    }
    /// Takes the record in with a payload that was read from a file of its own.
    void add(Record record, std::string payload) {
        const auto block = blocks_.insert(blocks_.begin(), std::move(payload));
        record.payload = *block;
        records.push_back(record);
    }

private:
    // Above the small-string size, so that moving a block never moves its characters.
    static constexpr std::size_t block_size = std::size_t{64} << 10;
    std::vector<std::string> blocks_;
};

}  // namespace neptune::journal

#endif
