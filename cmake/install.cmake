# Installs the headers, this program's CMake package and, where it is built, the program.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/neptune")
get_target_property(sqlite_is_ours SQLite::SQLite3 ALIASED_TARGET)

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/neptune" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

# Two export sets, so that a machine without SQLite can use the client.
install(TARGETS neptune EXPORT neptune_client)
install(EXPORT neptune_client DESTINATION "${package_dir}" NAMESPACE neptune:: FILE neptune-client.cmake)
if(NOT sqlite_is_ours)
    install(TARGETS neptune_server EXPORT neptune_server)
    install(EXPORT neptune_server DESTINATION "${package_dir}" NAMESPACE neptune:: FILE neptune-server.cmake)
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/neptune-config.cmake.in"
    "${PROJECT_BINARY_DIR}/neptune-config.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/neptune-config-version.cmake"
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)  # until 1.0 a minor version may break
install(FILES
    "${PROJECT_BINARY_DIR}/neptune-config.cmake"
    "${PROJECT_BINARY_DIR}/neptune-config-version.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/Findhttplib.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/build_facts.cmake"
    DESTINATION "${package_dir}")

if(TARGET neptune-cpp)
    install(TARGETS neptune-cpp RUNTIME)
endif()
