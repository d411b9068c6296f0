#ifndef NEPTUNE_CLIENT_REGISTRY_HPP
#define NEPTUNE_CLIENT_REGISTRY_HPP

// All open objects of the process, for the moments that concern them all: fork and exit.

#include <neptune/client/engine.hpp>
#include <neptune/client/monitoring/descriptor_tap.hpp>
#include <neptune/client/monitoring/exception_report.hpp>
#include <neptune/client/monitoring/fatal_signals.hpp>
#include <neptune/client/monitoring/stream_tap.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/core/file_lock.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>
#include <unistd.h>

namespace neptune::client {

/// One per process. Never destroyed: objects with static storage leave later than any static of
/// ours would.
class Registry {
public:
    static Registry& instance() {
        static Registry* const registry = [] {
            auto* const made = new Registry;
            // Before our own hooks, hence locked after the objects, whose threads need it to stop.
            core::detail::lock_table();
            // The hooks come to be with the first object, hence the exit hook runs after the
            // destructors of objects with static storage: it finds those that nobody destroys.
            std::atexit([] { instance().stop_all(); });
            ::pthread_atfork([] { instance().before_fork(); },
                             [] { instance().after_fork_in_parent(); },
                             [] { instance().after_fork_in_child(); });
            return made;
        }();
        return *registry;
    }

    void add(const std::shared_ptr<Engine>& engine) {
        const std::lock_guard guard(mutex_);
        engines_.push_back({engine.get(), engine});
    }
    void remove(Engine* engine) {
        const std::lock_guard guard(mutex_);
        std::erase_if(engines_, [engine](const Known& known) { return known.pointer == engine; });
    }

    /// From now on std::terminate marks and stops the open runs before the program ends.
    void watch_terminate() {
        const std::lock_guard guard(mutex_);
        if (std::exchange(watches_terminate_, true)) return;
        before_us_ = std::set_terminate([] {
            instance().terminate();
            instance().before_us_();
            std::abort();
        });
    }

private:
    struct Known {
        Engine* pointer;
        std::weak_ptr<Engine> engine;
    };

    std::vector<std::shared_ptr<Engine>> alive() {
        std::vector<std::shared_ptr<Engine>> result;
        for (const auto& known : engines_)
            if (auto engine = known.engine.lock()) result.push_back(std::move(engine));
        return result;
    }

    void stop_all() {
        std::vector<std::shared_ptr<Engine>> engines;
        {
            const std::lock_guard guard(mutex_);
            engines = alive();
        }
        for (const auto& engine : engines) {
            try {
                engine->stop(std::nullopt);
            } catch (const std::exception& error) {
                print_line(Level::error, std::string("stopping ") + engine->sys_id() +
                                             " at exit failed: " + error.what());
            }
        }
    }

    // In the thread that ends the process, whatever locks it holds: what may wait for them is done
    // by another thread, and not waited for longer than stop() may take.
    void terminate() {
        static std::atomic<std::thread::id> first{};
        if (std::thread::id nobody{};
            !first.compare_exchange_strong(nobody, std::this_thread::get_id())) {
            // Called again from within, by the handler that was there before us.
            if (nobody == std::this_thread::get_id()) std::abort();
            // Another thread must not end the process before the first one is done.
            for (;;) ::pause();
        }
        const auto exception = std::current_exception();
        auto cause =
            exception ? describe_exception(exception)
                      : std::vector<std::string>{"std::terminate was called without an exception"};
        for (auto& line : current_stack(2)) cause.push_back(std::move(line));

        struct Progress {
            std::mutex mutex;
            std::condition_variable changed;
            bool done = false;
        };
        const auto progress = std::make_shared<Progress>();
        constexpr std::chrono::seconds limit(60);
        std::thread([this, cause, progress, limit] {
            const auto deadline = std::chrono::steady_clock::now() + limit;
            std::unique_lock lock(mutex_);
            const auto engines = alive();
            lock.unlock();
            for (const auto& engine : engines) mark_terminated(*engine, cause);
            for (const auto& engine : engines)
                stop_before(*engine, deadline - std::chrono::steady_clock::now());
            const std::lock_guard guard(progress->mutex);
            progress->done = true;
            progress->changed.notify_all();
        }).detach();
        std::unique_lock lock(progress->mutex);
        progress->changed.wait_for(lock, limit + std::chrono::seconds(5),
                                   [&] { return progress->done; });
    }
    static void mark_terminated(Engine& engine, const std::vector<std::string>& cause) {
        try {
            engine.process_terminates(cause);
        } catch (const std::exception& error) {
            print_line(Level::error,
                       engine.sys_id() + " could not be marked as failed: " + error.what());
        }
    }
    static void stop_before(Engine& engine, std::chrono::duration<double> limit) {
        try {
            engine.stop((std::max)(limit, std::chrono::duration<double>(0)));
        } catch (const std::exception& error) {
            print_line(Level::error, "stopping " + engine.sys_id() + " failed: " + error.what());
        }
    }

    void before_fork() {
        mutex_.lock();
        forking_ = alive();
        for (const auto& engine : forking_) engine->lock_life_for_fork();
        for (const auto& engine : forking_) engine->before_fork();
        SaidOnce::instance().lock_for_fork();
        FatalSignals::instance().lock_for_fork();
        for (const auto stream : output_streams) {
            StreamTap::of(stream).lock_for_fork();
            DescriptorTap::of(stream).lock_for_fork();
        }
        MessageTarget::instance().lock_for_fork();
    }
    void after_fork_in_parent() {
        after_fork([](Engine& engine) { engine.after_fork_in_parent(); });
    }
    void after_fork_in_child() {
        // Before the parent's engines let go of their jobs, to which the taps lead.
        MessageTarget::instance().unlock_after_fork();
        for (const auto stream : output_streams) {
            StreamTap::of(stream).leave_in_child();
            DescriptorTap::of(stream).leave_in_child();
        }
        MessageTarget::instance().lock_for_fork();
        FatalSignals::instance().forget_marks_in_child();
        after_fork([](Engine& engine) { engine.after_fork_in_child(); });
    }
    template <class Function>
    void after_fork(Function function) {
        MessageTarget::instance().unlock_after_fork();
        for (const auto stream : output_streams) {
            DescriptorTap::of(stream).unlock_after_fork();
            StreamTap::of(stream).unlock_after_fork();
        }
        FatalSignals::instance().unlock_after_fork();
        SaidOnce::instance().unlock_after_fork();
        for (const auto& engine : forking_) function(*engine);
        // The last reference may be ours, and its destructor calls remove().
        auto done = std::move(forking_);
        forking_.clear();
        mutex_.unlock();
    }

    std::mutex mutex_;
    std::vector<Known> engines_;
    std::vector<std::shared_ptr<Engine>> forking_;
    bool watches_terminate_ = false;
    std::terminate_handler before_us_ = nullptr;
};

}  // namespace neptune::client

#endif
