#include <neptune/client/batch_builder.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <neptune/client/journal_queue.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include "support/catch.hpp"

namespace {

namespace client = neptune::client;
namespace wire = neptune::wire;
using client::QueuedOperation;
using client::UploadFile;
using client::UploadFileSet;

const UploadFile file{"/data/a.txt", "", "txt"};
const UploadFile other{"", "content", "bin"};
const UploadFileSet added{{"/data/*"}, "/data", false};
const UploadFileSet replaced{{"/data/*"}, "/data", true};
const client::TrackedPath tracked{"/data", {}};
const wire::Payload number = wire::AssignInt{1};
const wire::Payload deletion = wire::DeleteAttribute{};

/// A queue with operations; each batch is taken for sent when it is shown.
class Queue {
public:
    explicit Queue(std::vector<QueuedOperation> operations) {
        neptune::journal::Options options;
        options.directory = directory_ + "/queue";
        options.metadata = "{}";
        options.min_free_bytes = 0;
        queue_ = std::make_unique<client::JournalQueue>(
            neptune::journal::Journal::create(std::move(options)), reporter_);
        queue_->put(std::move(operations));
    }
    ~Queue() {
        queue_.reset();
        neptune::core::remove_tree(directory_);
    }
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    /// "uploads tracked | operations" of the next batch, such as "a b 2*t | c".
    std::string next() {
        client::BatchBuilder builder(queue_->journal(), session_, 1'000, 1'000'000);
        const auto batch = builder.build();
        queue_->journal().begin_flight(batch.range.last);
        const auto again = builder.build();  // as after a broken connection
        CHECK(again.range == batch.range);
        CHECK(text(again) == text(batch));
        queue_->journal().acknowledge(batch.range.last);
        return text(batch);
    }
    [[nodiscard]] bool empty() { return queue_->journal().empty(); }

private:
    static std::string text(const client::OutgoingBatch& batch) {
        std::string result;
        for (const auto& upload : batch.uploads) result += upload.path + " ";
        for (const auto& [path, locations] : batch.tracked)
            result += std::to_string(locations.size()) + "*" + path + " ";
        result += "|";
        for (const auto& operation : batch.operations) result += " " + operation.path;
        return result;
    }

    std::string directory_ = neptune::core::make_temp_directory("neptune-batch-");
    client::Reporter reporter_{neptune::ErrorHandler{}};
    client::Environment environment_;
    client::Session session_{{"token", "http://nowhere.test"}, {}, environment_, reporter_};
    std::unique_ptr<client::JournalQueue> queue_;
};

}  // namespace

TEST_CASE("batch builder: uploads stand apart, in the order in which they were queued",
          "[client]") {
    Queue queue({{"z", file}, {"n", number}, {"a", other}, {"set", added}, {"m", number}});
    CHECK(queue.next() == "z a set | m n");
    CHECK(queue.empty());
}

TEST_CASE("batch builder: an upload takes the place of those to the same field", "[client]") {
    Queue queue({{"f", file}, {"set", added}, {"set", added}, {"f", other}});
    CHECK(queue.next() == "set set f |");
    Queue sets({{"set", added}, {"set", replaced}, {"set", added}});
    CHECK(sets.next() == "set set |");
}

TEST_CASE("batch builder: an upload waits for what frees or fills its path", "[client]") {
    Queue deleted({{"f", file}, {"f", deletion}, {"f", other}});
    CHECK(deleted.next() == "f | f");
    CHECK(deleted.next() == "f |");

    Queue number_before({{"f", number}, {"f", deletion}, {"f", file}, {"g", number}});
    CHECK(number_before.next() == "| f f");
    CHECK(number_before.next() == "f | g");

    Queue files_deleted({{"set", wire::Payload(wire::DeleteFiles{{"x"}})}, {"set", added}});
    CHECK(files_deleted.next() == "| set");
    CHECK(files_deleted.next() == "set |");

    Queue below({{"a/b", number}, {"a/b", deletion}, {"a", file}});
    CHECK(below.next() == "| a/b a/b");
    CHECK(below.next() == "a |");
    Queue above({{"a", number}, {"a", deletion}, {"a/b", file}});
    CHECK(above.next() == "| a a");
    CHECK(above.next() == "a/b |");

    Queue beside({{"ab", deletion}, {"a", file}, {"c", deletion}, {"a/b", number}});
    CHECK(beside.next() == "a | a/b ab c");
}

TEST_CASE("batch builder: tracked files of one field are one artifact, whatever is in between",
          "[client]") {
    Queue queue({{"t", tracked}, {"n", number}, {"t", tracked}, {"other", tracked}});
    CHECK(queue.next() == "1*other 2*t | n");
    CHECK(queue.empty());
}

TEST_CASE("batch builder: operations before and after tracked files keep their order on one field",
          "[client]") {
    const wire::Payload artifact = wire::AssignArtifact{std::string(64, 'a')};
    Queue queue({{"t", artifact}, {"t", tracked}, {"t", artifact}, {"n", number}, {"t", deletion}});
    CHECK(queue.next() == "| t");
    CHECK(queue.next() == "1*t |");
    CHECK(queue.next() == "| n t t");
    CHECK(queue.empty());
    Queue freed({{"t/below", number}, {"t/below", deletion}, {"t", tracked}});
    CHECK(freed.next() == "| t/below t/below");
    CHECK(freed.next() == "1*t |");
}
