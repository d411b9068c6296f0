# cmake -DROOT=<repository> -DWORK=<folder> -P check_single_include.cmake: are the committed single headers fresh?

set(OUT "${WORK}")
include("${CMAKE_CURRENT_LIST_DIR}/amalgamate.cmake")
foreach(header IN LISTS bridges ITEMS neptune.hpp server.hpp)
    execute_process(
        COMMAND ${CMAKE_COMMAND} -E compare_files "${OUT}/${header}" "${ROOT}/single_include/neptune/${header}"
        RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
    if(differs)
        message(FATAL_ERROR "single_include/neptune/${header} is stale; write it anew with the target single_include: "
            "cmake --build build/dev --target single_include")
    endif()
endforeach()
