# cmake -DROOT=<repository> -P check_readme.cmake: is the README's first C++ block part of examples/quickstart.cpp?
# Indentation does not count, since the program has the lines inside its main().

cmake_minimum_required(VERSION 3.25)

file(READ "${ROOT}/README.md" readme)
file(READ "${ROOT}/examples/quickstart.cpp" program)
string(FIND "${readme}" "\n```cpp\n" begin)
if(begin EQUAL -1)
    message(FATAL_ERROR "README.md has no ```cpp block")
endif()
math(EXPR begin "${begin} + 8")
string(SUBSTRING "${readme}" ${begin} -1 block)
string(FIND "${block}" "\n```" end)
string(SUBSTRING "${block}" 0 ${end} block)

string(REGEX REPLACE "\n[ \t]+" "\n" flat_block "\n${block}\n")
string(REGEX REPLACE "\n[ \t]+" "\n" flat_program "\n${program}\n")
string(FIND "${flat_program}" "${flat_block}" at)
if(at EQUAL -1)
    message(FATAL_ERROR "the first C++ block of README.md is not in examples/quickstart.cpp:\n${block}")
endif()
