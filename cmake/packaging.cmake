# Install rules, the CMake package and pkg-config. tests/package builds an outside program against the result.
include(CMakePackageConfigHelpers)

set_target_properties(diarist PROPERTIES
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

install(TARGETS diarist EXPORT diarist
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS diarist_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/diarist
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(FILES LICENSE NOTICE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# What the build made of the command line's description (src/cli/CMakeLists.txt).
if(DIARIST_PAGES)
  install(FILES ${DIARIST_PAGES}/diarist.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${DIARIST_PAGES}/diarist.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME diarist)
  install(FILES ${DIARIST_PAGES}/_diarist DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${DIARIST_PAGES}/diarist.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/diarist)
install(EXPORT diarist NAMESPACE diarist:: FILE diarist-targets.cmake DESTINATION ${package_dir})
configure_package_config_file(cmake/diarist-config.cmake.in ${PROJECT_BINARY_DIR}/diarist-config.cmake
  INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break callers.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/diarist-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/diarist-config.cmake ${PROJECT_BINARY_DIR}/diarist-config-version.cmake
  DESTINATION ${package_dir})

# For pkg-config: what a static link needs beside ours. All of them are shared libraries themselves, so their own
# private needs stay out.
set(DIARIST_PC_LIBS_PRIVATE
  ${hwy_LDFLAGS} ${sndfile_LDFLAGS} ${soxr_LDFLAGS} ${kissfft_LDFLAGS} ${minizip_LDFLAGS} ${xxhash_LDFLAGS}
  ${pugixml_LDFLAGS} ${zlib_LDFLAGS} ${sqlite3_LDFLAGS}
  ${CMAKE_THREAD_LIBS_INIT} -lstdc++ -lm)
list(REMOVE_DUPLICATES DIARIST_PC_LIBS_PRIVATE)
# Where every linker looks by itself; to say so would tie the file to one architecture.
foreach(folder ${CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES})
  list(REMOVE_ITEM DIARIST_PC_LIBS_PRIVATE -L${folder})
endforeach()
list(JOIN DIARIST_PC_LIBS_PRIVATE " " DIARIST_PC_LIBS_PRIVATE)
# An installation may lie anywhere: paths relative to the .pc file.
file(RELATIVE_PATH DIARIST_PC_PREFIX
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" DIARIST_PC_PREFIX "${DIARIST_PC_PREFIX}")
# diarist-c is the same without C++'s flags.
foreach(module diarist diarist-c)
  configure_file(cmake/${module}.pc.in ${PROJECT_BINARY_DIR}/${module}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${module}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

include(debian_package)
