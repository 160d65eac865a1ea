# One script of many ES modules, and one style sheet of many, without anything to fetch.
# Each module becomes a function that gives its exports, and an import a look into what such a function gave. Lines of
# comment and indentation are left out: the program carries what is made here.

# The modules of the viewer, each after those that it imports. Its page begins with `start` besides, another one with a
# module of its own.
set(viewer_modules time turns history statistics formats report_data memory lanes peaks view rows dom notices palette
  spectrogram ogg wav samples fine_sound player drawing charts reference app edits keys speaker_dialog turn_bar pointer timeline
  minimap transcript figures_panel turn_table save toolbar page)
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

# The module of a name is in the first of the folders that has it.
function(bundle_file name folders result)
  foreach(folder IN LISTS folders)
    if(EXISTS ${folder}/${name})
      set(${result} ${folder}/${name} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "There is no ${name} in ${folders}")
endfunction()

function(bundle_modules modules folders result)
  set(script "\n")
  foreach(module IN LISTS modules)
    bundle_file(${module}.js "${folders}" path)
    file(READ ${path} text)
    set(text "\n${text}")
    set(exports "")
    string(REGEX MATCHALL "\nexport (async )?(const|function|class) [A-Za-z0-9_]+" declarations "${text}")
    foreach(declaration IN LISTS declarations)
      string(REGEX REPLACE ".* " "" name "${declaration}")
      string(APPEND exports "${name}, ")
    endforeach()
    string(REGEX REPLACE "\nimport ({[^}]*}) from '\\.(\\./viewer)?/([a-z_]+)\\.js';" "\nconst \\1 = \\3_module;" text "${text}")
    string(REGEX REPLACE "\n[ ]*//[^\n]*" "\n" text "${text}")
    string(REGEX REPLACE "\n[ ]*/[*][*][^/]*([^*/]/[^/]*)*[*]/" "\n" text "${text}")
    string(REGEX REPLACE "\nexport " "\n" text "${text}")
    string(REGEX REPLACE "\n[ ]+" "\n" text "${text}")
    string(REGEX REPLACE "\n\n+" "\n" text "${text}")
    string(APPEND script "const ${module}_module = (() => {${text}return { ${exports}};\n})();\n")
  endforeach()
  string(REGEX REPLACE "\n\n+" "\n" script "${script}")
  set(${result} "${script}" PARENT_SCOPE)
endfunction()

function(bundle_styles sheets folders result)
  set(style "\n")
  foreach(sheet IN LISTS sheets)
    bundle_file(${sheet}.css "${folders}" path)
    file(READ ${path} text)
    string(REGEX REPLACE "/[*][^*]*[*]/" "" text "${text}")
    string(REGEX REPLACE "\n[ ]+" "\n" text "\n${text}")
    string(REGEX REPLACE "\n\n+" "\n" text "${text}")
    string(APPEND style "${text}")
  endforeach()
  set(${result} "${style}" PARENT_SCOPE)
endfunction()
