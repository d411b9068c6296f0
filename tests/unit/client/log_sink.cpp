#include <neptune/log_sink.hpp>

#include "support/catch.hpp"
#include "support/recording_object.hpp"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace {

struct Logged {
    std::shared_ptr<support::RecordingObject> object = std::make_shared<support::RecordingObject>();
    neptune::Run run{object};
    [[nodiscard]] std::vector<std::string> at(const std::string& path) const {
        std::vector<std::string> lines;
        for (const auto& call : object->calls)
            if (call.function == "append" && call.path == path)
                lines.push_back(call.value.get<std::string>());
        return lines;
    }
};
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("log_sink: each record is a point, by default in the monitoring namespace", "[client]") {
    const Logged logged;
    const neptune::LogSink sink(logged.run);
    sink("epoch 1");
    sink("epoch 2\r\n");
    sink("two\nlines");
    sink("");
    CHECK(logged.at("monitoring/0badcafe/log") == Lines{"epoch 1", "epoch 2", "two\nlines", ""});
    CHECK(logged.object->calls.front().path == "source_code/integrations/neptune-cpp-log-sink");
}

TEST_CASE("log_sink: copies write to the same series, and long records to several points",
          "[client]") {
    const Logged logged;
    const auto copy = neptune::LogSink(logged.run["app/log"]);
    copy(std::string(2500, 'x'));
    const auto lines = logged.at("app/log");
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].size() == 1000);
    CHECK(lines[2].size() == 500);
}

TEST_CASE("log_sink: the buffer of a stream makes a point of each line", "[client]") {
    const Logged logged;
    {
        const neptune::LogSink sink(logged.run, "app/log");
        std::ostream log(sink.rdbuf());
        log << "step " << 1 << '\n' << "loss " << 0.5 << std::endl << "not yet";
        CHECK(logged.at("app/log") == Lines{"step 1", "loss 0.5"});
    }
    CHECK(logged.at("app/log") == Lines{"step 1", "loss 0.5", "not yet"});
}

TEST_CASE("log_sink: silent when the run is stopped, and never throws", "[client]") {
    struct Refusing : support::RecordingObject {
        bool stopped = false;
        int calls_seen = 0;
        void append(const FieldEntry*, std::string_view, const neptune::Append&) override {
            ++calls_seen;
            if (stopped)
                throw neptune::InactiveObjectError(neptune::ErrorCode::inactive_object, "stopped");
            throw neptune::MetadataInconsistency(neptune::ErrorCode::type_conflict, "a Float");
        }
    };
    const auto object = std::make_shared<Refusing>();
    const neptune::Run run{object};
    const neptune::LogSink sink(run["app/log"]);
    sink("refused");
    object->stopped = true;
    sink("late");
    CHECK(object->calls_seen == 2);
}
