# What needs no sanitizer: the repository's own rules, and everything that is about compilers and packaging.

# The flags of neptune::server on a command line. Folders of others go by -idirafter: their headers then count as the
# system's and give no warnings, and unlike -isystem it does no harm where the folder is /usr/include.
set(folders "$<FILTER:$<TARGET_PROPERTY:neptune_server,INTERFACE_INCLUDE_DIRECTORIES>,EXCLUDE,^${PROJECT_SOURCE_DIR}/include$>")
set(folders "$<FILTER:${folders},EXCLUDE,^$>$<SEMICOLON>$<TARGET_PROPERTY:CLI11::CLI11,INTERFACE_INCLUDE_DIRECTORIES>")
set(folders "$<REMOVE_DUPLICATES:${folders}>")
set(definitions "$<TARGET_PROPERTY:neptune_server,INTERFACE_COMPILE_DEFINITIONS>")
set(flags -std=c++20 "-I${PROJECT_SOURCE_DIR}/include"
    "$<$<BOOL:${folders}>:-idirafter$<JOIN:${folders},$<SEMICOLON>-idirafter>>"
    "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},$<SEMICOLON>-D>>"
    "$<TARGET_PROPERTY:neptune_server,INTERFACE_COMPILE_OPTIONS>")

# Both compilers check the messages and, one way or the other, every header, whichever one builds the tests.
set(compilers "")
foreach(name IN ITEMS g++ clang++)
    find_program(NEPTUNE_${name} ${name})
    mark_as_advanced(NEPTUNE_${name})
    if(NEPTUNE_${name})
        list(APPEND compilers ${name})
    else()
        message(STATUS "neptune: ${name} is not installed; nothing is checked with it")
    endif()
endforeach()

# Each test gets a file below ran/ in which it notes what of it passed; conformance.py reads them all. To be called in each
# folder behind its tests.
set(ran "${CMAKE_CURRENT_BINARY_DIR}/ran")
file(MAKE_DIRECTORY "${ran}")
function(neptune_record_tests)
    get_property(tests DIRECTORY PROPERTY TESTS)
    foreach(test IN LISTS tests)
        file(TOUCH "${ran}/${test}")
        set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT "NEPTUNE_TEST_RECORD=${ran}/${test}")
    endforeach()
    set_property(GLOBAL APPEND PROPERTY neptune_recorded_tests ${tests})
endfunction()

# --- The rules of the repository ---------------------------------------------------------------------------------------
add_test(NAME rule_layers
    COMMAND "${recorded}" ${CMAKE_COMMAND} "-DROOT=${PROJECT_SOURCE_DIR}"
        -P "${PROJECT_SOURCE_DIR}/cmake/check_layers.cmake")
add_test(NAME rule_single_include_is_fresh
    COMMAND "${recorded}" ${CMAKE_COMMAND} "-DROOT=${PROJECT_SOURCE_DIR}"
        "-DWORK=${CMAKE_CURRENT_BINARY_DIR}/single_include" -P "${PROJECT_SOURCE_DIR}/cmake/check_single_include.cmake")
add_test(NAME rule_readme_is_quickstart
    COMMAND "${recorded}" ${CMAKE_COMMAND} "-DROOT=${PROJECT_SOURCE_DIR}"
        -P "${PROJECT_SOURCE_DIR}/cmake/check_readme.cmake")
add_test(NAME rule_run_hpp_is_light
    COMMAND "${recorded}" ${CMAKE_COMMAND} "-DCOMPILE=${CMAKE_CXX_COMPILER};${flags}" -DHEADER=neptune/run.hpp -DLINES=85000
        "-DFORBIDDEN=functional;thread;filesystem;ranges;httplib\\.h;sqlite3\\.h;nlohmann/.*"
        "-DWORK=${CMAKE_CURRENT_BINARY_DIR}" -P "${PROJECT_SOURCE_DIR}/cmake/check_budget.cmake")
set_tests_properties(rule_layers rule_single_include_is_fresh rule_readme_is_quickstart rule_run_hpp_is_light
    PROPERTIES LABELS rule)

# --- Every header alone ------------------------------------------------------------------------------------------------
# With the compiler that does not build the tests, where both are installed: so each of them sees every header. Commands of
# the build and not tests, so that only headers that changed are compiled again.
set(compiler ${compilers})
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    list(FILTER compiler INCLUDE REGEX "^g")
else()
    list(FILTER compiler INCLUDE REGEX "^clang")
endif()
if(compiler)
    set(compiler "${NEPTUNE_${compiler}}")
else()
    set(compiler "${CMAKE_CXX_COMPILER}")
endif()
cmake_path(GET compiler FILENAME compiler_name)

