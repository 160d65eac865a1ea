# Run by CPack over the staged tree, before it is packed: what Debian wants otherwise than `cmake --install` has it.
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/*.1)
foreach(page ${pages})
  execute_process(COMMAND gzip -9 -n ${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

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

# A static library's debug symbols; CPack strips programs and shared libraries only.
file(GLOB archives ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/lib/*/*.a ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/lib/*.a)
foreach(archive ${archives})
  execute_process(COMMAND strip --strip-debug --enable-deterministic-archives ${archive} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
