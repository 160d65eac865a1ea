# Run by CPack over the staged tree, before it is packed: what Debian wants otherwise than `cmake --install` has it.
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/*.1)
foreach(page ${pages})
  execute_process(COMMAND gzip -9 -n ${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

# What describes a library for one architecture lies with that architecture's things; from there it finds its own prefix.
set(lib ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/lib)
execute_process(COMMAND dpkg-architecture -q DEB_HOST_MULTIARCH
  OUTPUT_VARIABLE multiarch OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(EXISTS ${lib}/pkgconfig)
  file(GLOB modules ${lib}/pkgconfig/*.pc)
  foreach(module ${modules})
    file(READ ${module} text)
    string(REPLACE "prefix=\${pcfiledir}/../..\n" "prefix=\${pcfiledir}/../../..\n" moved "${text}")
    if(moved STREQUAL text)
      message(FATAL_ERROR "${module} says nothing of a prefix that could be moved")
    endif()
    file(WRITE ${module} "${moved}")
  endforeach()
  file(MAKE_DIRECTORY ${lib}/${multiarch})
  file(RENAME ${lib}/pkgconfig ${lib}/${multiarch}/pkgconfig)
endif()

set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
if(EXISTS ${share}/zsh/site-functions)
  file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
endif()

# Debian's name for what a package's licences are.
file(READ ${share}/doc/diarist/NOTICE notice)
file(WRITE ${share}/doc/diarist/copyright
  "${notice}\nOn Debian systems, the text of the Apache License, Version 2.0, is in /usr/share/common-licenses/Apache-2.0.\n")
file(CHMOD ${share}/doc/diarist/copyright
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

# Kept by hand: a version without its entry is no package.
set(changelog ${share}/doc/diarist/changelog)
file(READ ${CMAKE_CURRENT_LIST_DIR}/debian_changelog entries)
if(NOT entries MATCHES "^diarist \\(${CPACK_PACKAGE_VERSION}\\) ")
  message(FATAL_ERROR "cmake/debian_changelog has no entry for ${CPACK_PACKAGE_VERSION} at its top")
endif()
file(WRITE ${changelog} "${entries}")
execute_process(COMMAND gzip -9 -n ${changelog} COMMAND_ERROR_IS_FATAL ANY)
file(CHMOD ${changelog}.gz PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

# A static library's debug symbols; CPack strips programs and shared libraries only.
file(GLOB archives ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/lib/*/*.a ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/lib/*.a)
foreach(archive ${archives})
  execute_process(COMMAND strip --strip-debug --enable-deterministic-archives ${archive} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
