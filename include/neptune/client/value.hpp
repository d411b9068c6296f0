#ifndef NEPTUNE_CLIENT_VALUE_HPP
#define NEPTUNE_CLIENT_VALUE_HPP

// The closed variant of everything that can be assigned to a field or fetched from one. Behind its
// constructors all code is ordinary, non-template code.

#include <neptune/client/artifact.hpp>
#include <neptune/client/field_traits.hpp>
#include <neptune/client/file.hpp>
#include <neptune/core/error.hpp>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace neptune {

/// A time as logging calls take it: any system-clock time point, cut to milliseconds.
struct Timestamp {
    Timestamp() = default;
    template <class Duration>
    Timestamp(std::chrono::sys_time<Duration> time)
        : ms(std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count()) {}
    /// Milliseconds since the Unix epoch, UTC.
    std::int64_t ms = 0;
};

/// Value of a StringSet field; assignment replaces the set. Exists at sys/tags and sys/group_tags
/// only.
struct StringSet {
    std::vector<std::string> values;
    bool operator==(const StringSet&) const = default;
};

/// A whole float series; assignment replaces all points and the display configuration.
/// Shape: `timestamps` and `steps` are empty or as long as `values`; steps strictly increase.
struct FloatSeries {
    std::vector<double> values;
    std::optional<double> min{}, max{};
    std::optional<std::string> unit{};
    std::vector<Timestamp> timestamps{};
    std::vector<double> steps{};
};

/// A whole string series; assignment replaces all points. Shape: as FloatSeries.
struct StringSeries {
    std::vector<std::string> values;
    std::vector<Timestamp> timestamps{};
    std::vector<double> steps{};
};

/// A whole series of images; assignment replaces all points. `name` and `description` are those of
/// every image. Shape: as FloatSeries.
struct FileSeries {
    std::vector<File> values;
    std::vector<Timestamp> timestamps{};
    std::vector<double> steps{};
    std::optional<std::string> name{}, description{};
};

/// State of the repository when a run was created, as `fetch<GitInfo>()` of `source_code/git` gives
/// it.
struct GitInfo {
    std::string commit_id, message, author_name, author_email;
    Datetime commit_date{};
    bool dirty = false;
    std::optional<std::string> branch{};
    std::vector<std::string> remotes;
    bool operator==(const GitInfo&) const = default;
};

struct Entry;

/// A namespace with its fields: keys in the order in which they were given; a key may be a path.
/// Copies share nothing.
class Dict {
public:
    using Items = std::vector<std::pair<std::string, Value>>;

    Dict();
    Dict(std::initializer_list<Entry> entries);
    Dict(const Dict& other);
    Dict(Dict&& other) noexcept;
    Dict& operator=(const Dict& other);
    Dict& operator=(Dict&& other) noexcept;
    ~Dict();

    /// Adds an entry behind the others.
    void add(std::string key, Value value);
    [[nodiscard]] const Items& items() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool empty() const;
    /// The entry of that key, or null.
    [[nodiscard]] const Value* find(std::string_view key) const;
    /// The value at `path`, walking through nested dictionaries. Errors: MissingField.
    [[nodiscard]] const Value& at(std::string_view path) const;

private:
    // Behind a pointer because a Value may hold a Dict.
    std::unique_ptr<Items> items_;
};

namespace detail {
/// Where the value of a copy comes from: a field of some object, looked up when the Value is made.
/// Errors: MissingField; MetadataInconsistency for what is no single value.
struct CopySource {
    std::string object_id;
    std::string path;
    FieldType type = FieldType::string;
};
CopySource copy_source_of(const Field& field);
}  // namespace detail

/// What a field holds or is assigned. `std::uint64_t` is used for integers above INT64_MAX only.
class Value {
public:
    using Storage =
        std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string,
                     Datetime, StringSet, FloatSeries, StringSeries, Dict, detail::CopySource,
                     RunState, GitInfo, File, FileSet, FileSeries, Artifact>;

    Value() = default;
    template <Storable T>
    requires(!std::same_as<T, Value>) Value(const T& value) : storage_(store(value)) {}
    Value(std::initializer_list<Entry> entries);
    template <class neptune_cannot_store_this_type_see_neptune_stringify>
    requires(!Storable<neptune_cannot_store_this_type_see_neptune_stringify>) NEPTUNE_REFUSE(
        "a field cannot hold this type; see neptune::stringify or specialise neptune::FieldTraits",
        Value(const neptune_cannot_store_this_type_see_neptune_stringify&));

    /// For code that has the alternative already, such as what was read from the server.
    static Value from_storage(Storage storage) {
        Value result;
        result.storage_ = std::move(storage);
        return result;
    }
    [[nodiscard]] const Storage& storage() const { return storage_; }

    /// True if `get<T>()` would succeed for one of bool, std::int64_t, double, std::string,
    /// Datetime, StringSet, Dict, RunState, GitInfo, Artifact.
    template <class T>
    [[nodiscard]] bool is() const {
        return std::holds_alternative<T>(storage_);
    }
    /// The value as a T. Errors: TypeMismatch. Defined in client/value_get.hpp.
    template <class T>
    [[nodiscard]] T get() const;

    /// "Integer", "String", …: the word for the type that users read.
    [[nodiscard]] std::string_view type_name() const;

private:
    template <class T>
    static Storage store(const T& value);
    template <class T>
    static Storage store_described(const T& value);

    Storage storage_;
};

