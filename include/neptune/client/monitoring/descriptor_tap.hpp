#ifndef NEPTUNE_CLIENT_MONITORING_DESCRIPTOR_TAP_HPP
#define NEPTUNE_CLIENT_MONITORING_DESCRIPTOR_TAP_HPP

// Standard output and error, taken at the level of the descriptor: std::cout, printf, libraries and
// the programs that this one starts.
//
// The descriptor becomes a pipe. A thread reads it, writes what it read to where it would have
// gone, and then hands it to the queues of the runs that capture. Consequences that a program can
// notice: the stream is no terminal while it is captured (it stays line-buffered if it was one); a
// program that was started meanwhile and outlives this process has its pipe broken when this one
// ends; a forked child has the original descriptors back, hence only programs started by
// posix_spawn, system or popen are captured.

#include <neptune/client/monitoring/output_queue.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/client/thread.hpp>
#include <neptune/core/descriptor.hpp>
#include <neptune/core/time.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace neptune::client {

/// One per stream and process, shared by all runs; never destroyed. Threads: all functions from
/// any.
class DescriptorTap {
public:
    /// `stream` 0 is standard output, 1 standard error.
    static DescriptorTap& of(std::size_t stream) {
        static auto& taps = *new std::array<DescriptorTap, 2>{DescriptorTap(0), DescriptorTap(1)};
        return taps[stream];
    }

    /// Whether the program was started with the descriptor, or had opened it when this was called
    /// for the first time. If not, what has its number later is some file of the program's or ours.
    /// To be called before the library opens anything.
    [[nodiscard]] bool is_there() {
        const std::lock_guard guard(mutex_);
        if (!is_there_) is_there_ = ::fcntl(descriptor_, F_GETFD) >= 0;
        return *is_there_;
    }

    /// From now on the queue gets what is written. False if there is no pipe to be had. Needs
    /// `is_there`.
    bool add(OutputQueue& queue) {
        const std::lock_guard life(life_);
        flush_buffers();
        const std::lock_guard guard(mutex_);
        if (!pipe_ && !install()) return false;
        queues_.push_back(&queue);
        return true;
    }

    /// The queue gets what was written before the call, and nothing after it, and so does whoever
    /// reads the program's output, who is waited for until `deadline`, or for a second if that is
    /// sooner. The last one puts the stream back as it was.
    void remove(OutputQueue& queue, std::chrono::steady_clock::time_point deadline) {
        const std::lock_guard life(life_);
        flush_buffers();
        std::unique_lock lock(mutex_);
        if (std::find(queues_.begin(), queues_.end(), &queue) == queues_.end()) return;
        const auto pipe = pipe_;
        const bool last = queues_.size() == 1;
        if (last) restore();
        // By bytes, since a program that was started may write for ever: those in the pipe and in
        // the thread's buffer.
        int unread = 0;
        static_cast<void>(::ioctl(pipe->read_end.get(), FIONREAD, &unread));
        const auto enough = pipe->passed_on + static_cast<std::uint64_t>(unread) + buffer_bytes;
        deadline = (std::max)(deadline, std::chrono::steady_clock::now() + std::chrono::seconds(1));
        changed_.wait_until(lock, deadline, [&] {
            return pipe->is_drained() || pipe->ended || pipe->passed_on >= enough;
        });
        std::erase(queues_, &queue);
        if (!last) return;
        // The thread ends at once unless another program has the pipe too; then it goes on passing
        // that one's output through.
        changed_.wait_for(lock, std::chrono::milliseconds(50), [&] { return pipe->ended; });
        auto thread = std::move(thread_);
        const bool ended = pipe->ended;
        pipe_.reset();
        lock.unlock();
        if (ended)
            thread.join();
        else
            thread.detach();
    }

    // Around fork: nobody may be inside.
    void lock_for_fork() {
        life_.lock();
        mutex_.lock();
    }
    void unlock_after_fork() {
        mutex_.unlock();
        life_.unlock();
    }
    /// The child's output goes where it would have gone without us.
    void leave_in_child() {
        if (!pipe_) return;
        restore();
        queues_.clear();
        // Its threads and waiters do not exist here; the descriptors are the child's own copies.
        ::close(pipe_->read_end.release());
        ::close(pipe_->original.release());
        new std::shared_ptr<Pipe>(std::move(pipe_));
        new std::thread(std::move(thread_));
    }

    /// For a handler of fatal signals: puts the stream back and waits, for a second at most, until
    /// the thread has passed on what was written. Async-signal-safe.
    static void rescue_all() noexcept {
        for (auto& slot : slots_) {
            const Pipe* const pipe = slot;
            if (pipe == nullptr) continue;
            ::dup2(pipe->original.get(), pipe->descriptor);
            for (int i = 0; i < 1000 && !pipe->is_drained(); ++i) nap();
        }
        for (int i = 0; i < 100 && unlogged_output != 0; ++i) nap();
    }

private:
    static constexpr std::size_t buffer_bytes = std::size_t{64} << 10;

    struct Pipe {
        core::Descriptor read_end, original;
        int descriptor = -1;
        ::dev_t device = 0;
        ::ino_t inode = 0;
        /// Bytes were read and have not reached their destinations.
        std::atomic<bool> in_flight{false};
        bool ended = false;           ///< guarded by the tap's mutex
        std::uint64_t passed_on = 0;  ///< bytes; guarded by the tap's mutex

