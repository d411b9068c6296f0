#ifndef NEPTUNE_JOURNAL_JOURNAL_HPP
#define NEPTUNE_JOURNAL_JOURNAL_HPP

// The operation log of one object, opening and process: a directory that survives the process.
//
//     segment-<n>    records from number n on, see record.hpp     upload/<k>      large payloads
//     state          how far the server has it, see state.hpp     lock            held by the owner
//     producer       random id, for ever that of these numbers    metadata.json   the caller's text
//
// Invariant: data first, then counters. Whatever a returned call logged is in the files, whole,
// before its number is known to anybody; counters that are too old only repeat what the server
// recognises.
//
// This form makes one write(2) per call under a mutex. A mapped form with one lane per thread can
// take its place behind the same interface.

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/random.hpp>
#include <neptune/journal/batch.hpp>
#include <neptune/journal/log.hpp>
#include <neptune/journal/options.hpp>
#include <neptune/journal/record.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace neptune::journal {

/// Threads: `intern`, `append`, `append_many` and the questions from any thread; `read`,
/// `read_range`, `begin_flight` and `acknowledge` from one thread at a time, which may run beside
/// the others; `tick` and `sync_to_disk` from any. No user callback runs under a lock.
class Journal {
public:
    using Options = journal::Options;
    using Clock = std::chrono::steady_clock;

    /// Makes the directory and its parents, with a new producer id if none is given. Errors:
    /// std::system_error; EEXIST if there is a journal already.
    [[nodiscard]] static std::unique_ptr<Journal> create(Options options) {
        core::make_directories(options.directory);
        auto lock = core::FileLock::try_acquire(options.directory + "/lock");
        if (!lock || ::access((options.directory + "/producer").c_str(), F_OK) == 0)
            throw core::os_error(EEXIST, "make the queue", options.directory);
        write_new_file(options.directory + "/metadata.json", options.metadata);
        // Last: a directory without it is not yet, or no longer, a journal.
        write_new_file(options.directory + "/producer",
                       options.producer.empty() ? core::uuid4() : options.producer);
        return std::unique_ptr<Journal>(new Journal(std::move(options), std::move(*lock)));
    }

    /// Takes over what a dead process left in `options.directory` and goes on from there: records
    /// up to the first invalid one, the batch that was under way, producer id and metadata. Reads
    /// the whole log once. Errors: std::system_error, EBUSY if somebody holds it;
    /// std::runtime_error if it is no journal, or one of another version or kind of machine, whose
    /// records are not touched.
    [[nodiscard]] static std::unique_ptr<Journal> open(Options options) {
        const std::runtime_error none("'" + options.directory + "' holds no queue");
        if (!is_journal(options.directory)) throw none;
        const std::string lock_path = options.directory + "/lock";
        auto lock = core::FileLock::try_acquire(lock_path);
        if (!lock) throw core::os_error(EBUSY, "take over the queue", options.directory);
        if (!is_journal(options.directory)) {
            // Its owner was just removing it.
            ::unlink(lock_path.c_str());
            ::rmdir(options.directory.c_str());
            throw none;
        }
        return std::unique_ptr<Journal>(new Journal(std::move(options), std::move(*lock)));
    }

    /// Whether the directory holds a journal, used or not. One that is being made or removed is
    /// none.
    [[nodiscard]] static bool is_journal(const std::string& directory) {
        constexpr std::size_t uuid_length = 36;
        return core::read_file(directory + "/producer").value_or("").size() == uuid_length;
    }

    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    /// As `close`, without forcing anything to the disk: what was logged survives the process, not
    /// a power cut.
    ~Journal() = default;

    /// The id of a field path, the same for the life of the object. Writes nothing.
    /// Errors: std::invalid_argument for an empty path.
    [[nodiscard]] std::uint32_t intern(std::string_view path) {
        const std::lock_guard guard(mutex_);
        return log_.fields.intern(path);
    }
    /// The path of an id; empty if there is none. Lifetime: the text stays valid as long as the
    /// journal.
    [[nodiscard]] std::string_view path(std::uint32_t field) const {
        const std::lock_guard guard(mutex_);
        return log_.fields.path(field);
    }

    /// Appends one record and gives its number; nothing if it was dropped by policy, which is
    /// counted, or if the journal is closed. Units: `time_ms` since the Unix epoch, UTC.
    /// Durability: on return the record survives the process, with Durability::per_call a power cut
    /// too. Errors: JournalFull if `throw_when_full`; std::invalid_argument for kind 0 or an
    /// unknown field.
    std::optional<std::uint64_t> append(std::uint32_t field, std::uint16_t kind,
                                        std::uint16_t flags, std::int64_t time_ms,
                                        std::string_view payload) {
        const NewRecord record{field, kind, flags, time_ms, payload};
        const auto range = append_many({&record, 1});
        return range ? std::optional(range->first) : std::nullopt;
    }

