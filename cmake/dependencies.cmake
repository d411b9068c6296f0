# Every dependency is declared once: what the system has is taken (find_package), otherwise the pinned tag is fetched.
# FETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER fetches all of them, FETCHCONTENT_FULLY_DISCONNECTED=ON none.

include(FetchContent)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 QUIET)  # https, where httplib is fetched; a system's httplib decided when it was built
find_package(ZLIB QUIET)         # compressed bodies and series chunks

FetchContent_Declare(nlohmann_json
    GIT_REPOSITORY https://github.com/nlohmann/json.git
    GIT_TAG v3.12.0
    GIT_SHALLOW ON
    SYSTEM
    FIND_PACKAGE_ARGS 3.11)
set(JSON_Install ${NEPTUNE_INSTALL})  # a target that we export may only refer to targets that are exported too

FetchContent_Declare(httplib
    GIT_REPOSITORY https://github.com/yhirose/cpp-httplib.git
    GIT_TAG v0.53.1
    GIT_SHALLOW ON
    SYSTEM
    FIND_PACKAGE_ARGS)  # Findhttplib.cmake knows the least version and why it is not asked for here
# It switches features on by what happens to be installed unless told; these two are what we use.
set(HTTPLIB_USE_OPENSSL_IF_AVAILABLE ${OpenSSL_FOUND})
set(HTTPLIB_USE_ZLIB_IF_AVAILABLE ${ZLIB_FOUND})
set(HTTPLIB_USE_BROTLI_IF_AVAILABLE OFF)
set(HTTPLIB_USE_ZSTD_IF_AVAILABLE OFF)
set(HTTPLIB_INSTALL ${NEPTUNE_INSTALL})

FetchContent_Declare(SQLite3
    URL https://sqlite.org/2025/sqlite-amalgamation-3500100.zip
    URL_HASH SHA256=41716b44ac8777188c4c3f1f370f01c9cb9e3b6428eb5c981d086c35de2d9d3f
    DOWNLOAD_EXTRACT_TIMESTAMP OFF
    FIND_PACKAGE_ARGS 3.37)

FetchContent_MakeAvailable(nlohmann_json httplib SQLite3)

if(NOT TARGET SQLite::SQLite3)
    enable_language(C)
    add_library(neptune_sqlite3 STATIC "${sqlite3_SOURCE_DIR}/sqlite3.c")
    add_library(SQLite::SQLite3 ALIAS neptune_sqlite3)
    target_include_directories(neptune_sqlite3 SYSTEM PUBLIC "${sqlite3_SOURCE_DIR}")
    target_compile_definitions(neptune_sqlite3 PRIVATE SQLITE_DQS=0 SQLITE_OMIT_LOAD_EXTENSION)
    target_link_libraries(neptune_sqlite3 PUBLIC Threads::Threads)
    set_target_properties(neptune_sqlite3 PROPERTIES POSITION_INDEPENDENT_CODE ON C_COMPILER_LAUNCHER "")
    if(NEPTUNE_INSTALL)
        message(STATUS "neptune: SQLite was fetched, so the package is installed without the target neptune::server")
    endif()
endif()

if(NEPTUNE_BUILD_APPS OR NEPTUNE_BUILD_TESTS)
    FetchContent_Declare(CLI11
        GIT_REPOSITORY https://github.com/CLIUtils/CLI11.git
        GIT_TAG v2.5.0
        GIT_SHALLOW ON
        SYSTEM
        FIND_PACKAGE_ARGS 2.1)
    FetchContent_MakeAvailable(CLI11)
endif()

if(NEPTUNE_BUILD_TESTS)
    FetchContent_Declare(Catch2
        GIT_REPOSITORY https://github.com/catchorg/Catch2.git
        GIT_TAG v3.8.1
        GIT_SHALLOW ON
        SYSTEM
        FIND_PACKAGE_ARGS)  # no version: v2.13 and v3 both serve, and each refuses to stand in for the other
    FetchContent_MakeAvailable(Catch2)
endif()