        [[nodiscard]] bool is_drained() const noexcept {
            // In this order: the thread says that it has something before it takes it.
            int unread = 0;
            return (::ioctl(read_end.get(), FIONREAD, &unread) != 0 || unread == 0) && !in_flight;
        }
        /// Whether the program's descriptor still is this pipe; the program may have put something
        /// else in its place.
        [[nodiscard]] bool is_in_place() const noexcept {
            struct ::stat status {};
            return ::fstat(descriptor, &status) == 0 && status.st_dev == device &&
                   status.st_ino == inode;
        }
    };
    explicit DescriptorTap(std::size_t stream)
        : stream_(stream), descriptor_(static_cast<int>(stream) + 1) {}

    static void nap() noexcept {
        const ::timespec millisecond{0, 1'000'000};
        ::nanosleep(&millisecond, nullptr);
    }

    // What the program has printed so far belongs before what is about to change.
    void flush_buffers() const {
        if (stream_ == 0) {
            std::cout.flush();
            std::fflush(stdout);
        } else {
            std::clog.flush();
            std::fflush(stderr);
        }
    }

    bool install() {
        auto pipe = std::make_shared<Pipe>();
        pipe->descriptor = descriptor_;
        pipe->original = core::Descriptor(::fcntl(descriptor_, F_DUPFD_CLOEXEC, 3));
        std::array<int, 2> ends{};
        if (!pipe->original || ::pipe(ends.data()) != 0) return false;
        pipe->read_end = core::Descriptor(::fcntl(ends[0], F_DUPFD_CLOEXEC, 3));
        ::close(ends[0]);
        const core::Descriptor write_end(ends[1]);
        struct ::stat status {};
        if (!pipe->read_end || ::fstat(write_end.get(), &status) != 0) return false;
        pipe->device = status.st_dev;
        pipe->inode = status.st_ino;
#if defined(F_SETPIPE_SZ)
        // A burst fits; without it the thread is woken for every 64 KiB. Not needed: no error.
        static_cast<void>(::fcntl(write_end.get(), F_SETPIPE_SZ, 1 << 20));
#endif
        // A stream that was never used chooses its buffer by what it finds now.
        if (stream_ == 0 && ::isatty(descriptor_) == 1)
            std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
        // Before anything can write into the pipe: without a reader the program would block for
        // ever.
        try {
            thread_ = start_thread([this, shared = pipe] { pass_on(*shared); });
        } catch (const std::system_error&) {
            return false;
        }
        if (::dup2(write_end.get(), descriptor_) < 0) {
            thread_.detach();  // finds the end of the pipe when `write_end` closes
            return false;
        }
        if (stream_ == 1) MessageTarget::instance().set(pipe->original.get());
        pipe_ = std::move(pipe);
        slots_[stream_] = pipe_.get();
        return true;
    }

    // Needs the mutex.
    void restore() {
        slots_[stream_] = nullptr;
        if (pipe_->is_in_place()) ::dup2(pipe_->original.get(), descriptor_);
        if (stream_ == 1) MessageTarget::instance().set(2);
    }

    void pass_on(Pipe& pipe) {
        std::vector<char> buffer(buffer_bytes);
        for (;;) {
            ::pollfd readable{pipe.read_end.get(), POLLIN, 0};
            if (::poll(&readable, 1, -1) < 0 && errno != EINTR) break;
            pipe.in_flight = true;
            const auto got = ::read(pipe.read_end.get(), buffer.data(), buffer.size());
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
            const auto time = core::now_ms();
            write_original(pipe, bytes);
            {
                const std::lock_guard guard(mutex_);
                // After the stream was put back the pipe may live on, but not for the runs that
                // capture now.
                if (pipe_.get() == &pipe)
                    for (auto* queue : queues_) queue->push(stream_, bytes, time);
                pipe.passed_on += bytes.size();
                pipe.in_flight = false;
            }
            changed_.notify_all();
        }
        {
            const std::lock_guard guard(mutex_);
            pipe.in_flight = false;
            pipe.ended = true;
        }
        changed_.notify_all();
    }

    // The program could not have been told of an error by its own write either, which came back
    // long ago; what cannot be written there is still logged.
    static void write_original(const Pipe& pipe, std::string_view bytes) {
        while (!bytes.empty()) {
            const auto count = ::write(pipe.original.get(), bytes.data(), bytes.size());
            if (count >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(count));
            } else if (errno == EAGAIN) {
                ::pollfd writable{pipe.original.get(), POLLOUT, 0};
                ::poll(&writable, 1, -1);
            } else if (errno != EINTR) {
                return;
            }
        }
    }

    // For the handler of signals, which may take no lock. A pipe that is in a slot is alive: it
    // leaves the slot before it is destroyed.
    static inline std::array<std::atomic<Pipe*>, 2> slots_{};

    const std::size_t stream_;
    const int descriptor_;
    std::mutex life_, mutex_;  // taken in this order; the thread takes the second only
    std::condition_variable changed_;
    std::shared_ptr<Pipe> pipe_;
    std::vector<OutputQueue*> queues_;
    std::thread thread_;
    std::optional<bool> is_there_;
};

}  // namespace neptune::client

#endif