    /// Appends the records of one call under one lock and by one write, with successive numbers:
    /// all of them or, with the result nothing, none. (A process that is killed within the call may
    /// leave the first few.) Otherwise as `append`.
    std::optional<Range> append_many(std::span<const NewRecord> records) {
        if (records.empty()) throw std::invalid_argument("no records to append");
        Outcome outcome;
        std::vector<SideFile> files;
        const bool large = std::any_of(records.begin(), records.end(), Log::is_large);
        if (large) outcome.refusal = write_side_files(records, files, outcome);
        if (!outcome.refusal) {
            const std::lock_guard guard(mutex_);
            if (!usable_) return remove(files);
            log_.append(records, files, outcome);
        }
        if (outcome.refusal) {
            remove(files);
            const std::lock_guard guard(mutex_);
            log_.count_dropped(records, outcome);
        } else if (options_.durability == Durability::per_call) {
            sync_after_call(outcome);
        }
        return conclude(outcome);
    }

    /// The number of the newest record; 0 before the first.
    [[nodiscard]] std::uint64_t last_sequence() const {
        const std::lock_guard guard(mutex_);
        return log_.last;
    }
    /// The server has everything up to this number.
    [[nodiscard]] std::uint64_t acknowledged() const {
        const std::lock_guard guard(mutex_);
        return log_.state.counters().acknowledged;
    }
    /// The batch that was begun and not acknowledged, by this process or the one before: it must be
    /// repeated as it is.
    [[nodiscard]] std::optional<Range> in_flight() const {
        const std::lock_guard guard(mutex_);
        const Counters& counters = log_.state.counters();
        if (counters.flight_last <= counters.acknowledged) return std::nullopt;
        return Range{counters.acknowledged + 1, counters.flight_last};
    }
    /// True if everything is acknowledged.
    [[nodiscard]] bool empty() const {
        const std::lock_guard guard(mutex_);
        return log_.is_empty();
    }
    /// Bytes of segments and large payloads.
    [[nodiscard]] std::uint64_t size_bytes() const {
        const std::lock_guard guard(mutex_);
        return log_.used();
    }
    /// What this process dropped, new records and points that made room, by field.
    [[nodiscard]] Dropped dropped() const {
        const std::lock_guard guard(mutex_);
        return log_.fields.dropped();
    }
    /// Bytes in which no valid record was found, by `open` or `read`: a torn end after a crash, or
    /// a damaged disk.
    [[nodiscard]] std::uint64_t damaged_bytes() const noexcept { return damaged_; }
    [[nodiscard]] const std::string& directory() const noexcept { return options_.directory; }
    /// The UUID that goes with the numbers.
    [[nodiscard]] const std::string& producer() const noexcept { return producer_; }
    /// The text given to `create`. Errors: std::system_error.
    [[nodiscard]] std::string metadata() const {
        return core::read_file(options_.directory + "/metadata.json").value_or("");
    }

    /// Reads from number `first` on, usually acknowledged() + 1, at most `max_records` records and
    /// `max_bytes` of them, but at least one record if there is one. The range of the batch begins
    /// at `first` whatever is missing. Errors: std::system_error.
    [[nodiscard]] Batch read(std::uint64_t first, std::size_t max_records,
                             std::size_t max_bytes) const {
        return read_up_to(first, UINT64_MAX, max_records, max_bytes);
    }
    /// Reads exactly that range, such as in_flight(). Errors: std::system_error.
    [[nodiscard]] Batch read_range(Range range) const {
        return read_up_to(range.first, range.last, SIZE_MAX, SIZE_MAX);
    }

    /// Writes down that the records after the acknowledged ones, up to `last`, are about to be sent
    /// as one. Survives the process on return. Errors: std::invalid_argument if `last` is no such
    /// number.
    void begin_flight(std::uint64_t last) {
        const std::lock_guard guard(mutex_);
        const std::uint64_t acknowledged = log_.state.counters().acknowledged;
        if (last <= acknowledged || last > log_.last)
            throw std::invalid_argument("no records up to " + std::to_string(last) + " to send");
        log_.state.set({acknowledged, last});
    }

