#ifndef NEPTUNE_SERVER_RATE_LIMIT_HPP
#define NEPTUNE_SERVER_RATE_LIMIT_HPP

#include <neptune/core/time.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace neptune::server {

/// A token bucket for each key. A key may have one second's worth of requests at once, then
/// `per_second` of them. Threads: any.
class RateLimit {
public:
    /// `per_second` of 0 means no limit.
    RateLimit(double per_second, const core::Clock& clock)
        : per_second_(per_second), burst_((std::max)(1.0, per_second)), clock_(clock) {}

    /// Takes one request of that key. Nothing: it may go on; else the seconds after which to try
    /// again, 1 to 9.
    [[nodiscard]] std::optional<int> take(const std::string& key) {
        if (per_second_ <= 0) return std::nullopt;
        const auto now = clock_.steady();
        const std::lock_guard lock(mutex_);
        forget_full_buckets(now);
        auto& bucket = buckets_.try_emplace(key, Bucket{burst_, now}).first->second;
        bucket.filled = filled_at(bucket, now);
        bucket.at = now;
        if (bucket.filled >= 1) {
            bucket.filled -= 1;
            return std::nullopt;
        }
        const double seconds = std::ceil((1 - bucket.filled) / per_second_);
        return static_cast<int>(std::clamp(seconds, 1.0, 9.0));
    }

private:
    struct Bucket {
        double filled = 0;
        core::Millis at = 0;
    };
    static constexpr std::size_t many = 10'000;

    [[nodiscard]] double filled_at(const Bucket& bucket, core::Millis now) const {
        const double gained = static_cast<double>(now - bucket.at) * per_second_ / 1000;
        return (std::min)(burst_, bucket.filled + gained);
    }

    /// A full bucket is the same as none.
    void forget_full_buckets(core::Millis now) {
        if (buckets_.size() < many) return;
        for (auto entry = buckets_.begin(); entry != buckets_.end();)
            entry =
                filled_at(entry->second, now) >= burst_ ? buckets_.erase(entry) : std::next(entry);
    }

    double per_second_, burst_;
    const core::Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace neptune::server

#endif
