#ifndef NEPTUNE_HTTP_XML_HPP
#define NEPTUNE_HTTP_XML_HPP

// As much XML as the answers of S3 need: elements and text. Attributes are skipped; a document type
// is refused, and with it every trick that entities of one's own allow.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::http {

/// Text that is no XML, or XML of a kind that is not read here.
struct XmlError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

namespace detail {

inline void append_code_point(std::string& out, std::uint32_t code) {
    const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0 | code >> 6);
        byte(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        byte(0xE0 | code >> 12);
        byte(0x80 | (code >> 6 & 0x3F));
        byte(0x80 | (code & 0x3F));
    } else {
        byte(0xF0 | code >> 18);
        byte(0x80 | (code >> 12 & 0x3F));
        byte(0x80 | (code >> 6 & 0x3F));
        byte(0x80 | (code & 0x3F));
    }
}

/// The character of `&name;` or `&#number;`, name without `&` and `;`.
inline void append_entity(std::string& out, std::string_view name) {
    constexpr std::pair<std::string_view, char> known[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [word, character] : known) {
        if (word == name) {
            out += character;
            return;
        }
    }
    if (name.size() < 2 || name.front() != '#') {
        throw XmlError("an unknown entity");
    }
    const bool hex = name[1] == 'x';
    name.remove_prefix(hex ? 2 : 1);
    std::uint32_t code = 0;
    for (const char c : name) {
        const char low = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        const std::uint32_t digit = low >= '0' && low <= '9' ? std::uint32_t(low - '0')
                                    : hex && low >= 'a' && low <= 'f'
                                        ? std::uint32_t(low - 'a' + 10)
                                        : 99;
        if (digit == 99 || code > 0x10FFFF) {
            throw XmlError("a malformed character reference");
        }
        code = code * (hex ? 16 : 10) + digit;
    }
    if (name.empty() || code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
        throw XmlError("a malformed character reference");
    }
    append_code_point(out, code);
}

}  // namespace detail

/// Calls `visit(path, text)` at the end of each element: `path` is `Root/Child/Name` without
/// prefixes of namespaces, `text` what stands directly inside. Errors: throws XmlError; what was
/// visited before stays visited.
template <class Visit>
void read_xml(std::string_view xml, Visit visit) {
    constexpr std::size_t deepest = 32;
    struct Open {
        std::string name;  // as written
        std::size_t path;  // length of the path above it
        std::string text;
    };
    std::vector<Open> open;
    std::string path;
    bool seen = false;
    const auto take_until = [&xml](std::string_view end) {
        const std::size_t at = xml.find(end);
        if (at == std::string_view::npos) {
            throw XmlError("it ends early");
        }
        const std::string_view part = xml.substr(0, at);
        xml.remove_prefix(at + end.size());
        return part;
    };
    const auto close = [&] {
        visit(std::string_view(path), std::string_view(open.back().text));
        path.resize(open.back().path);
        open.pop_back();
    };
    while (!xml.empty()) {
        if (xml.front() != '<') {
            const std::string_view text = xml.substr(0, xml.find_first_of("<&"));
            xml.remove_prefix(text.size());
            if (open.empty()) {
                if (text.find_first_not_of(" \t\r\n\xEF\xBB\xBF") != std::string_view::npos ||
                    (!xml.empty() && xml.front() == '&')) {
                    throw XmlError("text outside of the root element");
                }
                continue;
            }
            open.back().text += text;
            if (!xml.empty() && xml.front() == '&') {
                xml.remove_prefix(1);
                const std::size_t end = xml.substr(0, 12).find(';');
                if (end == std::string_view::npos) {
                    throw XmlError("an unknown entity");
                }
                detail::append_entity(open.back().text, xml.substr(0, end));
                xml.remove_prefix(end + 1);
            }
        } else if (xml.starts_with("<!--")) {
            xml.remove_prefix(4);
            take_until("-->");
        } else if (xml.starts_with("<![CDATA[")) {
            xml.remove_prefix(9);
            const auto text = take_until("]]>");
            if (open.empty()) {
                throw XmlError("text outside of the root element");
            }
            open.back().text += text;
        } else if (xml.starts_with("<?")) {
            take_until("?>");
        } else if (xml.starts_with("<!")) {
            throw XmlError("a document type is not read");
        } else if (xml.starts_with("</")) {
            xml.remove_prefix(2);
            std::string_view name = take_until(">");
            name = name.substr(0, name.find_last_not_of(" \t\r\n") + 1);
            if (open.empty() || name != open.back().name) {
                throw XmlError("an end without its beginning");
            }
            close();
        } else {
            xml.remove_prefix(1);
            // A ">" inside of an attribute's value is not the end.
            char quote = 0;
            std::size_t end = 0;
            for (; end < xml.size() && (quote != 0 || xml[end] != '>'); ++end) {
                if (quote == 0 && (xml[end] == '"' || xml[end] == '\'')) {
                    quote = xml[end];
                } else if (xml[end] == quote) {
                    quote = 0;
                }
            }
            if (end == xml.size()) {
                throw XmlError("it ends early");
            }
            const std::string_view tag = xml.substr(0, end);
            xml.remove_prefix(end + 1);
            const bool empty = !tag.empty() && tag.back() == '/';
            const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
            if (name.empty()) {
                throw XmlError("an element without a name");
            }
            if (open.empty() && seen) {
                throw XmlError("a second root element");
            }
            if (open.size() == deepest) {
                throw XmlError("it is nested too deeply");
            }
            seen = true;
            open.push_back({std::string(name), path.size(), {}});
            path += path.empty() ? "" : "/";
            path += name.substr(name.find(':') + 1);
            if (empty) {
                close();
            }
        }
    }
    if (!open.empty() || !seen) {
        throw XmlError("it ends early");
    }
}

}  // namespace neptune::http

#endif
