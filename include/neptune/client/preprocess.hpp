#ifndef NEPTUNE_CLIENT_PREPROCESS_HPP
#define NEPTUNE_CLIENT_PREPROCESS_HPP

// Merges the operations of one batch field by field, so that what is sent has the same result with
// fewer operations. Source: `OperationsPreprocessor` of the Python client. Where sorting by path
// would lose the user's order (a deletion, then a field at a path which that deletion frees) ours
// begins to sort anew.

#include <neptune/core/path.hpp>
#include <neptune/wire/operations.hpp>
#include <neptune/wire/rules.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::client {

class Preprocessor {
public:
    void add(wire::Operation operation) {
        if (needs_a_freed_path(operation)) flush();
        auto& field = fields_[operation.path];
        if (std::holds_alternative<wire::DeleteAttribute>(operation.payload))
            field.erase();
        else if (auto error = field.add(std::move(operation.payload), operation.path))
            errors_.push_back(std::move(*error));
    }

    /// What is to be sent: by field, in code-point order of the paths.
    [[nodiscard]] std::vector<wire::Operation> take() {
        flush();
        return std::exchange(ready_, {});
    }

    /// Operations that were dropped here because they contradict others of the batch.
    [[nodiscard]] std::vector<wire::OperationError>& errors() { return errors_; }

private:
    // What is pending for one path, in the order in which it is sent.
    struct Field {
        std::optional<wire::Payload>
            kept;  // in front of the deletion, so that the field surely exists
        bool deleted = false;
        std::vector<wire::Payload> modifications;
        std::optional<wire::Payload> config;
        std::optional<FieldType> type;

        void erase() {
            if (!deleted && !modifications.empty())
                kept = std::move(modifications.front());
            else if (!deleted && config)
                kept = std::move(config);
            deleted = true;
            modifications.clear();
            config.reset();
            type.reset();
        }

        std::optional<wire::OperationError> add(wire::Payload payload, const std::string& path) {
            const auto needed = wire::type_of(payload);
            if (type && needed && *type != *needed) {
                auto error = wire::rules::type_conflict(path, *type, payload);
                error.path = path;
                return error;
            }
            type = needed;
            std::visit([&](auto& operation) { merge(std::move(operation)); }, payload);
            return std::nullopt;
        }

        void merge(wire::ConfigFloatSeries operation) { config = std::move(operation); }
        void merge(wire::InsertStrings operation) {
            modifications.emplace_back(std::move(operation));
        }
        void merge(wire::RemoveStrings operation) {
            modifications.emplace_back(std::move(operation));
        }
        void merge(wire::DeleteFiles operation) {
            modifications.emplace_back(std::move(operation));
        }
        void merge(wire::LogImages operation) { merge_log(std::move(operation)); }
        void merge(wire::LogFloats operation) { merge_log(std::move(operation)); }
        void merge(wire::LogStrings operation) { merge_log(std::move(operation)); }
        // Assignments and clears: what was pending before has no effect any more.
        template <class Operation>
        void merge(Operation operation) {
            modifications.clear();
            modifications.emplace_back(std::move(operation));
        }
        template <class Log>
        void merge_log(Log operation) {
            if (!modifications.empty()) {
                if (auto* before = std::get_if<Log>(&modifications.back())) {
                    before->entries.insert(before->entries.end(),
                                           std::make_move_iterator(operation.entries.begin()),
                                           std::make_move_iterator(operation.entries.end()));
                    return;
                }
            }
            modifications.emplace_back(std::move(operation));
        }

        void take(const std::string& path, std::vector<wire::Operation>& out) {
            if (kept) out.push_back({path, std::move(*kept)});
            if (deleted) out.push_back({path, wire::DeleteAttribute{}});
            for (auto& operation : modifications) out.push_back({path, std::move(operation)});
            if (config) out.push_back({path, std::move(*config)});
        }
    };

    void flush() {
        for (auto& [path, field] : fields_) field.take(path, ready_);
        fields_.clear();
    }

    // A field that can only exist because another one, above or below it, is deleted in this batch:
    // sorted by path the two could change places.
    [[nodiscard]] bool needs_a_freed_path(const wire::Operation& operation) const {
        if (std::holds_alternative<wire::DeleteAttribute>(operation.payload)) return false;
        for (auto slash = operation.path.find('/'); slash != std::string::npos;
             slash = operation.path.find('/', slash + 1)) {
            const auto above = fields_.find(operation.path.substr(0, slash));
            if (above != fields_.end() && above->second.deleted) return true;
        }
        for (auto below = fields_.lower_bound(operation.path + "/");
             below != fields_.end() && core::is_below(below->first, operation.path); ++below)
            if (below->second.deleted) return true;
        return false;
    }

    std::vector<wire::Operation> ready_;
    std::map<std::string, Field> fields_;
    std::vector<wire::OperationError> errors_;
};

}  // namespace neptune::client

#endif
