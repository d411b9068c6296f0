#include <neptune/core/file_lock.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <sys/mman.h>
#include <sys/wait.h>

#include <array>
#include <atomic>
#include <csignal>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/temp_directory.hpp"

using namespace neptune::core;

namespace {

/// A directory of this test alone, with a path for a lock file.
struct Place {
    support::TempDirectory home;
    std::string directory = home.path;
    std::string path = directory + "/lock";
};

/// Runs `answer` in a forked child; true if it returned true there.
template <class Answer>
bool in_child(Answer answer) {
    const ::pid_t child = ::fork();
    if (child == 0) {
        ::_exit(answer() ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Another process that holds a lock until it is told to end or is killed.
class Holder {
public:
    explicit Holder(const std::string& path) {
        std::array<int, 2> ready{};
        std::array<int, 2> stop{};
        if (::pipe(ready.data()) != 0 || ::pipe(stop.data()) != 0) {
            throw os_error(errno, "make a pipe for", path);
        }
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(stop[1]);
            const auto lock = FileLock::try_acquire(path);
            char byte = lock ? 'y' : 'n';
            if (::write(ready[1], &byte, 1) == 1) {
                static_cast<void>(::read(stop[0], &byte, 1));
            }
            ::_exit(0);
        }
        const Descriptor ready_end(ready[0]);
        Descriptor(ready[1]).close("pipe");
        Descriptor(stop[0]).close("pipe");
        stop_ = Descriptor(stop[1]);
        char byte = 'n';
        has_lock_ = read_up_to(ready_end, &byte, 1, "pipe") == 1 && byte == 'y';
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() { end(0); }

    void end(int signal) {
        if (pid_ > 0) {
            ::kill(pid_, signal);
            stop_ = Descriptor();
            ::waitpid(std::exchange(pid_, 0), nullptr, 0);
        }
    }
    [[nodiscard]] bool has_lock() const { return has_lock_; }
    [[nodiscard]] ::pid_t pid() const { return pid_; }

private:
    ::pid_t pid_ = 0;
    Descriptor stop_;
    bool has_lock_ = false;
};

bool free_for_others(const std::string& path) {
    return in_child([&path] { return FileLock::try_acquire(path).has_value(); });
}

}  // namespace

TEST_CASE("file_lock: a process gets a lock once", "[core]") {
    static_assert(!std::is_copy_constructible_v<FileLock> && !std::is_copy_assignable_v<FileLock>);
    static_assert(std::is_nothrow_move_constructible_v<FileLock>);
    const Place place;
    {
        const auto lock = FileLock::try_acquire(place.path);
        REQUIRE(lock);
        CHECK(lock->held());
        CHECK_FALSE(FileLock::try_acquire(place.path));
        CHECK_FALSE(FileLock::try_acquire(place.directory + "/./lock"));
    }
    CHECK(FileLock::try_acquire(place.path));
    CHECK(read_file(place.path) == "");
}

TEST_CASE("file_lock: a link to the file is the file", "[core]") {
    const Place place;
    const auto lock = FileLock::try_acquire(place.path);
    REQUIRE(::link(place.path.c_str(), (place.directory + "/other").c_str()) == 0);
    CHECK_FALSE(FileLock::try_acquire(place.directory + "/other"));
    CHECK_FALSE(free_for_others(place.path));
}

TEST_CASE("file_lock: another process is kept out until the lock is released", "[core]") {
    const Place place;
    auto lock = FileLock::try_acquire(place.path);
    CHECK_FALSE(free_for_others(place.path));
    lock.reset();
    CHECK(free_for_others(place.path));
}

TEST_CASE("file_lock: the lock moves with its object", "[core]") {
    const Place place;
    std::optional<FileLock> first = FileLock::try_acquire(place.path);
    FileLock second = std::move(*first);
    CHECK_FALSE(first->held());
    first.reset();
    CHECK(second.held());
    CHECK_FALSE(free_for_others(place.path));

    FileLock other = *FileLock::try_acquire(place.directory + "/other");
    other = std::move(second);
    CHECK(other.held());
    CHECK_FALSE(free_for_others(place.path));
}

TEST_CASE("file_lock: the holder is known by its number, and an own lock has none", "[core]") {
    const Place place;
    CHECK_FALSE(FileLock::holder_pid(place.path));
    CHECK(FileLock::try_acquire(place.path));
    CHECK_FALSE(FileLock::holder_pid(place.path));
    Holder other(place.path);
    REQUIRE(other.has_lock());
    CHECK(FileLock::holder_pid(place.path) == other.pid());
    CHECK_FALSE(FileLock::try_acquire(place.path));
    other.end(0);
    CHECK_FALSE(FileLock::holder_pid(place.path));
    const auto lock = FileLock::try_acquire(place.path);
    REQUIRE(lock);
    CHECK_FALSE(FileLock::holder_pid(place.path));
}

TEST_CASE("file_lock: asking about an own lock does not give it up", "[core]") {
    const Place place;
    const auto lock = FileLock::try_acquire(place.path);
    CHECK_FALSE(FileLock::try_acquire(place.path));
    CHECK_FALSE(FileLock::holder_pid(place.path));
    CHECK_FALSE(free_for_others(place.path));
}

TEST_CASE("file_lock: opening and closing the file by hand gives an own lock up", "[core]") {
    // This is what the rest of the program must not do; the system's rule for record locks.
    const Place place;
    const auto lock = FileLock::try_acquire(place.path);
    static_cast<void>(read_file(place.path));
    CHECK(free_for_others(place.path));
}

TEST_CASE("file_lock: a killed process leaves no lock", "[core]") {
    const Place place;
    Holder other(place.path);
    REQUIRE(other.has_lock());
    CHECK_FALSE(FileLock::try_acquire(place.path));
    other.end(SIGKILL);
    CHECK(FileLock::try_acquire(place.path));
}

TEST_CASE("file_lock: a forked child does not have its parent's lock", "[core]") {
    const Place place;
    auto lock = FileLock::try_acquire(place.path);
    REQUIRE(lock);
    CHECK(in_child([&] { return !lock->held() && !FileLock::try_acquire(place.path); }));
    CHECK(in_child([&] { return FileLock::holder_pid(place.path) == ::getppid(); }));
    CHECK(lock->held());
}

TEST_CASE("file_lock: whatever a forked child does, its parent keeps the lock", "[core]") {
    const Place place;
    auto lock = FileLock::try_acquire(place.path);
    REQUIRE(in_child([&] {
        static_cast<void>(read_file(place.path));
        lock.reset();
        return true;
    }));
    CHECK(lock->held());
    CHECK_FALSE(free_for_others(place.path));
}

TEST_CASE("file_lock: a child's own lock outlives its copy of the parent's object", "[core]") {
    const Place place;
    std::optional<FileLock> lock = FileLock::try_acquire(place.path);
    std::array<int, 2> go{};
    REQUIRE(::pipe(go.data()) == 0);
    const ::pid_t child = ::fork();
    if (child == 0) {
        char byte = 0;
        bool good = ::read(go[0], &byte, 1) == 1;  // the parent has released its lock
        const auto own = FileLock::try_acquire(place.path);
        lock.reset();
        good = good && own && own->held() && !free_for_others(place.path);
        ::_exit(good ? 0 : 1);
    }
    lock.reset();
    const Descriptor reader(go[0]);
    write_all(Descriptor(go[1]), "x", "pipe");
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("file_lock: a lock on a deleted file holds nobody up", "[core]") {
    const Place place;
    const auto old = FileLock::try_acquire(place.path);
    REQUIRE(::unlink(place.path.c_str()) == 0);
    const auto fresh = FileLock::try_acquire(place.path);
    REQUIRE(fresh);
    CHECK(old->held());
    CHECK_FALSE(free_for_others(place.path));
}

TEST_CASE("file_lock: a place that takes no lock file is an error", "[core]") {
    const Place place;
    CHECK_THROWS_AS(FileLock::try_acquire(place.directory + "/missing/lock"), std::system_error);
    CHECK_THROWS_AS(FileLock::try_acquire(place.directory), std::system_error);
}

TEST_CASE("file_lock: never two holders among processes that delete the file", "[core]") {
    const Place place;
    struct Shared {
        std::atomic<int> inside{0};
        std::atomic<int> collisions{0};
        std::atomic<int> turns{0};
    };
    void* const memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    Shared& shared = *new (memory) Shared;
    std::vector<::pid_t> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(::fork());
        if (children.back() == 0) {
            for (int turn = 0; turn < 500;) {
                const auto lock = FileLock::try_acquire(place.path);
                if (lock) {
                    shared.collisions += shared.inside.fetch_add(1);
                    std::this_thread::yield();
                    shared.inside.fetch_sub(1);
                    ::unlink(place.path.c_str());
                    shared.turns += 1;
                    ++turn;
                }
            }
            ::_exit(0);
        }
    }
    for (const ::pid_t child : children) {
        ::waitpid(child, nullptr, 0);
    }
    CHECK(shared.turns == 4 * 500);
    CHECK(shared.collisions == 0);
    ::munmap(memory, sizeof(Shared));
}

TEST_CASE("file_lock: threads exclude one another, and a fork among them is safe", "[core]") {
    const Place place;
    std::atomic<int> collisions{0};
    std::atomic<bool> stop{false};
    int inside = 0;  // guarded by the lock alone
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            while (!stop) {
                if (const auto lock = FileLock::try_acquire(place.path)) {
                    collisions += inside++;
                    static_cast<void>(FileLock::holder_pid(place.path));
                    --inside;
                }
            }
        });
    }
    for (int i = 0; i < 30; ++i) {
        CHECK(in_child(
            [&] { return FileLock::try_acquire(place.directory + "/child").has_value(); }));
    }
    stop = true;
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(collisions == 0);
}
