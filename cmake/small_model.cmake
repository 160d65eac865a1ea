# -DDIARIST_MODEL=small: the pack that goes into the library is made at build time, by `diarist quantize --method auto`
# from the default one. The program that makes it is this one with the default pack in it, compiled once more: a library
# cannot hold what it takes itself to make.
get_target_property(packer_sources diarist SOURCES)
list(FILTER packer_sources EXCLUDE REGEX "builtin_pack\\.S$")
function(sources_of target folder sources)
  get_target_property(names ${target} SOURCES)
  list(TRANSFORM names PREPEND ${folder}/)
  set(${sources} ${names} PARENT_SCOPE)
endfunction()
sources_of(diarist_cli_parts ${PROJECT_SOURCE_DIR}/src/cli program_sources)
list(FILTER program_sources EXCLUDE REGEX "/(serve_command|server_log)\\.cpp$")
list(APPEND program_sources ${PROJECT_SOURCE_DIR}/src/cli/without_server.cpp)
sources_of(diarist_archive ${PROJECT_SOURCE_DIR}/src/archive archive_sources)
# The library has these itself.
list(FILTER archive_sources EXCLUDE REGEX "/\\.\\./")

set(DIARIST_BUILTIN_PACK ${DIARIST_DEFAULT_PACK})
set(default_assembly ${PROJECT_BINARY_DIR}/default_pack.S)
configure_file(src/model/builtin_pack.S.in ${default_assembly} @ONLY)
set_source_files_properties(${default_assembly} PROPERTIES OBJECT_DEPENDS ${DIARIST_DEFAULT_PACK})

# Libraries with the very options of those that they are copies of, so that a compiler cache has their objects already.
function(copy_of target name)
  add_library(${name} STATIC ${ARGN})
  get_target_property(libraries ${target} LINK_LIBRARIES)
  list(FILTER libraries EXCLUDE REGEX "^diarist(_archive|_server)?$")
  target_link_libraries(${name} PRIVATE ${libraries})
  foreach(property INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS CXX_VISIBILITY_PRESET VISIBILITY_INLINES_HIDDEN)
    get_target_property(value ${target} ${property})
    if(value)
      set_target_properties(${name} PROPERTIES ${property} "${value}")
    endif()
  endforeach()
endfunction()
copy_of(diarist diarist_packer_library ${packer_sources} ${default_assembly})
copy_of(diarist_archive diarist_packer_archive ${archive_sources})
copy_of(diarist_cli_parts diarist_packer_parts ${program_sources})
target_include_directories(diarist_packer_library INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(diarist_packer_archive PUBLIC diarist_packer_library)
target_link_libraries(diarist_packer_parts PUBLIC diarist_packer_archive)
add_executable(diarist_packer src/cli/main.cpp)
target_include_directories(diarist_packer PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(diarist_packer PRIVATE diarist_packer_parts CLI11::CLI11)

add_custom_command(OUTPUT ${DIARIST_SMALL_PACK}
  COMMAND diarist_packer quantize built-in -o ${DIARIST_SMALL_PACK} --method auto
  DEPENDS diarist_packer ${DIARIST_DEFAULT_PACK}
  COMMENT "Making the small model pack" VERBATIM)
add_custom_target(diarist_small_pack DEPENDS ${DIARIST_SMALL_PACK})
add_dependencies(diarist diarist_small_pack)
