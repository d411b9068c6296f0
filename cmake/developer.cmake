# What only those who build this repository itself need; never exported, never seen by a project that adds it.

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND NOT CMAKE_CXX_FLAGS)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
endif()

find_program(NEPTUNE_CCACHE ccache)
mark_as_advanced(NEPTUNE_CCACHE)
if(NEPTUNE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without these two, ccache passes every file that uses a precompiled header on to the compiler.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${NEPTUNE_CCACHE})
endif()

# Warnings for our own files; presets `dev` and `clang` make errors of them (CMAKE_COMPILE_WARNING_AS_ERROR).
add_library(neptune_dev INTERFACE)
set(neptune_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
target_compile_options(neptune_dev INTERFACE ${neptune_warnings})
