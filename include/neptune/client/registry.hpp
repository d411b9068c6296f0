#ifndef NEPTUNE_CLIENT_REGISTRY_HPP
#define NEPTUNE_CLIENT_REGISTRY_HPP

// All open objects of the process, for the moments that concern them all: fork and exit.

#include <neptune/client/engine.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/core/file_lock.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <pthread.h>

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

    void before_fork() {
        mutex_.lock();
        forking_ = alive();
        for (const auto& engine : forking_) engine->lock_life_for_fork();
        for (const auto& engine : forking_) engine->before_fork();
        SaidOnce::instance().lock_for_fork();
    }
    void after_fork_in_parent() {
        after_fork([](Engine& engine) { engine.after_fork_in_parent(); });
    }
    void after_fork_in_child() {
        after_fork([](Engine& engine) { engine.after_fork_in_child(); });
    }
    template <class Function>
    void after_fork(Function function) {
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
};

}  // namespace neptune::client

#endif
