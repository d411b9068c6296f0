#ifndef NEPTUNE_CLIENT_STRUCTURE_HPP
#define NEPTUNE_CLIENT_STRUCTURE_HPP

// The tree of an object: namespaces with fields and their types, no values.

#include <neptune/core/field_type.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace neptune {

/// A namespace (type empty) or a field (children empty). Children are ordered by name. A value:
/// nothing refers to the object.
class Structure {
public:
    /// Type of the field; empty for a namespace.
    [[nodiscard]] std::optional<FieldType> type() const { return type_; }
    [[nodiscard]] const std::map<std::string, Structure, std::less<>>& children() const {
        return children_;
    }
    /// Node at a normalised path, or null.
    [[nodiscard]] const Structure* find(std::string_view path) const {
        const Structure* node = this;
        while (!path.empty()) {
            const auto slash = path.find('/');
            const auto child = node->children_.find(path.substr(0, slash));
            if (child == node->children_.end()) return nullptr;
            node = &child->second;
            path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
        }
        return node;
    }
    /// Adds a field at a normalised path.
    void add(std::string_view path, FieldType type) {
        Structure* node = this;
        while (!path.empty()) {
            const auto slash = path.find('/');
            node = &node->children_[std::string(path.substr(0, slash))];
            path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
        }
        node->type_ = type;
    }
    /// Lines as `print_structure()` of the Python client prints them: sorted by name, 4 spaces a
    /// level, `'name': Type`; names in blue if asked for.
    [[nodiscard]] std::string to_text(bool color = false, std::size_t indent = 0) const {
        std::string text;
        for (const auto& [name, node] : children_) {
            text.append(indent, ' ').append("'");
            text.append(color ? "\x1b[94m" : "").append(name).append(color ? "\x1b[0m" : "");
            text.append("':");
            if (node.type_) text.append(" ").append(display_name(*node.type_));
            text.append("\n").append(node.to_text(color, indent + 4));
        }
        return text;
    }

private:
    std::optional<FieldType> type_{};
    std::map<std::string, Structure, std::less<>> children_;
};

}  // namespace neptune

#endif