    /// Writes down that the server has everything up to `last`, and deletes what is no longer
    /// needed. A batch under way ends with it, also when `last` lies within it. A lower number than
    /// before changes nothing. Errors: std::invalid_argument above last_sequence().
    void acknowledge(std::uint64_t last) {
        std::vector<std::string> paths;
        std::vector<std::uint64_t> files;
        {
            const std::lock_guard guard(mutex_);
            if (!usable_ || last <= log_.state.counters().acknowledged) return;
            if (last > log_.last)
                throw std::invalid_argument("there is no record " + std::to_string(last));
            log_.state.set({last, last});
            paths = log_.segments.take_acknowledged(last);
            files = log_.side_files.take_acknowledged(last);
            log_.retry_rewriting();
        }
        for (const std::string& path : paths) ::unlink(path.c_str());
        for (const std::uint64_t number : files) log_.side_files.remove(number);
        if (paths.empty() && files.empty()) return;
        const std::lock_guard guard(mutex_);
        log_.space.check_disk();
    }

    /// To be called now and then, by whoever has a thread to spare: once a second at most it forces
    /// to the disk what was logged, and looks whether a full disk has room again. True if it did.
    /// Errors: as sync_to_disk().
    bool tick(Clock::time_point now = Clock::now()) {
        {
            const std::lock_guard guard(mutex_);
            if (!usable_ || now - last_tick_ < std::chrono::seconds(1)) return false;
            last_tick_ = now;
            log_.retry_rewriting();
            log_.space.check_disk();
        }
        sync_to_disk();
        return true;
    }

    /// Forces to the disk what was logged before the call. Blocks for as long as the disk takes,
    /// without keeping others from logging. Errors: std::system_error.
    void sync_to_disk() {
        std::vector<std::string> paths;
        std::error_code error;
        {
            const std::lock_guard guard(mutex_);
            if (!usable_) return;
            error = log_.state.save();
            paths = log_.side_files.take_unsynced();
            for (std::string& path : log_.segments.take_unsynced())
                paths.push_back(std::move(path));
            for (std::string& path : std::exchange(unsynced_, {})) paths.push_back(std::move(path));
            paths.push_back(options_.directory + "/state");
        }
        for (const std::string& path : paths) {
            const std::error_code failure = sync_path(path);
            if (!error) error = failure;
        }
        if (error) throw core::os_error(error.value(), "flush the queue", options_.directory);
    }

    /// Forces everything to the disk and releases the directory, which stays for the next owner.
    /// Nothing is logged any more afterwards. Errors: std::system_error; the journal is closed all
    /// the same.
    void close() {
        std::exception_ptr failure;
        try {
            sync_to_disk();
        } catch (const std::system_error&) {
            failure = std::current_exception();
        }
        release();
        if (failure) std::rethrow_exception(failure);
    }

    /// Removes the directory if everything is acknowledged, else as `close`. True if it was
    /// removed. Errors: std::system_error.
    bool close_and_remove() {
        bool remove = false;
        {
            const std::lock_guard guard(mutex_);
            remove = usable_ && log_.is_empty();
            if (remove) usable_ = false;
        }
        if (remove) {
            remove_files();
            release();
        } else {
            close();
        }
        return remove;
    }

    /// Before fork(2), by the thread that forks: nobody writes until one of the other two was
    /// called.
    void before_fork() { mutex_.lock(); }
    void after_fork_in_parent() { mutex_.unlock(); }
    /// In the child: closes the descriptors and makes every later call on this object harmless. The
    /// directory remains the parent's, nothing in it is touched.
    void abandon_in_child() {
        usable_ = false;
        log_.segments.close();
        log_.state.close();
        mutex_.unlock();
    }

private:
    Journal(Options options, core::FileLock lock)
        : options_(std::move(options)),
          lock_(std::move(lock)),
          producer_(core::read_file(options_.directory + "/producer").value_or("")),
          log_(options_) {
        damaged_ = log_.load();
        for (const char* name : {"/metadata.json", "/producer", ""})
            unsynced_.push_back(options_.directory + name);
    }

    // Not forced to the disk here: that takes milliseconds, and a crash of the machine in the first
    // second loses the log anyway.
    static void write_new_file(const std::string& path, std::string_view content) {
        core::write_all(core::open_file(path, O_WRONLY | O_CREAT | O_TRUNC, file_mode), content,
                        path);
    }

