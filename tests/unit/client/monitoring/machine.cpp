#include <neptune/client/monitoring/machine.hpp>

#include "support/catch.hpp"

#include <neptune/core/files.hpp>

#include <string>

#include <fcntl.h>

namespace {

using Catch::Approx;
using neptune::client::Machine;

constexpr double mebibyte = 1024.0 * 1024.0;

/// A root of the file system with the files that a test writes.
struct Tree {
    std::string root = neptune::core::make_temp_directory("neptune-tree-");
    Tree() {
        write("/proc/meminfo",
              "MemTotal:        8388608 kB\nMemFree:  1048576 kB\nMemAvailable:    6291456 kB\n");
        write("/proc/stat",
              "cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 50 0 50 350 50 0 0 0 0 0\n"
              "cpu1 50 0 50 350 50 0 0 0 0 0\nintr 1\n");
    }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;
    ~Tree() { neptune::core::remove_tree(root); }
    void write(const std::string& path, const std::string& text) const {
        const std::string file = root + path;
        neptune::core::make_directories(file.substr(0, file.rfind('/')));
        const auto opened = neptune::core::open_file(file, O_WRONLY | O_CREAT | O_TRUNC);
        neptune::core::write_all(opened, text, file);
    }
};

}  // namespace

TEST_CASE("machine: without limits the figures are the machine's", "[monitoring]") {
    const Tree tree;
    tree.write("/proc/self/cgroup", "0::/user.slice/session-1.scope\n");
    tree.write("/sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    tree.write("/sys/fs/cgroup/user.slice/session-1.scope/cgroup.controllers", "");
    tree.write("/sys/fs/cgroup/user.slice/session-1.scope/memory.max", "max\n");
    tree.write("/sys/fs/cgroup/user.slice/session-1.scope/memory.current", "1000\n");
    tree.write("/sys/fs/cgroup/user.slice/session-1.scope/cpu.max", "max 100000\n");
    tree.write("/sys/fs/cgroup/user.slice/session-1.scope/cpu.stat", "usage_usec 5\n");
    Machine machine(tree.root, 0);
    CHECK(machine.memory_total() == 8192 * mebibyte);
    CHECK(machine.memory_used() == 2048 * mebibyte);
    // 40 of 200 ticks were spent on work; guest time is part of user time, waiting is idle.
    tree.write("/proc/stat", "cpu  120 10 110 820 140 0 0 0 90 0\ncpu0 1 1 1 1\ncpu1 1 1 1 1\n");
    CHECK(machine.cpu_percent(10).value() == Approx(20));
    CHECK(machine.cpu_percent(20) == 0.0);
}

TEST_CASE("machine: limits of a control group of version 2 are the container's size",
          "[monitoring]") {
    const Tree tree;
    tree.write("/.dockerenv", "");
    tree.write("/proc/self/cgroup", "0::/\n");
    tree.write("/sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    tree.write("/sys/fs/cgroup/memory.max", "1073741824\n");
    tree.write("/sys/fs/cgroup/memory.current", "629145600\n");
    tree.write("/sys/fs/cgroup/memory.stat", "anon 1\ninactive_file 104857600\nslab 2\n");
    tree.write("/sys/fs/cgroup/cpu.max", "50000 100000\n");
    tree.write("/sys/fs/cgroup/cpu.stat", "usage_usec 1000000\nuser_usec 1\n");
    Machine machine(tree.root, 100);
    CHECK(machine.memory_total() == 1024 * mebibyte);
    CHECK(machine.memory_used() == 500 * mebibyte);  // without the file cache
    CHECK(machine.cpu_percent(100) == 0.0);          // no time has passed
    // 2.5 of the 5 core seconds that half a core gives in 10 s
    tree.write("/sys/fs/cgroup/cpu.stat", "usage_usec 3500000\n");
    CHECK(machine.cpu_percent(110).value() == Approx(50));
    tree.write("/sys/fs/cgroup/cpu.stat", "usage_usec 13500000\n");
    CHECK(machine.cpu_percent(120) == 100.0);
}

TEST_CASE("machine: limits of groups above hold too", "[monitoring]") {
    const Tree tree;
    tree.write("/proc/self/cgroup", "0::/kubepods/pod1/c1\n");
    for (const std::string group : {"", "/kubepods", "/kubepods/pod1", "/kubepods/pod1/c1"})
        tree.write("/sys/fs/cgroup" + group + "/cgroup.controllers", "");
    tree.write("/sys/fs/cgroup/kubepods/pod1/memory.max", "536870912\n");
    tree.write("/sys/fs/cgroup/kubepods/pod1/c1/memory.max", "max\n");
    tree.write("/sys/fs/cgroup/kubepods/pod1/c1/memory.current", "1048576\n");
    tree.write("/sys/fs/cgroup/kubepods/pod1/memory.current", "99999999\n");
    const Machine machine(tree.root, 0);
    CHECK(machine.memory_total() == 512 * mebibyte);
    CHECK(machine.memory_used() == 1 * mebibyte);
}

TEST_CASE("machine: control groups of version 1 are read where a container mounts its own",
          "[monitoring]") {
    const Tree tree;
    tree.write("/proc/self/cgroup",
               "12:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n");
    tree.write("/sys/fs/cgroup/memory/cgroup.procs", "1\n");
    tree.write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n");
    tree.write("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1073741824\n");
    tree.write("/sys/fs/cgroup/memory/memory.stat", "cache 5\ntotal_inactive_file 536870912\n");
    tree.write("/sys/fs/cgroup/cpu,cpuacct/cgroup.procs", "1\n");
    tree.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    tree.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    tree.write("/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "7000000000\n");
    Machine machine(tree.root, 0);
    CHECK(machine.memory_total() == 2048 * mebibyte);
    CHECK(machine.memory_used() == 512 * mebibyte);
    // No limit on time: both cores of the machine. 4 of 20 core seconds.
    tree.write("/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "11000000000\n");
    CHECK(machine.cpu_percent(10).value() == Approx(20));
}

TEST_CASE("machine: a limit of version 1 above the machine's memory is none", "[monitoring]") {
    const Tree tree;
    tree.write("/proc/self/cgroup", "12:memory:/user.slice\n");
    tree.write("/sys/fs/cgroup/memory/cgroup.procs", "1\n");
    tree.write("/sys/fs/cgroup/memory/user.slice/cgroup.procs", "1\n");
    tree.write("/sys/fs/cgroup/memory/user.slice/memory.limit_in_bytes", "9223372036854771712\n");
    tree.write("/sys/fs/cgroup/memory/user.slice/memory.usage_in_bytes", "4096\n");
    const Machine machine(tree.root, 0);
    CHECK(machine.memory_total() == 8192 * mebibyte);
    CHECK(machine.memory_used() == 2048 * mebibyte);
}

TEST_CASE("machine: what cannot be read gives no figure", "[monitoring]") {
    Machine nothing("/nonexistent", 0);
    CHECK(nothing.memory_total() == 0);
    CHECK_FALSE(nothing.memory_used());
    CHECK_FALSE(nothing.cpu_percent(1));
    const Tree tree;
    tree.write("/proc/stat", "cpu x y\n");
    tree.write("/proc/meminfo", "MemTotal: lots\n\n:\n");
    tree.write("/proc/self/cgroup", "nonsense\n::\n3:memory\n0::/../..\n");
    Machine damaged(tree.root, 0);
    CHECK_FALSE(damaged.memory_used());
    CHECK_FALSE(damaged.cpu_percent(1));
}

TEST_CASE("machine: this machine has figures", "[monitoring]") {
    Machine machine("", 0);
    CHECK(machine.memory_total() > mebibyte);
    REQUIRE(machine.memory_used());
    CHECK(*machine.memory_used() > 0);
    CHECK(*machine.memory_used() <= machine.memory_total());
    const auto cpu = machine.cpu_percent(1);
    REQUIRE(cpu);
    CHECK((*cpu >= 0 && *cpu <= 100));
}
