#include <neptune/journal/space_guard.hpp>

#include "support/catch.hpp"

using namespace neptune;
using journal::DropReason;

namespace {
constexpr std::uint64_t mib = std::uint64_t{1} << 20;

struct Disk {
    core::DiskSpace space{1000 * mib, 500 * mib};
    int questions = 0;
    bool broken = false;
};

journal::Options options_for(Disk& disk) {
    journal::Options options;
    options.probe = [&disk](const std::string&) {
        ++disk.questions;
        if (disk.broken) throw std::system_error(EIO, std::generic_category());
        return disk.space;
    };
    return options;
}
}  // namespace

TEST_CASE("space guard: the disk is asked once per mebibyte, not per record", "[journal]") {
    Disk disk;
    journal::SpaceGuard guard(options_for(disk));
    for (int i = 0; i < 1024; ++i) CHECK_FALSE(guard.refuse(0, 1024));
    CHECK(disk.questions <= 2);
    CHECK(disk.questions >= 1);
}

TEST_CASE("space guard: the reserve counts what is about to be written", "[journal]") {
    Disk disk;
    journal::SpaceGuard guard(options_for(disk));
    CHECK_FALSE(guard.refuse(0, 244 * mib));
    CHECK(guard.refuse(0, 245 * mib) == DropReason::disk_reserve);
}

TEST_CASE("space guard: a full disk is asked again now and then", "[journal]") {
    Disk disk;
    disk.space.available = mib;
    journal::SpaceGuard guard(options_for(disk));
    for (int i = 0; i < 100; ++i) CHECK(guard.refuse(0, 100) == DropReason::disk_reserve);
    CHECK(disk.questions <= 3);
    disk.space.available = 900 * mib;
    int refused = 0;
    while (guard.refuse(0, 100) && refused < 1000) ++refused;
    CHECK(refused < 64);
}

TEST_CASE("space guard: usage in per cent and the queue's own limit", "[journal]") {
    Disk disk;
    auto options = options_for(disk);
    options.max_disk_usage_percent = 49.5;
    options.queue_limit = 1000;
    journal::SpaceGuard guard(options);
    CHECK(guard.refuse(0, 100) == DropReason::disk_usage);
    CHECK(guard.refuse(901, 100) == DropReason::queue_limit);
    CHECK(guard.refuse(5000, 1) == DropReason::queue_limit);
    disk.space.available = 600 * mib;
    guard.check_disk();
    CHECK_FALSE(guard.refuse(900, 100));
}

TEST_CASE("space guard: a disk that cannot be asked keeps its last answer", "[journal]") {
    Disk disk;
    disk.broken = true;
    CHECK_FALSE(journal::SpaceGuard(options_for(disk)).refuse(0, 1));
    disk.broken = false;
    disk.space.available = mib;
    journal::SpaceGuard guard(options_for(disk));
    CHECK(guard.refuse(0, 1));
    disk.broken = true;
    guard.check_disk();
    CHECK(guard.refuse(0, 1) == DropReason::disk_reserve);
}
