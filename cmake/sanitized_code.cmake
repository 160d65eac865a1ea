# What a build with sanitizers optimises. Most of its time goes into compiling what runs for a moment, the program's commands, its
# server and the tests, and then into the kernels, which run for minutes.
foreach(part diarist_cli_parts diarist_archive diarist_server)
  target_compile_options(${part} PRIVATE -O0)
endforeach()
get_target_property(kernel_sources diarist SOURCES)
list(FILTER kernel_sources INCLUDE REGEX "src/(kernels|nets)/.*\\.cpp$")
set_source_files_properties(${kernel_sources} PROPERTIES COMPILE_OPTIONS -O2)
