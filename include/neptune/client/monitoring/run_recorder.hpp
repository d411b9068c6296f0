#ifndef NEPTUNE_CLIENT_MONITORING_RUN_RECORDER_HPP
#define NEPTUNE_CLIENT_MONITORING_RUN_RECORDER_HPP

// What a run records by itself: about its process (monitoring namespace), its source and its
// dependencies. Nothing of it may keep a program from running: what fails is reported.

#include <neptune/client/environment.hpp>
#include <neptune/client/monitoring/console_job.hpp>
#include <neptune/client/monitoring/crash_mark_job.hpp>
#include <neptune/client/monitoring/dependencies.hpp>
#include <neptune/client/monitoring/diff_job.hpp>
#include <neptune/client/monitoring/git.hpp>
#include <neptune/client/monitoring/hardware_job.hpp>
#include <neptune/client/monitoring/job.hpp>
#include <neptune/client/monitoring/source_code.hpp>
#include <neptune/client/object.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/core/environment.hpp>
#include <neptune/core/os.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace neptune::client {

/// Use: construct before the run is opened; `git_reference` for its creation; `write_first_fields`
/// and `make_jobs` when it is open.
class RunRecorder {
public:
    /// Lifetime: `reporter` outlives it and the jobs.
    RunRecorder(neptune::detail::RunRecords records, std::string monitoring_namespace,
                Seconds hardware_period, Reporter& reporter)
        : records_(std::move(records)),
          namespace_(std::move(monitoring_namespace)),
          hardware_period_(hardware_period),
          reporter_(reporter) {
        leave_out_closed(0, records_.capture_stdout);
        leave_out_closed(1, records_.capture_stderr);
        if (records_.git_ref.enabled) find_repository();
        // As early as can be: the first figure of the processor is since now.
        if (records_.capture_hardware_metrics)
            gauges_ = std::make_unique<Gauges>("", load_nvml(),
                                               core::environment("CUDA_VISIBLE_DEVICES"));
    }

    /// Asks Git, for a few seconds at most. Nothing: switched off, no repository, no commit.
    [[nodiscard]] std::optional<wire::GitInfoDto> git_reference() {
        return git_ ? git_->reference() : std::nullopt;
    }

    /// `is_new`: the run is not resumed; source and host of a resumed one stay what they are.
    void write_first_fields(neptune::detail::Object& run, bool is_new) {
        attempt("the host's name, process and thread", namespace_, [&] {
            if (!monitors()) return;
            Dict facts;
            facts.add("hostname", core::host_name());
            facts.add("pid", std::to_string(core::process_id()));
            facts.add("tid", std::to_string(core::thread_id()));
            run.assign(run.intern(namespace_), facts, {});
            make_series(run, records_.capture_stdout, "/stdout");
            make_series(run, records_.capture_stderr, "/stderr");
        });
        attempt("the source files", "source_code/files", [&] {
            const auto program = core::executable_path();
            if (is_new && program) run.assign(run.intern("source_code/executable"), *program, {});
            const auto source = find_source_code(records_.source_file, records_.source_files,
                                                 core::working_directory());
            if (is_new || records_.source_files) {
                if (!source.entrypoint.empty())
                    run.assign(run.intern("source_code/entrypoint"), source.entrypoint, {});
                if (!source.files.empty())
                    run.upload_files(run.intern("source_code/files"), source.files, {});
            }
        });
        if (records_.dependencies)
            attempt("the dependencies", "source_code/requirements",
                    [&] { upload_dependencies(run, *records_.dependencies); });
    }

    /// `queue_directory`: where the run's data wait; empty if they do not.
    [[nodiscard]] std::vector<std::unique_ptr<Job>> make_jobs(neptune::detail::Object& run,
                                                              const std::string& queue_directory) {
        std::vector<std::unique_ptr<Job>> jobs;
        if (captures(records_.capture_stdout) || captures(records_.capture_stderr)) {
            ConsoleJob::Stream output{records_.capture_stdout.level, namespace_ + "/stdout"};
            ConsoleJob::Stream error{records_.capture_stderr.level, namespace_ + "/stderr"};
            jobs.push_back(std::make_unique<ConsoleJob>(
                run, reporter_,
                std::array<ConsoleJob::Stream, 2>{std::move(output), std::move(error)}));
        }
        if (gauges_)
            jobs.push_back(std::make_unique<HardwareJob>(run, reporter_, namespace_,
                                                         std::move(gauges_), hardware_period_));
        if (git_) jobs.push_back(std::make_unique<DiffJob>(run, reporter_, std::move(git_)));
        if (records_.handle_signals && !queue_directory.empty())
            jobs.push_back(std::make_unique<CrashMarkJob>(queue_directory));
        return jobs;
    }

private:
    // A daemon may have closed its standard descriptors.
    static void leave_out_closed(std::size_t stream, Capture& capture) {
        if (capture.level == CaptureLevel::descriptor && !DescriptorTap::of(stream).is_there())
            capture = false;
    }
    static bool captures(const Capture& capture) { return capture.level != CaptureLevel::off; }
    [[nodiscard]] bool monitors() const {
        return captures(records_.capture_stdout) || captures(records_.capture_stderr) ||
               records_.capture_hardware_metrics || records_.capture_traceback;
    }

    template <class Function>
    void attempt(const std::string& what, const std::string& path, Function function) const {
        try {
            function();
        } catch (const std::exception& error) {
            reporter_.report(Error(ErrorCode::monitoring_failed,
                                   what + " could not be recorded: " + error.what()),
                             path, Level::warning);
        }
    }

    // A run that is resumed under the same namespace keeps what it has.
    void make_series(neptune::detail::Object& run, const Capture& capture, const char* name) const {
        if (captures(capture) && !run.exists(namespace_ + name))
            run.assign(run.intern(namespace_ + name), StringSeries{}, {});
    }

    // From the directory of the source upwards; where that is not on this machine, from that of the
    // program, which is often built inside the repository.
    void find_repository() {
        std::vector<std::string> places;
        if (const auto& given = records_.git_ref.repository_path; !given.empty())
            places = {given};
        else
            places = {records_.source_file, core::executable_path().value_or("")};
        for (const auto& place : places) {
            if (auto files = place.empty() ? std::nullopt : GitFiles::find(place)) {
                git_ = std::make_unique<Git>(std::move(*files));
                return;
            }
        }
    }

    void upload_dependencies(neptune::detail::Object& run, const std::string& wanted) const {
        const auto* const field = run.intern("source_code/requirements");
        if (wanted == "infer") {
            run.upload(field, File::from_content(infer_dependencies(), "txt"), {});
            return;
        }
        if (::access(wanted.c_str(), R_OK) != 0) {
            reporter_.warning("the file of dependencies " + wanted +
                              " cannot be read and is not uploaded");
            return;
        }
        run.upload(field, File::from_path(wanted), {});
    }

    // Not a word on machines without such a card.
    [[nodiscard]] std::unique_ptr<Nvml> load_nvml() const {
        auto nvml = Nvml::load();
        if (!nvml && ::access("/proc/driver/nvidia/version", F_OK) == 0 && first_time("nvml"))
            reporter_.warning(
                "the NVIDIA driver is loaded but its library libnvidia-ml.so.1 cannot be used; "
                "nothing is recorded about the graphics cards");
        return nvml;
    }

    neptune::detail::RunRecords records_;
    std::string namespace_;
    Seconds hardware_period_;
    Reporter& reporter_;
    std::unique_ptr<Git> git_;
    std::unique_ptr<Gauges> gauges_;
};

}  // namespace neptune::client

#endif
