# One script of many ES modules, and one style sheet of many, without anything to fetch.
# Each module becomes a function that gives its exports, and an import a look into what such a function gave. Lines of
# comment and indentation are left out: the program carries what is made here.

# The modules of the viewer, each after those that it imports.
set(viewer_modules time turns history statistics formats report_data memory lanes peaks view rows dom notices palette
  spectrogram ogg wav samples fine_sound player drawing charts reference app edits keys speaker_dialog turn_bar pointer timeline
  minimap transcript figures_panel turn_table save toolbar page start)
set(viewer_styles theme layout narrow)

# Every module and style sheet of a folder is in the list.
function(bundle_lists_all folder names)
  file(GLOB found RELATIVE ${folder} ${folder}/*.js ${folder}/*.css)
  foreach(name IN LISTS found)
    cmake_path(GET name STEM stem)
    if(NOT stem IN_LIST names)
      message(FATAL_ERROR "${folder}/${name} is in no list of ${CMAKE_SCRIPT_MODE_FILE}")
    endif()
  endforeach()
endfunction()

# A script without lines of comment, indentation and `export`.
function(bundle_strip text result)
  string(REGEX REPLACE "\n[ ]*//[^\n]*" "\n" text "${text}")
  string(REGEX REPLACE "\n[ ]*/[*][*][^/]*([^*/]/[^/]*)*[*]/" "\n" text "${text}")
  string(REGEX REPLACE "\nexport " "\n" text "${text}")
  string(REGEX REPLACE "\n[ ]+" "\n" text "${text}")
  string(REGEX REPLACE "\n\n+" "\n" text "${text}")
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(bundle_modules modules folder result)
  set(script "\n")
  foreach(module IN LISTS modules)
    file(READ ${folder}/${module}.js text)
    set(text "\n${text}")
    set(exports "")
    string(REGEX MATCHALL "\nexport (async )?(const|function|class) [A-Za-z0-9_]+" declarations "${text}")
    foreach(declaration IN LISTS declarations)
      string(REGEX REPLACE ".* " "" name "${declaration}")
      string(APPEND exports "${name}, ")
    endforeach()
    string(REGEX REPLACE "\nimport ({[^}]*}) from '\\.(\\./viewer)?/([a-z_]+)\\.js';" "\nconst \\1 = \\3_module;" text "${text}")
    bundle_strip("${text}" text)
    string(APPEND script "const ${module}_module = (() => {${text}return { ${exports}};\n})();\n")
  endforeach()
  string(REGEX REPLACE "\n\n+" "\n" script "${script}")
  set(${result} "${script}" PARENT_SCOPE)
endfunction()

function(bundle_styles sheets folder result)
  set(style "\n")
  foreach(sheet IN LISTS sheets)
    file(READ ${folder}/${sheet}.css text)
    string(REGEX REPLACE "/[*][^*]*[*]/" "" text "${text}")
    string(REGEX REPLACE "\n[ ]+" "\n" text "\n${text}")
    string(REGEX REPLACE "\n\n+" "\n" text "${text}")
    string(APPEND style "${text}")
  endforeach()
  set(${result} "${style}" PARENT_SCOPE)
endfunction()

# One module that imports nothing, by itself.
function(bundle_script path result)
  file(READ ${path} text)
  bundle_strip("\n${text}" text)
  set(${result} "${text}" PARENT_SCOPE)
endfunction()