    /// Before the record: large payloads are written without the lock.
    std::optional<Refusal> write_side_files(std::span<const NewRecord> records,
                                            std::vector<SideFile>& files, Outcome& outcome) {
        {
            const std::lock_guard guard(mutex_);
            if (!usable_) return std::nullopt;
            std::uint64_t bytes = 0;
            for (const NewRecord& record : records)
                if (Log::is_large(record)) bytes += record.payload.size();
            if (const auto refusal = log_.make_room(records, bytes, outcome)) return refusal;
        }
        for (const NewRecord& record : records) {
            if (!Log::is_large(record)) continue;
            std::error_code error;
            const SideFile file = log_.side_files.write(record.payload, error);
            if (error) return Refusal{DropReason::write_failed, error};
            files.push_back(file);
        }
        return std::nullopt;
    }

    void sync_after_call(Outcome& outcome) {
        try {
            sync_to_disk();
        } catch (const std::system_error& error) {
            const std::lock_guard guard(mutex_);
            log_.note({DropReason::sync_failed, error.code()}, outcome);
        }
    }

    std::optional<Range> conclude(const Outcome& outcome) const {
        if (outcome.news && options_.on_drop)
            options_.on_drop(outcome.news->reason, outcome.message);
        if (outcome.refusal && options_.throw_when_full)
            throw JournalFull(outcome.refusal->reason, outcome.refusal->error, outcome.message);
        return outcome.range;
    }

    std::optional<Range> remove(const std::vector<SideFile>& files) const {
        for (const SideFile& file : files) log_.side_files.remove(file.number);
        return std::nullopt;
    }

    Batch read_up_to(std::uint64_t first, std::uint64_t last, std::size_t max_records,
                     std::size_t max_bytes) const {
        Batch batch;
        batch.first = first;
        batch.last = first - 1;
        std::size_t bytes = 0;
        while (batch.last < last) {
            std::optional<Segments::Place> place;
            std::uint64_t covered;  // the numbers up to here are in this segment or nowhere
            {
                const std::lock_guard guard(mutex_);
                if (!usable_) return batch;
                place = log_.segments.locate(batch.last + 1);
                covered = (std::min)(last, place && place->next != 0 ? place->next - 1 : log_.last);
            }
            while (place) {
                const auto record = place->reader.next();
                if (!record) damaged_ += place->reader.remaining();
                if (!record || record->sequence > covered) break;
                if (record->kind == kind_definition || record->sequence <= batch.last) continue;
                const std::size_t size = stored_size(*record);
                if (batch.records.size() == max_records ||
                    (!batch.records.empty() && size > max_bytes - (std::min)(bytes, max_bytes)))
                    return batch;
                bytes += size;
                add(batch, *record);
                batch.last = record->sequence;
            }
            if (covered <= batch.last && (!place || place->next == 0)) break;
            batch.last = (std::max)(batch.last, covered);
        }
        return batch;
    }

    static std::size_t stored_size(const Record& record) {
        const auto file = SideFile::from_bytes(record.payload);
        const bool in_file = (record.flags & flag::in_file) != 0 && file;
        return sizeof(RecordHeader) +
               (in_file ? static_cast<std::size_t>(file->size) : record.payload.size());
    }

    // A payload that a power cut lost takes its record with it; the range covers the number.
    void add(Batch& batch, const Record& record) const {
        if ((record.flags & flag::in_file) == 0) {
            batch.add(record);
            return;
        }
        const auto file = SideFile::from_bytes(record.payload);
        auto content = file ? log_.side_files.read(*file) : std::nullopt;
        if (content)
            batch.add(record, std::move(*content));
        else
            damaged_ += stored_size(record);
    }

    void remove_files() {
        // The producer id goes last but one: until then a crash leaves a journal, an empty one.
        for (const Segment& segment : log_.segments.list())
            ::unlink(segment_path(options_.directory, segment.first).c_str());
        core::remove_tree(log_.side_files.directory());
        for (const char* name : {"/metadata.json", "/state", "/producer", "/lock"})
            ::unlink((options_.directory + name).c_str());
        // What else lies there is not ours: then the directory stays.
        ::rmdir(options_.directory.c_str());
    }

    void release() {
        {
            const std::lock_guard guard(mutex_);
            usable_ = false;
            log_.segments.close();
            log_.state.close();
        }
        // Not under the mutex: locks of files and fork have one of their own, taken before ours.
        lock_.reset();
    }

    const Options options_;
    std::optional<core::FileLock> lock_;
    const std::string producer_;
    mutable std::mutex mutex_;  // guards all below
    bool usable_ = true;
    Log log_;
    std::vector<std::string> unsynced_;
    Clock::time_point last_tick_{};
    mutable std::atomic<std::uint64_t> damaged_{0};
};

}  // namespace neptune::journal

#endif
