#ifndef NEPTUNE_CLIENT_MONITORING_EXCEPTION_REPORT_HPP
#define NEPTUNE_CLIENT_MONITORING_EXCEPTION_REPORT_HPP

// What is known of an exception that nobody caught, as lines of text.

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <cxxabi.h>
#include <dlfcn.h>
#if __has_include(<execinfo.h>)
#include <execinfo.h>
#endif

namespace neptune::client {

/// The name as it stands in the source; the argument itself if it is no mangled name.
[[nodiscard]] inline std::string demangled(const char* name) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(
        abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
    return status == 0 && text ? text.get() : name;
}

namespace detail {

/// The type as it was thrown: std::throw_with_nested wraps it into one of the library's own.
inline std::string type_name(const std::type_info& type) {
    std::string name = demangled(type.name());
    for (const std::string_view wrapper : {"std::_Nested_exception<", "std::__1::__nested<"})
        if (name.starts_with(wrapper) && name.ends_with('>'))
            return name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
    return name;
}

inline void add_lines(std::vector<std::string>& lines, const std::string& indent,
                      std::string_view text) {
    for (;;) {
        const auto end = text.find('\n');
        lines.push_back(indent + std::string(text.substr(0, end)));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

inline void describe(const std::exception_ptr& error, const std::string& indent,
                     std::vector<std::string>& lines) {
    // Exceptions that hold one another in a circle cannot be made, but very long chains can.
    constexpr std::size_t deepest = 40;
    if (indent.size() > deepest) return;
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        add_lines(lines, indent, type_name(typeid(exception)) + ": " + exception.what());
        try {
            std::rethrow_if_nested(exception);
        } catch (...) {
            lines.push_back(indent + "caused by:");
            describe(std::current_exception(), indent + "  ", lines);
        }
    } catch (const std::string& text) {
        add_lines(lines, indent, "std::string: " + text);
    } catch (const char* text) {
        add_lines(lines, indent, std::string("const char*: ") + (text ? text : "null"));
    } catch (...) {
        const auto* const type = abi::__cxa_current_exception_type();
        lines.push_back(indent + (type ? type_name(*type) : "an exception") +
                        " (it is no std::exception and has no text)");
    }
}

}  // namespace detail

/// Type and text of the exception and of those nested in it, one line each or more where the text
/// has lines.
[[nodiscard]] inline std::vector<std::string> describe_exception(const std::exception_ptr& error) {
    std::vector<std::string> lines;
    if (error) detail::describe(error, {}, lines);
    return lines;
}

/// The calls that led here, innermost first, `skip` of them left out; empty where the system cannot
/// tell. Functions have names if they are exported (on Linux: link with -rdynamic).
[[nodiscard]] inline std::vector<std::string> current_stack(std::size_t skip) {
    std::vector<std::string> lines;
#if __has_include(<execinfo.h>)
    void* frames[64];
    const int count = ::backtrace(frames, 64);
    for (std::size_t i = skip + 1; i < static_cast<std::size_t>(count); ++i) {
        ::Dl_info info{};
        const bool known = ::dladdr(frames[i], &info) != 0;
        std::string line = "  at ";
        if (known && info.dli_sname != nullptr) line += demangled(info.dli_sname) + " ";
        if (known && info.dli_fname != nullptr) {
            char offset[32];
            std::snprintf(offset, sizeof offset, "+0x%zx",
                          static_cast<std::size_t>(static_cast<char*>(frames[i]) -
                                                   static_cast<char*>(info.dli_fbase)));
            line.append("(").append(info.dli_fname).append(offset).append(")");
        }
        lines.push_back(std::move(line));
    }
#else
    static_cast<void>(skip);
#endif
    return lines;
}

}  // namespace neptune::client

#endif
