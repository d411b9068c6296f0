#ifndef NEPTUNE_CLIENT_MONITORING_STREAM_TAP_HPP
#define NEPTUNE_CLIENT_MONITORING_STREAM_TAP_HPP

// The light alternative to descriptor_tap.hpp: only what goes through std::cout, std::cerr and
// std::clog of this program.

#include <neptune/client/monitoring/byte_sink.hpp>
#include <neptune/client/monitoring/output_queue.hpp>
#include <neptune/core/time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iostream>
#include <mutex>
#include <streambuf>
#include <string_view>
#include <vector>

namespace neptune::client {

/// One per stream and process, shared by all runs; never destroyed. Threads: all functions from
/// any.
class StreamTap {
public:
    /// `stream` 0 is std::cout, 1 std::cerr with std::clog.
    static StreamTap& of(std::size_t stream) {
        static auto& taps = *new std::array<StreamTap, 2>{StreamTap(0), StreamTap(1)};
        return taps[stream];
    }

    void add(OutputQueue& queue) {
        const std::lock_guard guard(mutex_);
        if (queues_.empty()) install();
        queues_.push_back(&queue);
    }
    /// The last one puts the streams back, unless the program has given them another buffer.
    void remove(OutputQueue& queue) {
        const std::lock_guard guard(mutex_);
        std::erase(queues_, &queue);
        if (queues_.empty()) restore();
    }

    // Around fork: nobody may be inside.
    void lock_for_fork() { mutex_.lock(); }
    void unlock_after_fork() { mutex_.unlock(); }
    void leave_in_child() {
        queues_.clear();
        restore();
    }

private:
    // Passes on to the buffer that was there before.
    class Tee final : public ByteSink {
    public:
        explicit Tee(StreamTap& tap) : tap_(tap) {}
        std::streambuf* target = nullptr;

    protected:
        std::streamsize xsputn(const char* bytes, std::streamsize size) override {
            const std::lock_guard guard(tap_.mutex_);
            const auto written = target->sputn(bytes, size);
            const std::string_view text(bytes, static_cast<std::size_t>(size));
            for (auto* queue : tap_.queues_) queue->push(tap_.stream_, text, core::now_ms());
            return written;
        }
        int sync() override {
            const std::lock_guard guard(tap_.mutex_);
            return target->pubsync();
        }

    private:
        StreamTap& tap_;
    };

    explicit StreamTap(std::size_t stream) : stream_(stream) {}

    [[nodiscard]] std::array<std::ostream*, 2> streams() const {
        if (stream_ == 0) return {&std::cout, nullptr};
        return {&std::cerr, &std::clog};
    }
    void install() {
        for (std::size_t i = 0; i < tees_.size(); ++i)
            if (auto* const stream = streams()[i]) {
                tees_[i].target = stream->rdbuf();
                stream->rdbuf(&tees_[i]);
            }
    }
    void restore() {
        for (std::size_t i = 0; i < tees_.size(); ++i)
            if (auto* const stream = streams()[i]; stream && stream->rdbuf() == &tees_[i])
                stream->rdbuf(tees_[i].target);
    }

    const std::size_t stream_;
    std::mutex mutex_;
    std::vector<OutputQueue*> queues_;
    std::array<Tee, 2> tees_{Tee(*this), Tee(*this)};
};

}  // namespace neptune::client

#endif
