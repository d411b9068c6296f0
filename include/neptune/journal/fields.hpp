#ifndef NEPTUNE_JOURNAL_FIELDS_HPP
#define NEPTUNE_JOURNAL_FIELDS_HPP

#include <cstddef>
#include <cstdint>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace neptune::journal {

/// How many records were lost, in all and by path.
struct Dropped {
    std::uint64_t total = 0;
    std::vector<std::pair<std::string, std::uint64_t>> by_field;
};

/// The interned field paths. Ids count from 0 and stay; the text of a path stays where it is.
/// Threads: none; the journal's mutex guards every call.
class Fields {
public:
    struct Field {
        std::string path;
        std::uint64_t defined_in =
            0;  ///< first number of the newest segment that defines it; 0 = none
        std::uint64_t dropped = 0;
    };

    [[nodiscard]] std::uint32_t intern(std::string_view path) {
        if (path.empty()) throw std::invalid_argument("a field of the queue needs a path");
        const auto found = ids_.find(path);
        if (found != ids_.end()) return found->second;
        const auto id = static_cast<std::uint32_t>(fields_.size());
        fields_.emplace_back().path = path;
        ids_.emplace(fields_.back().path, id);
        return id;
    }

    /// Takes over a definition that was found on disk.
    void define(std::uint32_t id, std::string_view path, std::uint64_t segment) {
        while (fields_.size() <= id) fields_.emplace_back();
        Field& field = fields_[id];
        if (field.path.empty()) {
            field.path = path;
            ids_.emplace(field.path, id);
        }
        field.defined_in = segment;
    }

    /// Errors: std::invalid_argument for an id that `intern` never gave.
    [[nodiscard]] Field& at(std::uint32_t id) {
        if (id >= fields_.size() || fields_[id].path.empty())
            throw std::invalid_argument("unknown field " + std::to_string(id) + " of the queue");
        return fields_[id];
    }
    [[nodiscard]] std::string_view path(std::uint32_t id) const {
        return id < fields_.size() ? std::string_view(fields_[id].path) : std::string_view();
    }

    [[nodiscard]] Dropped dropped() const {
        Dropped result;
        for (const Field& field : fields_) {
            if (field.dropped == 0) continue;
            result.total += field.dropped;
            result.by_field.emplace_back(field.path, field.dropped);
        }
        return result;
    }

private:
    std::deque<Field> fields_;  // a deque, so that the keys of `ids_` stay valid
    std::unordered_map<std::string_view, std::uint32_t> ids_;
};

}  // namespace neptune::journal

#endif
