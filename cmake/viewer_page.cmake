# Makes the report's page of the viewer's modules and style sheets, one file without anything to fetch:
#   cmake -D VIEWER=web/viewer -D OUTPUT=page.html -P cmake/viewer_page.cmake     gives page.html and page.html.gz
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/bundle_modules.cmake)

bundle_lists_all(${VIEWER} "${viewer_modules};${viewer_styles}")
bundle_modules("${viewer_modules}" ${VIEWER} script)
bundle_styles("${viewer_styles}" ${VIEWER} style)

# What would end the element that the text stands in.
foreach(end "</script" "<!--")
  string(FIND "${script}" "${end}" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "The viewer's script contains '${end}'")
  endif()
endforeach()

# The page allows these two texts, by their digests in base64, and no other script or style.
set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
function(sha256_base64 text result)
  string(SHA256 hex "${text}")
  set(encoded "")
  # 64 digits and two of nothing: 22 groups of three digits are 12 bits, two characters each.
  string(APPEND hex "00")
  foreach(group RANGE 21)
    math(EXPR at "3 * ${group}")
    string(SUBSTRING ${hex} ${at} 3 digits)
    math(EXPR high "0x${digits} >> 6")
    math(EXPR low "0x${digits} & 63")
    foreach(value ${high} ${low})
      string(SUBSTRING ${alphabet} ${value} 1 character)
      string(APPEND encoded ${character})
    endforeach()
  endforeach()
  # 32 bytes take 43 characters and one of padding.
  string(SUBSTRING ${encoded} 0 43 encoded)
  set(${result} "${encoded}=" PARENT_SCOPE)
endfunction()
sha256_base64("${script}" script_sha256)
sha256_base64("${style}" style_sha256)

file(READ ${VIEWER}/page.html page)
string(REPLACE "{{script-sha256}}" "${script_sha256}" page "${page}")
string(REPLACE "{{style-sha256}}" "${style_sha256}" page "${page}")
string(REPLACE "{{style}}" "${style}" page "${page}")
string(REPLACE "{{script}}" "${script}" page "${page}")
file(WRITE ${OUTPUT} "${page}")
file(ARCHIVE_CREATE OUTPUT ${OUTPUT}.gz PATHS ${OUTPUT} FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