set(checked "")
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/include/neptune/*.hpp")
foreach(header IN LISTS headers)
    set(object "headers/${header}.o")
    cmake_path(GET object PARENT_PATH folder)
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${folder}")
    add_custom_command(OUTPUT ${object}
        COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${compiler} "${flags}" ${neptune_warnings} -Werror
            -MD -MT "${CMAKE_CURRENT_BINARY_DIR}/${object}" -MF ${object}.d
            -x c++ -c "${PROJECT_SOURCE_DIR}/include/${header}" -o ${object}
        DEPENDS "${PROJECT_SOURCE_DIR}/include/${header}" DEPFILE ${object}.d
        COMMENT "Checking <${header}> alone with ${compiler_name}" COMMAND_EXPAND_LISTS VERBATIM)
    list(APPEND checked ${object})
endforeach()
# Three minutes on two cores: part of the preset clang, and by hand in the others.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_custom_target(neptune_headers ALL DEPENDS ${checked})
else()
    add_custom_target(neptune_headers DEPENDS ${checked})
endif()

# --- The examples against the single headers, with that same compiler -------------------------------------------------
# The two files that include a heavy door. Linking and running a program with the single headers is left to odr/ and
# consumer/single_header: to emit the whole engine once more takes 35 s an example.
set(checked "")
set(examples "${PROJECT_SOURCE_DIR}/examples/quickstart.cpp" "${PROJECT_SOURCE_DIR}/examples/support/local_server.cpp")
foreach(example IN LISTS examples)
    cmake_path(GET example STEM name)
    set(stamp "examples_single/${name}.stamp")
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/examples_single")
    add_custom_command(OUTPUT ${stamp}
        COMMAND ${compiler} "-I${PROJECT_SOURCE_DIR}/single_include" "-I${PROJECT_SOURCE_DIR}/examples" "${flags}" ${neptune_warnings} -Werror
            "-DNEPTUNE_EXAMPLES_DATA=\"\"" -MD -MT "${CMAKE_CURRENT_BINARY_DIR}/${stamp}" -MF ${stamp}.d
            -fsyntax-only "${example}"
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS "${example}" DEPFILE ${stamp}.d
        COMMENT "Checking examples/${name}.cpp against the single headers with ${compiler_name}"
        COMMAND_EXPAND_LISTS VERBATIM)
    list(APPEND checked ${stamp})
endforeach()
add_custom_target(neptune_examples_single ALL DEPENDS ${checked})

# The headers still parse after <windows.h> has defined its worst macros.
add_test(NAME headers_windows_macros COMMAND ${CMAKE_CXX_COMPILER} "${flags}" -fsyntax-only
    "${CMAKE_CURRENT_SOURCE_DIR}/odr/windows_macros.cpp" COMMAND_EXPAND_LISTS)
set_tests_properties(headers_windows_macros PROPERTIES LABELS rule)

# --- Code that must be refused, with our words -------------------------------------------------------------------------
add_subdirectory(compile_fail)

# --- The doors, linked with the single headers --------------------------------------------------------------------------
add_executable(neptune_odr odr/headers.cpp odr/single_headers.cpp)
target_link_libraries(neptune_odr PRIVATE neptune::server neptune_dev neptune_test_engine)
add_test(NAME odr COMMAND neptune_odr)
set_tests_properties(odr PROPERTIES LABELS consumer)

# --- Installed and copied ----------------------------------------------------------------------------------------------
add_subdirectory(consumer)

# --- The Python client against our server ------------------------------------------------------------------------------
if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/interop/peer.cpp")
    add_executable(neptune_interop_peer interop/peer.cpp)
    target_link_libraries(neptune_interop_peer PRIVATE neptune_test neptune_test_engine)
endif()
if(TARGET neptune-cpp AND TARGET neptune_interop_peer)
    add_test(NAME interop COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/interop/run.sh" "${CMAKE_CURRENT_BINARY_DIR}/interop")
    set_tests_properties(interop PROPERTIES LABELS interop SKIP_RETURN_CODE 77 TIMEOUT 600 COST 200
        ENVIRONMENT "NEPTUNE_CPP=$<TARGET_FILE:neptune-cpp>;NEPTUNE_CPP_PEER=$<TARGET_FILE:neptune_interop_peer>")
endif()

# --- Figures; a program to run by hand ---------------------------------------------------------------------------------
if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/bench/bench.cpp")
    add_executable(neptune_bench bench/bench.cpp)
    target_link_libraries(neptune_bench PRIVATE neptune_test neptune_test_engine)
    target_compile_definitions(neptune_bench PRIVATE
        "NEPTUNE_BENCH_COMPILER=\"${CMAKE_CXX_COMPILER}\"" "NEPTUNE_BENCH_INCLUDE=\"${PROJECT_SOURCE_DIR}/include\"")
endif()

# --- Each row of the specification has its tests, and they passed ------------------------------------------------------
neptune_record_tests()
get_property(tests GLOBAL PROPERTY neptune_recorded_tests)
file(GLOB gone RELATIVE "${ran}" "${ran}/*")
list(REMOVE_ITEM gone ${tests})
foreach(test IN LISTS gone)
    file(REMOVE "${ran}/${test}")
endforeach()
find_package(Python3 COMPONENTS Interpreter)
if(Python3_Interpreter_FOUND)
    add_test(NAME conformance COMMAND Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/conformance.py"
        "${ran}")
    set_tests_properties(conformance PROPERTIES LABELS rule DEPENDS "${tests}")
endif()
