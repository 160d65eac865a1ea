# Makes the report's page of the viewer's modules and style sheets, one file without anything to fetch:
#   cmake -D VIEWER=web/viewer -D OUTPUT=page.html -P cmake/viewer_page.cmake     gives page.html and page.html.gz
# Each module becomes a function that gives its exports, and an import a look into what such a function gave, so that the
# page has one script. Lines of comment and indentation are left out: the program carries this page.
cmake_minimum_required(VERSION 3.25)

# A module comes after those that it imports.
set(modules time turns history statistics formats report_data memory lanes peaks view rows dom palette spectrogram ogg wav
  samples fine_sound player drawing charts reference app edits keys speaker_dialog turn_bar pointer timeline minimap transcript
  figures_panel turn_table save toolbar page start)
set(styles theme layout narrow)

# Every module and style sheet is in the list.
file(GLOB found RELATIVE ${VIEWER} ${VIEWER}/*.js ${VIEWER}/*.css)
foreach(name IN LISTS found)
  cmake_path(GET name STEM stem)
  if(NOT stem IN_LIST modules AND NOT stem IN_LIST styles)
    message(FATAL_ERROR "${VIEWER}/${name} is in no list of cmake/viewer_page.cmake")
  endif()
endforeach()

set(script "\n")
foreach(module IN LISTS modules)
  file(READ ${VIEWER}/${module}.js text)
  set(text "\n${text}")
  set(exports "")
  string(REGEX MATCHALL "\nexport (async )?(const|function|class) [A-Za-z0-9_]+" declarations "${text}")
  foreach(declaration IN LISTS declarations)
    string(REGEX REPLACE ".* " "" name "${declaration}")
    string(APPEND exports "${name}, ")
  endforeach()
  string(REGEX REPLACE "\nimport ({[^}]*}) from '\\./([a-z_]+)\\.js';" "\nconst \\1 = \\2_module;" text "${text}")
  string(REGEX REPLACE "\n[ ]*//[^\n]*" "\n" text "${text}")
  string(REGEX REPLACE "\n[ ]*/[*][*][^/]*([^*/]/[^/]*)*[*]/" "\n" text "${text}")
  string(REGEX REPLACE "\nexport " "\n" text "${text}")
  string(REGEX REPLACE "\n[ ]+" "\n" text "${text}")
  string(REGEX REPLACE "\n\n+" "\n" text "${text}")
  string(APPEND script "const ${module}_module = (() => {${text}return { ${exports}};\n})();\n")
endforeach()
string(REGEX REPLACE "\n\n+" "\n" script "${script}")

set(style "\n")
foreach(sheet IN LISTS styles)
  file(READ ${VIEWER}/${sheet}.css text)
  string(REGEX REPLACE "/[*][^*]*[*]/" "" text "${text}")
  string(REGEX REPLACE "\n[ ]+" "\n" text "\n${text}")
  string(REGEX REPLACE "\n\n+" "\n" text "${text}")
  string(APPEND style "${text}")
endforeach()

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
