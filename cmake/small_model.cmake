# -DDIARIST_MODEL=small: the pack that goes into the library is made at build time, by `diarist quantize --method auto`
# from the default one. The program that makes it is this one with the default pack in it, compiled once more: a library
# cannot hold what it takes itself to make.
get_target_property(packer_sources diarist SOURCES)
list(FILTER packer_sources EXCLUDE REGEX "builtin_pack\\.S$")
get_target_property(program_sources diarist_cli_parts SOURCES)
list(REMOVE_ITEM program_sources serve_command.cpp server_log.cpp)
list(APPEND program_sources without_server.cpp)
foreach(source ${program_sources})
  list(APPEND packer_sources ${PROJECT_SOURCE_DIR}/src/cli/${source})
endforeach()

foreach(source file_state folder_lock manifest)
  list(APPEND packer_sources ${PROJECT_SOURCE_DIR}/src/archive/${source}.cpp)
endforeach()

set(DIARIST_BUILTIN_PACK ${DIARIST_DEFAULT_PACK})
set(default_assembly ${PROJECT_BINARY_DIR}/default_pack.S)
configure_file(src/model/builtin_pack.S.in ${default_assembly} @ONLY)
set_source_files_properties(${default_assembly} PROPERTIES OBJECT_DEPENDS ${DIARIST_DEFAULT_PACK})

# A library of the same flags, so that a compiler cache has its objects already.
add_library(diarist_packer_parts STATIC ${packer_sources} ${default_assembly})
target_include_directories(diarist_packer_parts PRIVATE $<TARGET_PROPERTY:diarist,INCLUDE_DIRECTORIES>)
target_compile_definitions(diarist_packer_parts PRIVATE $<TARGET_PROPERTY:diarist,COMPILE_DEFINITIONS>)
target_link_libraries(diarist_packer_parts PUBLIC ${DIARIST_DEPENDENCIES} CLI11::CLI11 nlohmann_json::nlohmann_json
  PkgConfig::cairo)
add_executable(diarist_packer src/cli/main.cpp)
target_include_directories(diarist_packer PRIVATE $<TARGET_PROPERTY:diarist,INCLUDE_DIRECTORIES>)
target_link_libraries(diarist_packer PRIVATE diarist_packer_parts)

add_custom_command(OUTPUT ${DIARIST_SMALL_PACK}
  COMMAND diarist_packer quantize built-in -o ${DIARIST_SMALL_PACK} --method auto
  DEPENDS diarist_packer ${DIARIST_DEFAULT_PACK}
  COMMENT "Making the small model pack" VERBATIM)
add_custom_target(diarist_small_pack DEPENDS ${DIARIST_SMALL_PACK})
add_dependencies(diarist diarist_small_pack)
