# Finds cpp-httplib >= 0.11.4 and yields the target httplib::httplib. Ask for it without a version: CMake hands the version on
# to the search for upstream's package below, which takes 0.53 for incompatible with a request for 0.11.
#
# Upstream installs a CMake package (header-only); Debian splits the header from a shared library and ships only a pkg-config
# file. Its compile flags are not optional: the library was built with OpenSSL, zlib and brotli, which changes the layout of
# its classes, and a program compiled without them corrupts its memory.

if(TARGET httplib::httplib)
    set(httplib_FOUND TRUE)
    return()
endif()

include(FindPackageHandleStandardArgs)
set(neptune_httplib_minimum 0.11.4)

find_package(httplib CONFIG QUIET)
if(httplib_FOUND)
    set(httplib_FIND_VERSION ${neptune_httplib_minimum})
    find_package_handle_standard_args(httplib REQUIRED_VARS httplib_CONFIG VERSION_VAR httplib_VERSION)
    return()
endif()

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(NEPTUNE_HTTPLIB QUIET IMPORTED_TARGET GLOBAL cpp-httplib>=${neptune_httplib_minimum})
endif()
find_package_handle_standard_args(httplib
    REQUIRED_VARS NEPTUNE_HTTPLIB_FOUND
    VERSION_VAR NEPTUNE_HTTPLIB_VERSION)

if(httplib_FOUND)
    find_package(Threads REQUIRED)
    add_library(httplib::httplib INTERFACE IMPORTED GLOBAL)
    target_link_libraries(httplib::httplib INTERFACE PkgConfig::NEPTUNE_HTTPLIB Threads::Threads)
endif()
