#ifndef NEPTUNE_STORAGE_CATALOGUE_HPP
#define NEPTUNE_STORAGE_CATALOGUE_HPP

// Fields of an object as the writer knows them without asking SQLite: paths, types, where each
// series stands.

#include <neptune/core/field_type.hpp>
#include <neptune/core/path.hpp>
#include <neptune/storage/sqlite.hpp>
#include <neptune/storage/writer.hpp>
#include <neptune/wire/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace neptune::storage {

/// What a series needs in order to go on: aggregates over its points, see wire::FloatSeriesValue.
/// `m2` is the sum of squared distances from the mean.
struct SeriesState {
    std::int64_t count = 0;
    double last_step = 0;
    double min = 0, max = 0, mean = 0, m2 = 0;
};

struct CatalogueField {
    std::int64_t id = 0;
    FieldType type = FieldType::string;
    /// Read when the series is first written to.
    std::unique_ptr<SeriesState> series{};
};

/// Fields of one object in code-point order.
class Catalogue {
public:
    std::int64_t object = 0;
    std::int64_t project = 0;
    ObjectKind kind = ObjectKind::run;

    using Fields = std::map<std::string, CatalogueField, std::less<>>;

    [[nodiscard]] const Fields& fields() const { return fields_; }
    /// Fields outside `sys`, which are those that the limit counts.
    [[nodiscard]] std::size_t user_fields() const { return user_fields_; }

    [[nodiscard]] CatalogueField* find(std::string_view path) {
        const auto found = fields_.find(path);
        return found == fields_.end() ? nullptr : &found->second;
    }

    CatalogueField& add(std::string path, std::int64_t id, FieldType type) {
        if (!core::is_sys_path(path)) ++user_fields_;
        CatalogueField& field = fields_[std::move(path)];
        field.id = id;
        field.type = type;
        return field;
    }

    void remove(const std::string& path) {
        if (fields_.erase(path) > 0 && !core::is_sys_path(path)) --user_fields_;
    }

    /// The field above `path` that keeps it from being one.
    [[nodiscard]] std::optional<std::string_view> field_above(std::string_view path) const {
        for (auto slash = path.find('/'); slash != std::string_view::npos;
             slash = path.find('/', slash + 1))
            if (fields_.find(path.substr(0, slash)) != fields_.end()) return path.substr(0, slash);
        return std::nullopt;
    }

    /// Whether there are fields below `path`.
    [[nodiscard]] bool is_namespace(std::string_view path) const {
        const std::string prefix = std::string(path) + '/';
        const auto next = fields_.lower_bound(prefix);
        return next != fields_.end() && core::is_below(next->first, path);
    }

private:
    Fields fields_;
    std::size_t user_fields_ = 0;
};

/// Why the path cannot hold a field of that type beside the others; nothing if it does or can.
[[nodiscard]] inline std::optional<wire::OperationError> refuse_type(Catalogue& catalogue,
                                                                     std::string_view path,
                                                                     FieldType type,
                                                                     std::string_view operation) {
    namespace rules = wire::rules;
    if (const CatalogueField* field = catalogue.find(path)) {
        if (field->type != type) return rules::type_conflict(path, field->type, operation);
        return std::nullopt;
    }
    if (const auto ancestor = catalogue.field_above(path))
        return rules::below_a_field(path, *ancestor);
    if (catalogue.is_namespace(path)) return rules::is_a_namespace(path);
    return std::nullopt;
}

/// Makes a field's rows and gives its id. Errors: StoreError if the object has a field of that
/// path.
template <class Value>
std::int64_t insert_field(Database& database, std::int64_t object, std::string_view path,
                          FieldType type, const Value& value) {
    database.execute("INSERT INTO fields (object, path, type, value) VALUES (?, ?, ?, ?)", object,
                     path, type, value);
    const std::int64_t id = database.last_row();
    if (is_series(type)) database.execute("INSERT INTO series (field) VALUES (?)", id);
    if (type == FieldType::file_set)
        database.execute("INSERT INTO file_sets (field) VALUES (?)", id);
    return id;
}

/// Catalogues of the objects that were written to last. Threads: the writer's only.
class CatalogueCache {
public:
    /// Fields of all catalogues together that are kept; about 200 bytes each.
    explicit CatalogueCache(std::size_t capacity = 300'000) : capacity_(capacity) {}

    /// The object's catalogue, null if there is no such object. Lifetime: until the next call.
    Catalogue* get(WriteSession& session, std::string_view object_id) {
        if (std::exchange(generation_, session.generation) != session.generation) clear();
        if (const auto found = by_id_.find(object_id); found != by_id_.end()) {
            recent_.splice(recent_.begin(), recent_, found->second);
            return &found->second->catalogue;
        }
        auto catalogue = load(session.database, object_id);
        if (!catalogue) return nullptr;
        recent_.push_front({std::string(object_id), *std::move(catalogue)});
        by_id_.emplace(recent_.front().object_id, recent_.begin());
        make_room();
        return &recent_.front().catalogue;
    }

    /// For a call that fails after it changed the catalogue.
    void drop(std::string_view object_id) {
        const auto found = by_id_.find(object_id);
        if (found == by_id_.end()) return;
        const auto entry = found->second;
        by_id_.erase(found);
        recent_.erase(entry);
    }

    /// For a call that deletes objects, whose numbers others may get.
    void clear() {
        by_id_.clear();
        recent_.clear();
    }

private:
    struct Entry {
        std::string object_id;
        Catalogue catalogue;
    };

    static std::optional<Catalogue> load(Database& database, std::string_view object_id) {
        Statement object =
            database.query("SELECT number, project, kind FROM objects WHERE id = ?", object_id);
        if (!object.step()) return std::nullopt;
        Catalogue catalogue;
        catalogue.object = object.integer(0);
        catalogue.project = object.integer(1);
        catalogue.kind = object.enumerator<ObjectKind>(2);
        Statement field =
            database.query("SELECT path, id, type FROM fields WHERE object = ?", catalogue.object);
        while (field.step())
            catalogue.add(field.text(0), field.integer(1), field.enumerator<FieldType>(2));
        return catalogue;
    }

    /// Counts anew each time an object is loaded, which is rare: catalogues grow while they are
    /// kept.
    void make_room() {
        std::size_t total = 0;
        for (auto entry = recent_.begin(); entry != recent_.end();) {
            total += entry->catalogue.fields().size() + 1;
            if (total <= capacity_ || entry == recent_.begin()) {
                ++entry;
                continue;
            }
            by_id_.erase(entry->object_id);
            entry = recent_.erase(entry);
        }
    }

    std::size_t capacity_;
    std::uint64_t generation_ = 0;
    std::list<Entry> recent_;
    // Keys point into the entries.
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_id_;
};

}  // namespace neptune::storage

#endif
