# cmake -DEXPECT=<regular expression> -P refused.cmake -- <compiler command>
# The command must fail and the first error line match; what the compiler says after that is its own affair.

cmake_minimum_required(VERSION 3.25)

set(command "")
set(own TRUE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(index RANGE ${last})
    if(NOT own)
        list(APPEND command "${CMAKE_ARGV${index}}")
    elseif(CMAKE_ARGV${index} STREQUAL "--")
        set(own FALSE)
    endif()
endforeach()

execute_process(COMMAND ${command} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0)
    message(FATAL_ERROR "compiled, but should have been refused")
endif()
string(REGEX MATCH "error: [^\n]*" first "${output}")
if(NOT first MATCHES "${EXPECT}")
    message("${output}")
    message(FATAL_ERROR "expected: ${EXPECT}\nfound: ${first}")
endif()
message("${first}")
