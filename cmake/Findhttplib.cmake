# Finds cpp-httplib and yields the target httplib::httplib.
#
# Upstream installs a CMake package (header-only); Debian splits the header from a shared library and ships only a pkg-config
# file. Its compile flags are not optional: the library was built with OpenSSL, zlib and brotli, which changes the layout of
# its classes, and a program compiled without them corrupts its memory.

if(TARGET httplib::httplib)
    set(httplib_FOUND TRUE)
    return()
endif()

find_package(httplib ${httplib_FIND_VERSION} CONFIG QUIET)
if(httplib_FOUND)
    include(FindPackageHandleStandardArgs)
    find_package_handle_standard_args(httplib CONFIG_MODE)
    return()
endif()

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(NEPTUNE_HTTPLIB QUIET IMPORTED_TARGET GLOBAL cpp-httplib)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(httplib
    REQUIRED_VARS NEPTUNE_HTTPLIB_FOUND
    VERSION_VAR NEPTUNE_HTTPLIB_VERSION)

if(httplib_FOUND)
    add_library(httplib::httplib INTERFACE IMPORTED GLOBAL)
    find_package(Threads REQUIRED)
    target_link_libraries(httplib::httplib INTERFACE PkgConfig::NEPTUNE_HTTPLIB Threads::Threads)
endif()
