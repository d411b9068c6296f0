#ifndef NEPTUNE_CLIENT_FIELD_TABLE_HPP
#define NEPTUNE_CLIENT_FIELD_TABLE_HPP

// The local structure of one object: which paths are fields and of what type, and the interned
// entries that handles hold. It is filled when the object is opened, by `sync()`, and by local
// writes. Threads: the owner's lock.

#include <neptune/client/object.hpp>
#include <neptune/core/path.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace neptune::client {

class FieldTable {
public:
    using Entry = neptune::detail::FieldEntry;

    /// The entry of a path; made if it is new. Errors: InvalidPathError.
    Entry* intern(std::string_view path) {
        std::string normalized;
        if (!core::is_normalized_path(path)) {
            normalized = core::normalize_path(path);
            path = normalized;
        }
        if (const auto found = entries_.find(path); found != entries_.end())
            return found->second.get();
        if (const auto problem = core::path_problem(path))
            throw InvalidPathError(ErrorCode::invalid_path,
                                   "the path '" + std::string(path.substr(0, 80)) + "' " + *problem,
                                   "use a shorter path of printable characters");
        auto entry = std::make_unique<Entry>();
        entry->path = std::string(path);
        Entry* const result = entry.get();
        entries_.emplace(result->path, std::move(entry));
        return result;
    }

    [[nodiscard]] std::optional<FieldType> type(std::string_view path) const {
        const auto found = types_.find(path);
        return found == types_.end() ? std::nullopt : std::optional(found->second);
    }
    /// True if some field lies strictly below the path.
    [[nodiscard]] bool is_namespace(std::string_view path) const {
        if (path.empty()) return !types_.empty();
        const auto below = types_.lower_bound(std::string(path) + "/");
        return below != types_.end() && core::is_below(below->first, path);
    }
    [[nodiscard]] bool exists(std::string_view path) const {
        return types_.find(path) != types_.end() || is_namespace(path);
    }

    /// Throws what forbids a new field at this path; does nothing if the field exists. Errors:
    /// InvalidPathError for the root, MetadataInconsistency if a field lies above or fields lie
    /// below.
    void check_new(std::string_view path) const {
        if (path.empty())
            throw InvalidPathError(ErrorCode::invalid_path,
                                   "an empty path names the object itself, not a field",
                                   "give the field a name, or assign a dictionary");
        if (types_.find(path) != types_.end()) return;
        for (auto slash = path.find('/'); slash != std::string_view::npos;
             slash = path.find('/', slash + 1))
            if (const auto above = types_.find(path.substr(0, slash)); above != types_.end())
                throw MetadataInconsistency(
                    ErrorCode::path_conflict,
                    "cannot write " + std::string(path) + ": " + above->first + " is a field (" +
                        std::string(display_name(above->second)) + "), not a namespace",
                    "use another path, or erase " + above->first + " first");
        if (is_namespace(path))
            throw MetadataInconsistency(ErrorCode::path_conflict,
                                        "cannot write " + std::string(path) +
                                            ": it is a namespace, there are fields below it",
                                        "use another path, or assign a dictionary");
    }

    void set(std::string_view path, FieldType type) {
        types_.insert_or_assign(std::string(path), type);
    }
    void erase(std::string_view path) {
        if (const auto found = types_.find(path); found != types_.end()) types_.erase(found);
    }
    /// The field at the path, or all fields below it, in order.
    [[nodiscard]] std::vector<std::string> fields_at(std::string_view path) const {
        std::vector<std::string> result;
        if (types_.find(path) != types_.end()) result.emplace_back(path);
        auto below = path.empty() ? types_.begin() : types_.lower_bound(std::string(path) + "/");
        for (; below != types_.end() && core::is_below(below->first, path); ++below)
            result.push_back(below->first);
        return result;
    }
    /// Replaces what is known by what the server has, and keeps what only this process knows yet.
    void merge(const std::vector<std::pair<std::string, FieldType>>& fields) {
        for (const auto& [path, type] : fields) types_.insert_or_assign(path, type);
    }
    [[nodiscard]] Structure structure() const {
        Structure result;
        for (const auto& [path, type] : types_) result.add(path, type);
        return result;
    }
    /// Forgets the journal's numbers of the fields: a forked child has a journal of its own.
    void forget_journal_ids() {
        for (auto& [path, entry] : entries_) entry->journal_id = 0;
    }

private:
    std::map<std::string, FieldType, std::less<>> types_;
    // Keys are views of the entries' own paths, whose addresses stay.
    std::unordered_map<std::string_view, std::unique_ptr<Entry>> entries_;
};

}  // namespace neptune::client

#endif
