#ifndef NEPTUNE_TESTS_UNIT_STORAGE_FIXTURE_HPP
#define NEPTUNE_TESTS_UNIT_STORAGE_FIXTURE_HPP

// A store in a directory of its own, with one workspace, user, project and run.

#include "support/temp_directory.hpp"

#include <neptune/storage/sqlite_store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace storage_test {

using namespace neptune;
using namespace neptune::storage;

/// Some moment; tests add to it what passes.
inline constexpr Millis start = 1'700'000'000'000;

using support::TempDirectory;

struct Fixture {
    explicit Fixture(std::size_t fields_per_object = wire::limits::fields_per_object)
        : options{directory.path, fields_per_object},
          store(std::make_unique<SqliteStore>(options)) {
        workspace = *store->create_workspace("ml-team", start);
        user = *store->create_user("jackie", UserKind::person, workspace.id, WorkspaceRole::owner,
                                   start);
        project = *store
                       ->create_project({workspace.id, "classification", "CLS", Visibility::priv,
                                         std::nullopt, user.id},
                                        start)
                       .project;
        run = create(ObjectKind::run);
    }

    Object create(ObjectKind kind, std::string model_key = {}, std::string parent_id = {}) {
        NewObject wanted;
        wanted.kind = kind;
        wanted.project_id = project.id;
        wanted.parent_id = std::move(parent_id);
        wanted.model_key = std::move(model_key);
        wanted.owner = user.name;
        return store->create_object(wanted, start).object.value();
    }

    void reopen() {
        store.reset();
        store = std::make_unique<SqliteStore>(options);
    }

    /// Applies to the run at `start + 1000`; gives the errors.
    std::vector<wire::OperationError> apply(std::vector<wire::Operation> operations) {
        const Applied applied =
            store->apply(run.id, std::move(operations), std::nullopt, start + 1000);
        if (applied.outcome != Applied::Outcome::applied) throw std::runtime_error("not applied");
        return applied.errors;
    }

    /// Description of the one error that the operation gives; empty if it gives none.
    std::string error_of(wire::Operation operation) {
        const auto errors = apply({std::move(operation)});
        if (errors.size() > 1) throw std::runtime_error("more than one error");
        return errors.empty() ? std::string() : errors[0].description;
    }

    [[nodiscard]] std::optional<wire::AttributeValue> value(const std::string& path,
                                                            Millis now = start + 1000) {
        return value(run, path, now);
    }
    [[nodiscard]] std::optional<wire::AttributeValue> value(const Object& object,
                                                            const std::string& path,
                                                            Millis now = start + 1000) {
        auto attribute = store->attribute(object.id, path, now);
        return attribute ? std::optional(std::move(attribute->value)) : std::nullopt;
    }
    template <class T>
    [[nodiscard]] T get(const std::string& path, Millis now = start + 1000) {
        return std::get<T>(value(path, now).value());
    }

    TempDirectory directory;
    SqliteStore::Options options;
    std::unique_ptr<SqliteStore> store;
    Workspace workspace;
    User user;
    Project project;
    Object run;
};

/// Points with steps `first`, `first + 1`, … at times `start + step`.
inline wire::Operation log_floats(std::string path, const std::vector<double>& values,
                                  double first = 0) {
    wire::LogFloats log;
    for (const double value : values) {
        log.entries.push_back({value, first, start + static_cast<Millis>(first)});
        first += 1;
    }
    return {std::move(path), std::move(log)};
}

inline wire::Operation assign(std::string path, double value) {
    return {std::move(path), wire::AssignFloat{value}};
}
inline wire::Operation assign(std::string path, const char* value) {
    return {std::move(path), wire::AssignString{value}};
}

/// Names of fields, for comparisons.
inline std::vector<std::string> names(const std::vector<wire::Attribute>& attributes) {
    std::vector<std::string> result;
    for (const auto& attribute : attributes) result.push_back(attribute.name);
    return result;
}

}  // namespace storage_test

#endif