/// One `{key, value}` of a braced dictionary.
struct Entry {
    std::string key;
    Value value;
    Entry(std::string_view k, Value v) : key(k), value(std::move(v)) {}
    template <class A, class B, class C, class... neptune_an_entry_is_key_and_value>
    NEPTUNE_REFUSE("a dictionary entry is {key, value}",
                   Entry(const A&, const B&, const C&,
                         const neptune_an_entry_is_key_and_value&...));
    template <class neptune_dictionary_keys_must_be_strings, class V>
    requires(!std::convertible_to<const neptune_dictionary_keys_must_be_strings&, std::string_view>)
        NEPTUNE_REFUSE("dictionary keys must be strings",
                       Entry(const neptune_dictionary_keys_must_be_strings&, const V&));
};

inline Dict::Dict() : items_(std::make_unique<Items>()) {}
inline Dict::Dict(std::initializer_list<Entry> entries) : Dict() {
    items_->reserve(entries.size());
    for (const auto& entry : entries) items_->emplace_back(entry.key, entry.value);
}
inline Dict::Dict(const Dict& other) : items_(std::make_unique<Items>(other.items())) {}
inline Dict::Dict(Dict&& other) noexcept = default;
inline Dict& Dict::operator=(const Dict& other) {
    if (this != &other) items_ = std::make_unique<Items>(other.items());
    return *this;
}
inline Dict& Dict::operator=(Dict&& other) noexcept = default;
inline Dict::~Dict() = default;
inline void Dict::add(std::string key, Value value) {
    if (!items_) items_ = std::make_unique<Items>();
    items_->emplace_back(std::move(key), std::move(value));
}
inline const Dict::Items& Dict::items() const {
    static const Items none;  // of a moved-from dictionary
    return items_ ? *items_ : none;
}
inline std::size_t Dict::size() const {
    return items().size();
}
inline bool Dict::empty() const {
    return items().empty();
}
inline const Value* Dict::find(std::string_view key) const {
    for (const auto& [name, value] : items())
        if (name == key) return &value;
    return nullptr;
}
inline const Value& Dict::at(std::string_view path) const {
    if (const auto* value = find(path)) return *value;
    for (auto slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1))
        if (const auto* value = find(path.substr(0, slash)))
            if (const auto* dict = std::get_if<Dict>(&value->storage()))
                return dict->at(path.substr(slash + 1));
    throw MissingField(ErrorCode::missing_field,
                       "the dictionary has no entry '" + std::string(path) + "'");
}

inline Value::Value(std::initializer_list<Entry> entries) : storage_(Dict(entries)) {}

template <class T>
Value::Storage Value::store(const T& value) {
    if constexpr (detail::Taught<T>) {
        return Value(FieldTraits<T>::to_field(value)).storage_;
    } else if constexpr (detail::DescribedStruct<T>) {
        return store_described(value);
    } else if constexpr (std::same_as<T, bool> || std::same_as<T, StringSet> ||
                         detail::SeriesObject<T> || detail::FileObject<T> ||
                         std::same_as<T, Dict> || std::same_as<T, Artifact>) {
        return value;
    } else if constexpr (detail::IntegerLike<T>) {
        if (std::in_range<std::int64_t>(value)) return static_cast<std::int64_t>(value);
        return static_cast<std::uint64_t>(value);
    } else if constexpr (std::floating_point<T>) {
        return static_cast<double>(value);
    } else if constexpr (detail::StringLike<T>) {
        return std::string(detail::text_of(value));
    } else if constexpr (detail::is_system_time<T>) {
        return std::chrono::floor<std::chrono::milliseconds>(value);
    } else if constexpr (std::same_as<T, std::set<std::string>>) {
        return StringSet{{value.begin(), value.end()}};
    } else if constexpr (std::same_as<T, Field>) {
        return detail::copy_source_of(value);
    } else if constexpr (detail::MapLike<T>) {
        Dict dict;
        for (const auto& item : value)
            dict.add(std::string(detail::text_of(item.first)), Value(item.second));
        return dict;
    } else {
        return Value(detail::LastResort<T>::to_field(value)).storage_;
    }
}

template <class T>
Value::Storage Value::store_described(const T& value) {
    Dict dict;
    neptune_describe(static_cast<const T*>(nullptr), [&](std::string_view name, auto member) {
        dict.add(std::string(name), Value(value.*member));
    });
    return dict;
}

inline std::string_view Value::type_name() const {
    struct Namer {
        std::string_view operator()(std::monostate) const { return "nothing"; }
        std::string_view operator()(bool) const { return "Boolean"; }
        std::string_view operator()(std::int64_t) const { return "Integer"; }
        std::string_view operator()(std::uint64_t) const { return "Integer"; }
        std::string_view operator()(double) const { return "Float"; }
        std::string_view operator()(const std::string&) const { return "String"; }
        std::string_view operator()(Datetime) const { return "Datetime"; }
        std::string_view operator()(const StringSet&) const { return "StringSet"; }
        std::string_view operator()(const FloatSeries&) const { return "FloatSeries"; }
        std::string_view operator()(const StringSeries&) const { return "StringSeries"; }
        std::string_view operator()(const Dict&) const { return "Namespace"; }
        std::string_view operator()(const detail::CopySource&) const { return "Field"; }
        std::string_view operator()(RunState) const { return "RunState"; }
        std::string_view operator()(const GitInfo&) const { return "GitRef"; }
        std::string_view operator()(const File&) const { return "File"; }
        std::string_view operator()(const FileSet&) const { return "FileSet"; }
        std::string_view operator()(const FileSeries&) const { return "FileSeries"; }
        std::string_view operator()(const Artifact&) const { return "Artifact"; }
    };
    return std::visit(Namer{}, storage_);
}

}  // namespace neptune

#endif
