#include <neptune/client/monitoring/job_list.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace neptune::client;

namespace {

/// Notes what is done to it.
class NotedJob final : public Job {
public:
    NotedJob(std::string name, std::vector<std::string>& notes, bool starts = true)
        : name_(std::move(name)), notes_(notes), starts_(starts) {}
    void start() override {
        if (!starts_) throw std::runtime_error("no thread");
        notes_.push_back("start " + name_);
    }
    void stop(std::chrono::steady_clock::time_point) override { notes_.push_back("stop " + name_); }

private:
    std::string name_;
    std::vector<std::string>& notes_;
    bool starts_;
};

std::vector<std::unique_ptr<Job>> two_and_a_failure(std::vector<std::string>& notes) {
    std::vector<std::unique_ptr<Job>> jobs;
    jobs.push_back(std::make_unique<NotedJob>("a", notes));
    jobs.push_back(std::make_unique<NotedJob>("b", notes, false));
    jobs.push_back(std::make_unique<NotedJob>("c", notes));
    return jobs;
}

using Notes = std::vector<std::string>;

}  // namespace

TEST_CASE("job_list: a job that cannot start is left out, the others run and are stopped",
          "[client]") {
    Notes notes;
    Reporter reporter({});
    {
        JobList list;
        list.start(two_and_a_failure(notes), reporter);
        CHECK(notes == Notes{"start a", "start c"});
        list.stop({});
        CHECK(list.empty());
    }
    CHECK(notes == Notes{"start a", "start c", "stop a", "stop c"});
}

TEST_CASE("job_list: what nobody stopped is stopped when it goes", "[client]") {
    Notes notes;
    Reporter reporter({});
    {
        JobList list;
        list.start(two_and_a_failure(notes), reporter);
    }
    CHECK(notes == Notes{"start a", "start c", "stop a", "stop c"});
}

TEST_CASE("job_list: a forked child neither stops nor destroys them", "[client]") {
    Notes notes;
    Reporter reporter({});
    std::vector<Job*> left;
    {
        JobList list;
        auto jobs = two_and_a_failure(notes);
        left = {jobs[0].get(), jobs[2].get()};
        list.start(std::move(jobs), reporter);
        list.leave_in_child();
    }
    CHECK(notes == Notes{"start a", "start c"});
    for (auto* job : left) delete job;
}
