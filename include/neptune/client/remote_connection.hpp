#ifndef NEPTUNE_CLIENT_REMOTE_CONNECTION_HPP
#define NEPTUNE_CLIENT_REMOTE_CONNECTION_HPP

// Reading from the server: what the online and the read-only connection share.

#include <neptune/client/artifacts.hpp>
#include <neptune/client/connection.hpp>
#include <neptune/client/downloads.hpp>
#include <neptune/client/remote_fields.hpp>
#include <neptune/client/remote_table.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/client/session.hpp>
#include <neptune/core/path.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

class RemoteConnection : public Connection {
public:
    RemoteConnection(std::string object_id, std::function<std::unique_ptr<Session>()> connect,
                     std::unique_ptr<Session> session, Reporter& reporter)
        : object_id_(std::move(object_id)),
          reporter_(reporter),
          connect_(std::move(connect)),
          session_(std::move(session)) {}

    std::vector<std::pair<std::string, FieldType>> fields() override {
        std::vector<std::pair<std::string, FieldType>> result;
        for (auto& attribute : read_fields(session(), object_id_)) {
            if (attribute.type)
                result.emplace_back(std::move(attribute.name), *attribute.type);
            else if (first_time("unknown type of " + attribute.name))
                reporter_.warning(
                    "the field " + attribute.name +
                    " has a type that this version does not know; a newer neptune-cpp may");
        }
        return result;
    }
    Value fetch(const std::string& path, FieldType type) override {
        return read_value(session(), object_id_, path, type);
    }
    std::vector<std::pair<std::string, Value>> fetch_namespace(const std::string& path) override {
        std::vector<std::pair<std::string, Value>> result;
        for (auto& attribute : read_fields(session(), object_id_)) {
            if (!attribute.value || !attribute.type || !core::is_below(attribute.name, path))
                continue;
            if (is_atom(*attribute.type) || *attribute.type == FieldType::run_state)
                result.emplace_back(std::move(attribute.name), to_value(*attribute.value));
        }
        // Servers promise no order.
        std::sort(result.begin(), result.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        return result;
    }
    std::optional<double> fetch_last_float(const std::string& path) override {
        return std::get<wire::FloatSeriesValue>(
                   read_field<FieldType::float_series>(session(), object_id_, path))
            .last;
    }
    std::optional<std::string> fetch_last_string(const std::string& path) override {
        return std::get<wire::StringSeriesValue>(
                   read_field<FieldType::string_series>(session(), object_id_, path))
            .last;
    }
    std::vector<Point<double>> fetch_floats(const std::string& path,
                                            const FetchValues& options) override {
        return read_points<wire::GetFloatSeriesValues, double>(session(), object_id_, path,
                                                               options);
    }
    std::vector<Point<std::string>> fetch_strings(const std::string& path,
                                                  const FetchValues& options) override {
        return read_points<wire::GetStringSeriesValues, std::string>(session(), object_id_, path,
                                                                     options);
    }
    void download(const std::string& path, FieldType type, const Download& options) override {
        if (type == FieldType::file_set)
            download_file_set(session(), object_id_, path, options);
        else if (type == FieldType::image_series)
            download_images(session(), object_id_, path, options);
        else if (type == FieldType::artifact)
            download_artifact(ArtifactSender(session(), object_id_, {}).files(path),
                              options.destination.text);
        else
            download_file(session(), object_id_, path, options);
    }
    void download_last(const std::string& path, const Download& options) override {
        download_last_image(session(), object_id_, path, options);
    }
    std::string fetch_extension(const std::string& path) override {
        return std::get<wire::FileValue>(read_field<FieldType::file>(session(), object_id_, path))
            .extension;
    }
    std::vector<FileEntry> list_files(const std::string& path, const std::string& folder) override {
        return read_folder(session(), object_id_, path, folder);
    }
    std::vector<ArtifactFile> artifact_files(const std::string& path) override {
        std::vector<ArtifactFile> result;
        for (auto& file : ArtifactSender(session(), object_id_, {}).files(path))
            result.push_back(to_artifact_file(std::move(file)));
        return result;
    }
    [[nodiscard]] std::string object_id() const override { return object_id_; }
    std::unique_ptr<neptune::detail::TableSource> open_table(ObjectKind rows,
                                                             const RunsQuery& query) override {
        std::string project_id = object_id_, model_id;
        if (rows == ObjectKind::model_version) {
            auto model = session().call<wire::GetExperiment>({object_id_});
            project_id = std::move(model.project_id);
            model_id = std::move(model.short_id);
        }
        return std::make_unique<RemoteTable>([this]() -> Session& { return session(); },
                                             std::move(project_id), std::move(model_id), rows,
                                             query, reporter_);
    }

    void before_fork() override { session_mutex_.lock(); }
    void after_fork_in_parent() override { session_mutex_.unlock(); }
    // The threads inside the old session do not exist in the child, and its sockets are the
    // parent's: it must be neither used nor destroyed there.
    void after_fork_in_child() override {
        static_cast<void>(session_.release());
        session_mutex_.unlock();
    }

protected:
    // A forked child gets connections of its own, since those of its parent are not for two; they
    // are made when something is sent.
    Session& session() {
        const std::lock_guard guard(session_mutex_);
        if (!session_) session_ = connect_();
        return *session_;
    }

    std::string object_id_;
    Reporter& reporter_;
    std::function<std::unique_ptr<Session>()> connect_;
    std::mutex session_mutex_;
    std::unique_ptr<Session> session_;
};

/// Mode read-only: nothing is written, reading works.
class ReadOnlyConnection final : public RemoteConnection {
public:
    using RemoteConnection::RemoteConnection;
    std::optional<Ticket> put(std::vector<QueuedOperation>) override { return refuse(); }
    std::optional<Ticket> put_point(neptune::detail::FieldEntry&,
                                    const wire::LogEntry<double>&) override {
        return refuse();
    }

private:
    std::optional<Ticket> refuse() {
        if (first_time("read-only mode"))
            reporter_.report(Error(ErrorCode::read_only_mode, "nothing is saved in read-only mode",
                                   "open the object in another mode to write"),
                             {}, Level::warning);
        return std::nullopt;
    }
};

}  // namespace neptune::client

#endif
