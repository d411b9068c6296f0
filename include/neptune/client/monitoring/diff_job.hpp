#ifndef NEPTUNE_CLIENT_MONITORING_DIFF_JOB_HPP
#define NEPTUNE_CLIENT_MONITORING_DIFF_JOB_HPP

#include <neptune/client/monitoring/git.hpp>
#include <neptune/client/monitoring/job.hpp>
#include <neptune/client/object.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/client/thread.hpp>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace neptune::client {

/// Uploads what differs from the last commit and from the upstream branch, once. Lifetime: `object`
/// and `reporter` outlive it.
class DiffJob final : public Job {
public:
    DiffJob(neptune::detail::Object& object, Reporter& reporter, std::unique_ptr<Git> git)
        : object_(object), reporter_(reporter), git_(std::move(git)) {}

    void start() override {
        thread_ = start_thread([this] {
            const JobScope scope;
            upload();
            const std::lock_guard guard(mutex_);
            done_ = true;
            changed_.notify_all();
        });
    }
    void stop(std::chrono::steady_clock::time_point deadline) override {
        if (!thread_.joinable()) return;
        {
            std::unique_lock lock(mutex_);
            if (!changed_.wait_until(lock, deadline, [this] { return done_; })) git_->cancel();
        }
        thread_.join();
    }

private:
    void upload() {
        try {
            if (auto patch = git_->diff()) upload("source_code/diff", std::move(*patch));
            if (auto upstream = git_->upstream_diff())
                upload("source_code/upstream_diff_" + upstream->commit, std::move(upstream->patch));
        } catch (const std::exception& error) {
            reporter_.report(Error(ErrorCode::monitoring_failed,
                                   std::string("the differences to the last commit could not be "
                                               "uploaded: ") +
                                       error.what()),
                             "source_code/diff", Level::warning);
        }
    }
    void upload(const std::string& path, std::string patch) {
        object_.upload(object_.intern(path), File::from_content(std::move(patch), "patch"), {});
    }

    neptune::detail::Object& object_;
    Reporter& reporter_;
    const std::unique_ptr<Git> git_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool done_ = false;
    std::thread thread_;
};

}  // namespace neptune::client

#endif
