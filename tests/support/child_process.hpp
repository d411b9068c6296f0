#ifndef NEPTUNE_TESTS_SUPPORT_CHILD_PROCESS_HPP
#define NEPTUNE_TESTS_SUPPORT_CHILD_PROCESS_HPP

// For the process tests: this program again, as a child with another role, and memory that outlives
// it.

#include <neptune/core/os.hpp>

#include <cstdio>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace support {

inline void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

/// This program, started again with these arguments and variables; what it prints goes to a file.
/// Killed if it is still there at the end.
class Child {
public:
    Child(const std::vector<std::string>& arguments,
          const std::map<std::string, std::string>& variables) {
        log_ = neptune::core::temp_directory() + "/neptune-child-XXXXXX";
        const int file = ::mkstemp(log_.data());
        require(file >= 0, "no file for the output of the child");
        std::vector<std::string> environment;
        for (char** entry = ::environ; *entry != nullptr; ++entry) {
            const std::string text = *entry;
            if (!variables.contains(text.substr(0, text.find('=')))) environment.push_back(text);
        }
        for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
        std::vector<std::string> words{"/proc/self/exe"};
        words.insert(words.end(), arguments.begin(), arguments.end());

        ::posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, file, 1);
        ::posix_spawn_file_actions_adddup2(&actions, file, 2);
        const int failure = ::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr,
                                          pointers(words).data(), pointers(environment).data());
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(file);
        require(failure == 0, "the child cannot be started");
    }
    ~Child() {
        if (pid_ > 0) kill(SIGKILL);
        ::unlink(log_.c_str());
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] ::pid_t pid() const { return pid_; }
    [[nodiscard]] bool runs() {
        if (pid_ <= 0) return false;
        if (::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
        return pid_ > 0;
    }
    /// Blocks until it has ended and gives the status of waitpid(2).
    int wait() {
        if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), &status_, 0);
        return status_;
    }
    /// The same, and fails unless the child ended with exit code 0.
    void finish() {
        const int status = wait();
        require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                "the child ended with status " + std::to_string(status) + ":\n" + output());
    }
    int kill(int signal) {
        if (pid_ > 0) ::kill(pid_, signal);
        return wait();
    }
    /// What it has printed so far.
    [[nodiscard]] std::string output() const { return neptune::core::read_file(log_).value_or(""); }

private:
    static std::vector<char*> pointers(std::vector<std::string>& words) {
        std::vector<char*> result;
        for (auto& word : words) result.push_back(word.data());
        result.push_back(nullptr);
        return result;
    }

    ::pid_t pid_ = -1;
    int status_ = 0;
    std::string log_;
};

/// One T in a file that several processes map; it survives each of them. T has atomic members and
/// no pointers.
template <class T>
class Shared {
public:
    /// Makes the file (`first`) or takes it as it is.
    Shared(const std::string& path, bool first) {
        const auto file = neptune::core::open_file(path, O_RDWR | O_CREAT | O_CLOEXEC);
        require(!first || ::ftruncate(file.get(), sizeof(T)) == 0, "no shared memory");
        memory_ = ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
        require(memory_ != MAP_FAILED, "no shared memory");
        if (first) new (memory_) T{};
    }
    ~Shared() { ::munmap(memory_, sizeof(T)); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    T* operator->() const { return static_cast<T*>(memory_); }
    T& operator*() const { return *static_cast<T*>(memory_); }

private:
    void* memory_;
};

/// What `main` of a process test does: role and arguments go to `run`, which throws what is wrong.
template <class Run>
int run_process_test(int argc, char** argv, Run run) {
    try {
        return run(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}

/// So many times more patience where everything is slower.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool is_slow = true;
#else
inline constexpr bool is_slow = false;
#endif

}  // namespace support

#endif  // NEPTUNE_TESTS_SUPPORT_CHILD_PROCESS_HPP
