#ifndef NEPTUNE_VERSION_HPP
#define NEPTUNE_VERSION_HPP

// The one place where the version stands; CMakeLists.txt reads these three lines.
#define NEPTUNE_VERSION_MAJOR 0
#define NEPTUNE_VERSION_MINOR 1
#define NEPTUNE_VERSION_PATCH 0

#define NEPTUNE_DETAIL_STRINGIZE(x) #x
#define NEPTUNE_DETAIL_VERSION_STRING(major, minor, patch) \
    NEPTUNE_DETAIL_STRINGIZE(major)                        \
    "." NEPTUNE_DETAIL_STRINGIZE(minor) "." NEPTUNE_DETAIL_STRINGIZE(patch)

namespace neptune {

/// The version of these headers as "major.minor.patch" (semantic versioning; before 1.0 a minor
/// version may break). It is what the client sends in its `User-Agent` and what `neptune-cpp
/// --version` prints.
inline constexpr const char* version = NEPTUNE_DETAIL_VERSION_STRING(
    NEPTUNE_VERSION_MAJOR, NEPTUNE_VERSION_MINOR, NEPTUNE_VERSION_PATCH);

}  // namespace neptune

#undef NEPTUNE_DETAIL_VERSION_STRING
#undef NEPTUNE_DETAIL_STRINGIZE

#endif  // NEPTUNE_VERSION_HPP
