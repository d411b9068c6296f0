#include <neptune/core/callback.hpp>

#include <memory>
#include <string>
#include <type_traits>

#include "support/catch.hpp"

namespace {

using neptune::Callback;

int twice(int value) {
    return 2 * value;
}

static_assert(std::is_constructible_v<Callback<int(int)>, int (*)(int)>);
static_assert(!std::is_constructible_v<Callback<int(int)>, void (*)()>);
static_assert(!std::is_constructible_v<Callback<int(int)>, int>);
static_assert(std::is_copy_constructible_v<Callback<void()>> &&
              std::is_nothrow_move_constructible_v<Callback<void()>>);

}  // namespace

TEST_CASE("callback: calls functions, lambdas and objects with what it was given", "[core]") {
    const Callback<int(int)> function = twice;
    CHECK(function(21) == 42);
    int seen = 0;
    const Callback<void(const std::string&, int)> lambda =
        [&](const std::string& text, int number) { seen = static_cast<int>(text.size()) + number; };
    lambda("abc", 4);
    CHECK(seen == 7);
    struct Counter {
        int count = 0;
        int operator()() { return ++count; }
    };
    const Callback<int()> counter = Counter{};
    CHECK(counter() == 1);
    CHECK(counter() == 2);
}

TEST_CASE("callback: an empty one is false, and does nothing when called", "[core]") {
    const Callback<void(int)> none;
    CHECK_FALSE(none);
    none(1);
    const Callback<void(int)> null = nullptr;
    CHECK_FALSE(null);
    const Callback<void(int)> some = [](int) {};
    CHECK(some);
}

TEST_CASE("callback: copies share the callable, which lives as long as one of them", "[core]") {
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> watch = held;
    Callback<int()> first = [held = std::move(held)] { return ++*held; };
    {
        const auto second = first;
        CHECK(second() == 1);
        CHECK(first() == 2);
        first = nullptr;
        CHECK_FALSE(first);
        CHECK(second() == 3);
        CHECK_FALSE(watch.expired());
    }
    CHECK(watch.expired());
}

TEST_CASE("callback: arguments are passed on, not copied", "[core]") {
    const Callback<int(std::unique_ptr<int>)> take = [](std::unique_ptr<int> value) {
        return *value;
    };
    CHECK(take(std::make_unique<int>(5)) == 5);
    int target = 0;
    const Callback<void(int&)> write = [](int& out) { out = 9; };
    write(target);
    CHECK(target == 9);
    // The result of the callable may be dropped or converted.
    const Callback<void()> dropped = [] { return 1; };
    dropped();
    const Callback<double()> converted = [] { return 1; };
    CHECK(converted() == 1.0);
}
