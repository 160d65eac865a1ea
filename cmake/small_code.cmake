# Rooms whose time nobody waits for are compiled for size: at -O3 they are twice as large, for nothing. The program with
# its model inside is to stay below 22 MB, and the Python wheel with the libraries that it carries.
set(small_code $<$<CONFIG:Release>:-Os>)
# The linker leaves out of the program what it does not call, function by function.
target_compile_options(diarist PRIVATE $<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
get_target_property(small_sources diarist SOURCES)
list(FILTER small_sources INCLUDE REGEX "src/((audio|model|modeltools|formats|scoring|transcripts|cutting|report|plotting|voices|linking|sqlite|capi)/.*|clustering/(plda|projection)|pipeline/(analysis_cache|diarizer|diarizer_core|live/.*|engine|kept_voices|self_check|turns))\\.cpp$")
# Loops over all samples of a recording, over all values of a pack, or over all voices of an archive, some of them many
# times.
list(FILTER small_sources EXCLUDE REGEX "/(channel_reader|check|resampler|coding|pack|tensor_values|vector_sums|quantize/(linear|palette|quantized_tensor|calibration))\\.cpp$")
set_source_files_properties(${small_sources} PROPERTIES COMPILE_OPTIONS "${small_code}")
foreach(part diarist_cli_parts diarist_archive diarist_server)
  target_compile_options(${part} PRIVATE ${small_code}
    $<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
endforeach()
# What only plans and calls the kernels gains nothing by loops that are unrolled and written twice.
get_target_property(plain_sources diarist SOURCES)
list(FILTER plain_sources INCLUDE REGEX "src/(base|nets|clustering|pipeline)/.*\\.cpp$")
list(REMOVE_ITEM plain_sources ${small_sources})
# Each weight goes through this one as a model is loaded.
list(FILTER plain_sources EXCLUDE REGEX "/folded_convolution\\.cpp$")
set_source_files_properties(${plain_sources} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O2>)
# The loops that were left out above, and features: vectorised as at -O3, but not written out for every case.
get_target_property(loop_sources diarist SOURCES)
list(FILTER loop_sources INCLUDE REGEX "src/(audio|dsp|model|modeltools)/.*\\.cpp$")
list(REMOVE_ITEM loop_sources ${small_sources})
set_source_files_properties(${loop_sources} PROPERTIES
  COMPILE_OPTIONS "$<$<CONFIG:Release>:-O2>;$<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-ftree-vectorize;-fvect-cost-model=dynamic>")
if(NOT APPLE)
  target_link_options(diarist_cli PRIVATE $<$<CONFIG:Release>:LINKER:--gc-sections>)
  # Functions that came out the same, as those of templates for types of one size, are there once. Only where no address
  # of theirs is compared (safe). GNU ld cannot; gold comes with it where it was built.
  include(CheckLinkerFlag)
  check_linker_flag(CXX "-fuse-ld=gold;LINKER:--icf=safe" DIARIST_FOLDS_EQUAL_CODE)
  if(DIARIST_FOLDS_EQUAL_CODE)
    target_link_options(diarist_cli PRIVATE $<$<CONFIG:Release>:-fuse-ld=gold> $<$<CONFIG:Release>:LINKER:--icf=safe>)
  endif()
endif()
