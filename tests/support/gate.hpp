#ifndef NEPTUNE_TESTS_SUPPORT_GATE_HPP
#define NEPTUNE_TESTS_SUPPORT_GATE_HPP

#include "support/test_server.hpp"

#include <future>
#include <utility>

namespace support {

/// Holds back what carries data until it is opened, so that everything meanwhile becomes one batch.
class Gate {
public:
    explicit Gate(World& world) {
        world.route([opened = opened_.get_future().share()](Flight& flight) {
            if (flight.carries_data()) opened.wait();
            return flight.deliver();
        });
    }
    ~Gate() { open(); }
    void open() {
        if (!std::exchange(is_open_, true)) opened_.set_value();
    }

private:
    std::promise<void> opened_;
    bool is_open_ = false;
};

}  // namespace support

#endif
