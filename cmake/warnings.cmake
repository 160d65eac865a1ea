# Warnings and sanitizers of a developer's build; users get the library alone.
add_library(diarist_warnings INTERFACE)
if(DIARIST_DEVELOPER)
  target_compile_options(diarist_warnings INTERFACE -Wall -Wextra -Werror
    # GCC 12 sees overlap in std::string's own copying (its bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
endif()
if(DIARIST_SANITIZE)
  add_compile_options(-fsanitize=${DIARIST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DIARIST_SANITIZE})
endif()
if(DIARIST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
