#ifndef NEPTUNE_BRIDGES_BUILD_FACTS_HPP
#define NEPTUNE_BRIDGES_BUILD_FACTS_HPP

// How the program was built, as a dictionary:
//
//     run["source_code/build"] = NEPTUNE_BUILD_FACTS;
//
// The macro speaks of the file in which it stands. Flags are known where the build passes them:
// -DNEPTUNE_BUILD_FLAGS='"-O3 -march=native"', or in CMake neptune_build_facts(<target>).

#include <neptune/neptune.hpp>

#include <string>
#include <string_view>

#if __has_include(<link.h>)
#include <link.h>
#endif

namespace neptune::detail {

/// What the compiler says of one file.
struct BuildFacts {
    std::string_view compiler, flags, type, sanitizer, date;
    /// Value of __cplusplus.
    long standard = 0;
    bool optimized = false, assertions = false, fast_math = false;
};

#if __has_include(<link.h>)
/// The identifier that the linker gave the running program (`file`, `gdb` and core dumps show it),
/// in hexadecimal digits; empty if it gave none.
inline std::string build_id() {
    std::string found;
    ::dl_iterate_phdr(
        [](dl_phdr_info* object, std::size_t, void* out) {
            constexpr unsigned gnu_build_id = 3;  // NT_GNU_BUILD_ID of <elf.h>
            for (unsigned i = 0; i < object->dlpi_phnum; ++i) {
                const auto& header = object->dlpi_phdr[i];
                if (header.p_type != PT_NOTE) continue;
                const auto* at =
                    reinterpret_cast<const unsigned char*>(object->dlpi_addr + header.p_vaddr);
                const auto* const end = at + header.p_memsz;
                const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
                while (at + sizeof(ElfW(Nhdr)) <= end) {
                    const auto* note = reinterpret_cast<const ElfW(Nhdr)*>(at);
                    const auto* name = at + sizeof *note;
                    const auto* id = name + padded(note->n_namesz);
                    if (note->n_type == gnu_build_id &&
                        std::string_view(reinterpret_cast<const char*>(name), note->n_namesz) ==
                            std::string_view("GNU", 4)) {
                        constexpr char digits[] = "0123456789abcdef";
                        for (unsigned byte = 0; byte < note->n_descsz; ++byte) {
                            static_cast<std::string*>(out)->push_back(digits[id[byte] >> 4]);
                            static_cast<std::string*>(out)->push_back(digits[id[byte] & 15]);
                        }
                        return 1;
                    }
                    at = id + padded(note->n_descsz);
                }
            }
            return 1;  // the first object is the program itself; libraries are of no interest
        },
        &found);
    return found;
}
#else
inline std::string build_id() {
    return {};
}
#endif

inline Dict build_facts(const BuildFacts& facts) {
    Dict dict = {{"compiler", facts.compiler},   {"standard", facts.standard},
                 {"optimized", facts.optimized}, {"assertions", facts.assertions},
                 {"fast_math", facts.fast_math}, {"date", facts.date},
                 {"neptune_cpp", version}};
    if (!facts.flags.empty()) dict.add("flags", Value(facts.flags));
    if (!facts.type.empty()) dict.add("type", Value(facts.type));
    if (!facts.sanitizer.empty()) dict.add("sanitizer", Value(facts.sanitizer));
    if (const auto id = build_id(); !id.empty()) dict.add("id", Value(id));
    return dict;
}

}  // namespace neptune::detail

#ifndef NEPTUNE_BUILD_FLAGS
#define NEPTUNE_BUILD_FLAGS ""
#endif
#ifndef NEPTUNE_BUILD_TYPE
#define NEPTUNE_BUILD_TYPE ""
#endif

#if defined(__clang__)
#define NEPTUNE_DETAIL_COMPILER "clang++ " __clang_version__
#elif defined(__GNUC__)
#define NEPTUNE_DETAIL_COMPILER "g++ " __VERSION__
#else
#define NEPTUNE_DETAIL_COMPILER "unknown"
#endif

#if defined(__OPTIMIZE__)
#define NEPTUNE_DETAIL_OPTIMIZED true
#else
#define NEPTUNE_DETAIL_OPTIMIZED false
#endif
#if defined(NDEBUG)
#define NEPTUNE_DETAIL_ASSERTIONS false
#else
#define NEPTUNE_DETAIL_ASSERTIONS true
#endif
#if defined(__FAST_MATH__)
#define NEPTUNE_DETAIL_FAST_MATH true
#else
#define NEPTUNE_DETAIL_FAST_MATH false
#endif

#if defined(__SANITIZE_ADDRESS__)
#define NEPTUNE_DETAIL_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define NEPTUNE_DETAIL_SANITIZER "thread"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NEPTUNE_DETAIL_SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define NEPTUNE_DETAIL_SANITIZER "thread"
#endif
#endif
#ifndef NEPTUNE_DETAIL_SANITIZER
#define NEPTUNE_DETAIL_SANITIZER ""
#endif

/// A neptune::Dict with `compiler`, `standard` (as __cplusplus), `optimized`, `assertions`,
/// `fast_math`, `date`, `neptune_cpp`, and where known `flags`, `type`, `sanitizer` and `id` (the
/// linker's build ID).
#define NEPTUNE_BUILD_FACTS                                                  \
    ::neptune::detail::build_facts({.compiler = NEPTUNE_DETAIL_COMPILER,     \
                                    .flags = NEPTUNE_BUILD_FLAGS,            \
                                    .type = NEPTUNE_BUILD_TYPE,              \
                                    .sanitizer = NEPTUNE_DETAIL_SANITIZER,   \
                                    .date = __DATE__ " " __TIME__,           \
                                    .standard = __cplusplus,                 \
                                    .optimized = NEPTUNE_DETAIL_OPTIMIZED,   \
                                    .assertions = NEPTUNE_DETAIL_ASSERTIONS, \
                                    .fast_math = NEPTUNE_DETAIL_FAST_MATH})

#endif
