#include <neptune/http/task_queue.hpp>

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <latch>
#include <thread>

#include "support/catch.hpp"

using neptune::http::TaskQueue;
using neptune::http::TaskQueueLimits;

TEST_CASE("task queue: it grows with the tasks that run at the same time", "[http]") {
    TaskQueue queue({.min_workers = 2, .max_workers = 100});
    CHECK(queue.workers() == 0);
    std::latch all_running(50);
    for (int i = 0; i < 50; ++i) {
        CHECK(queue.push([&] { all_running.arrive_and_wait(); }));
    }
    all_running.wait();  // would never come with fewer than 50 workers
    CHECK(queue.workers() == 50);
}

TEST_CASE("task queue: idle workers are used before new ones are started", "[http]") {
    TaskQueue queue({.min_workers = 1, .max_workers = 1000});
    for (int i = 0; i < 500; ++i) {
        std::latch done(1);
        queue.push([&] { done.count_down(); });
        done.wait();
    }
    // Not 1: a worker is not always back by the time of the next push.
    CHECK(queue.workers() < 500);
}

TEST_CASE("task queue: at the limit tasks wait, beyond the queue they are refused", "[http]") {
    TaskQueue queue({.min_workers = 1, .max_workers = 3, .max_queued = 4});
    std::latch running(3);
    std::latch release(1);
    std::atomic<int> finished = 0;
    for (int i = 0; i < 3; ++i) {
        CHECK(queue.push([&] {
            running.count_down();
            release.wait();
            ++finished;
        }));
    }
    running.wait();
    for (int i = 0; i < 4; ++i) {
        CHECK(queue.push([&] { ++finished; }));
    }
    CHECK_FALSE(queue.push([&] { ++finished; }));
    CHECK(queue.workers() == 3);
    release.count_down();
    queue.shutdown();
    CHECK(finished == 7);
}

TEST_CASE("task queue: shutdown finishes what waits and refuses what comes", "[http]") {
    TaskQueue queue({.min_workers = 1, .max_workers = 1});
    std::atomic<int> finished = 0;
    for (int i = 0; i < 1000; ++i) {
        queue.push([&] { ++finished; });
    }
    queue.shutdown();
    CHECK(finished == 1000);
    CHECK_FALSE(queue.push([&] { ++finished; }));
    queue.shutdown();
    CHECK(finished == 1000);
}

TEST_CASE("task queue: idle workers above the minimum leave, those below stay", "[http]") {
    TaskQueue queue({.min_workers = 3, .max_workers = 10, .linger = std::chrono::milliseconds(1)});
    std::latch all_running(10);
    for (int i = 0; i < 10; ++i) {
        queue.push([&] { all_running.arrive_and_wait(); });
    }
    while (queue.workers() > 3) {
        std::this_thread::yield();
    }
    std::latch again(3);
    for (int i = 0; i < 3; ++i) {
        queue.push([&] { again.arrive_and_wait(); });
    }
    again.wait();
    CHECK(queue.workers() >= 3);
}

TEST_CASE("task queue: signals stay with the threads of the program", "[http]") {
    TaskQueue queue({});
    int blocked = -1;
    queue.push([&] {
        ::sigset_t mask;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        blocked = ::sigismember(&mask, SIGTERM);
    });
    queue.shutdown();
    CHECK(blocked == 1);
}
