# Rooms whose time nobody waits for are compiled for size: at -O3 they are twice as large, for nothing. The program with
# its model inside is to stay below 22 MB, and the Python wheel with the libraries that it carries.
set(small_code $<$<CONFIG:Release>:-Os>)
# The linker leaves out of the program what it does not call, function by function.
list(APPEND small_code $<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
get_target_property(small_sources diarist SOURCES)
list(FILTER small_sources INCLUDE REGEX "src/((audio|model|modeltools|formats|scoring|transcripts|cutting|report|plotting|voices|capi)/.*|clustering/(plda|projection)|pipeline/(analysis_cache|diarizer|diarizer_core|live/(live_analysis|live_names|live_speakers|live_turns|stream)|engine|kept_voices|self_check|turns))\\.cpp$")
# Loops over all samples of a recording, or over all values of a pack, some of them many times.
list(FILTER small_sources EXCLUDE REGEX "/(channel_reader|check|resampler|coding|pack|tensor_values|quantize/(linear|palette|quantized_tensor|calibration))\\.cpp$")
set_source_files_properties(${small_sources} PROPERTIES COMPILE_OPTIONS "${small_code}")
target_compile_options(diarist_cli_parts PRIVATE ${small_code})
if(NOT APPLE)
  target_link_options(diarist_cli PRIVATE $<$<CONFIG:Release>:LINKER:--gc-sections>)
endif()
