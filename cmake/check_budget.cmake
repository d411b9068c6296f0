# cmake -DCOMPILE=<compiler;flags> -DHEADER=<file> -DLINES=<most> -DFORBIDDEN=<names> -DWORK=<folder> -P check_budget.cmake
#
# Counts the lines of HEADER after preprocessing (exact and the same on every machine with that compiler, unlike seconds)
# and refuses headers that should never be reached from it.

cmake_minimum_required(VERSION 3.25)

file(WRITE "${WORK}/budget.cpp" "#include <${HEADER}>\n")
execute_process(COMMAND ${COMPILE} -E "${WORK}/budget.cpp" -o "${WORK}/budget.ii" COMMAND_ERROR_IS_FATAL ANY)

foreach(name IN LISTS FORBIDDEN)
    file(STRINGS "${WORK}/budget.ii" reached REGEX "^# [0-9]+ \"[^\"]*/${name}\"" LIMIT_COUNT 1)
    if(reached)
        message(SEND_ERROR "${HEADER} reaches <${name}>")
    endif()
endforeach()

file(READ "${WORK}/budget.ii" text)
string(REGEX REPLACE "[^\n]+" "" text "${text}")
string(LENGTH "${text}" lines)
message("${HEADER}: ${lines} preprocessed lines of ${LINES}")
if(lines GREATER LINES)
    message(FATAL_ERROR "${HEADER} is over its budget")
endif()
