#ifndef NEPTUNE_STORAGE_WRITER_HPP
#define NEPTUNE_STORAGE_WRITER_HPP

// All writing goes through one thread. It takes the calls that have arrived, runs them in one
// transaction, commits it to disk once, and lets all of them return: many small calls cost one
// fsync together.

#include <neptune/storage/schema.hpp>
#include <neptune/storage/sqlite.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace neptune::storage {

/// What a call sees while it writes.
struct WriteSession {
    Database& database;
    /// As long as it is the same, what earlier calls read or wrote is what is stored; another
    /// process may have written, or a transaction may have been lost, when it changes.
    std::uint64_t generation;
};

/// Threads: `run` from any; each call is inside the writer's thread while it works.
class Writer {
public:
    explicit Writer(const std::string& path) : database_(path) {
        configure(database_);
        migrate(database_, path);
        // Rows that come to thousands of series at once touch as many pages: 32 MiB of them stay in
        // memory, and 16 MiB gather in the log before they are copied to the file (1.2 times the
        // points per second of the defaults at 1,000 series).
        database_.run_script("PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4096");
        thread_ = std::thread([this] { work(); });
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    /// Finishes the calls that have arrived.
    ~Writer() {
        {
            const std::lock_guard lock(mutex_);
            closing_ = true;
        }
        arrived_.notify_one();
        thread_.join();
    }

    /// Runs `call(WriteSession&)`, returns its result when it is on disk. Errors: what the call
    /// throws, after its own changes, and nobody else's, were undone; StoreError if the commit
    /// failed.
    template <class Call>
    auto run(Call&& call) -> std::invoke_result_t<Call&, WriteSession&> {
        using Result = std::invoke_result_t<Call&, WriteSession&>;
        if constexpr (std::is_void_v<Result>) {
            submit([&](WriteSession& session) { call(session); });
        } else {
            std::optional<Result> result;
            submit([&](WriteSession& session) { result.emplace(call(session)); });
            return std::move(*result);
        }
    }

private:
    struct Task {
        std::function<void(WriteSession&)> call;
        std::exception_ptr error{};
        bool finished = false;
        // One each: a commit wakes those whom it served, not all who wait.
        std::condition_variable done{};
    };

    void submit(std::function<void(WriteSession&)> call) {
        Task task;
        task.call = std::move(call);
        std::unique_lock lock(mutex_);
        waiting_.push_back(&task);
        arrived_.notify_one();
        task.done.wait(lock, [&] { return task.finished; });
        if (task.error) std::rethrow_exception(task.error);
    }

    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            arrived_.wait(lock, [&] { return closing_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            lock.unlock();
            std::vector<Task*> group = write_group();
            lock.lock();
            for (Task* task : group) {
                task->finished = true;
                // Under the lock, since the task ends with its caller's stack frame.
                task->done.notify_one();
            }
        }
    }

    Task* next_task() {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) return nullptr;
        Task* const task = waiting_.front();
        waiting_.pop_front();
        return task;
    }

    /// One transaction with what has arrived, and with what arrives meanwhile, for at most
    /// `longest_group`.
    std::vector<Task*> write_group() {
        std::vector<Task*> group;
        try {
            Transaction transaction(database_, Transaction::Kind::write);
            notice_other_processes();
            const auto began = std::chrono::steady_clock::now();
            while (std::chrono::steady_clock::now() - began < longest_group) {
                Task* const task = next_task();
                if (!task) break;
                group.push_back(task);
                run_alone(*task);
            }
            transaction.commit();
        } catch (...) {
            ++generation_;
            // No transaction could begin: all who wait would run into the same trouble one after
            // the other.
            if (group.empty())
                while (Task* const task = next_task()) group.push_back(task);
            for (Task* task : group)
                if (!task->error) task->error = std::current_exception();
        }
        return group;
    }

    /// Undoes what a failing call did, and only that.
    void run_alone(Task& task) {
        database_.execute("SAVEPOINT task");
        try {
            WriteSession session{database_, generation_};
            task.call(session);
        } catch (...) {
            task.error = std::current_exception();
            // A full disk or the like makes SQLite end the whole transaction: nobody's changes are
            // left.
            if (!database_.in_transaction()) throw;
            database_.execute("ROLLBACK TO task");
        }
        database_.execute("RELEASE task");
    }

    void notice_other_processes() {
        Statement version = database_.query("PRAGMA data_version");
        version.step();
        if (std::exchange(seen_version_, version.integer(0)) != version.integer(0)) ++generation_;
    }

    // Long enough to share a commit among many, short enough not to be felt by who waits.
    static constexpr std::chrono::milliseconds longest_group{50};

    Database database_;
    std::int64_t seen_version_ = 0;
    std::uint64_t generation_ = 0;

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Task*> waiting_;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace neptune::storage

#endif
