# Checks of the tree as a whole: style, layers, the installed package, the documentation with its examples and links,
# and the tests once more under sanitizers. Scripts do the work, so that each can be run by hand.
set(scripts ${PROJECT_SOURCE_DIR}/scripts)
# Not whatever python3 comes first in PATH.
find_program(DIARIST_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT DIARIST_PYTHON)
  find_program(DIARIST_PYTHON python3)
endif()

function(whole_tree_test name timeout)
  cmake_parse_arguments(arg "" "" "COMMAND;PROPERTIES" ${ARGN})
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} LABELS whole-tree ${arg_PROPERTIES})
endfunction()

whole_tree_test(style.layers 60 COMMAND ${DIARIST_PYTHON} ${scripts}/check_layers.py ${PROJECT_SOURCE_DIR})
whole_tree_test(style.layers_catches_offences 60
  COMMAND ${PROJECT_SOURCE_DIR}/tests/style/layers_catches_offences.sh ${DIARIST_PYTHON} ${scripts}/check_layers.py)
whole_tree_test(style.format 120 COMMAND ${scripts}/check_format.sh)
whole_tree_test(style.tidy 1800 COMMAND ${scripts}/check_tidy.sh ${PROJECT_BINARY_DIR}
  PROPERTIES RUN_SERIAL ON)

foreach(way cmake pkgconfig shared)
  whole_tree_test(package.${way} 1200
    COMMAND ${PROJECT_SOURCE_DIR}/tests/package/run.sh ${way} ${PROJECT_BINARY_DIR}
            ${PROJECT_BINARY_DIR}/tests/package-${way})
endforeach()
set_tests_properties(package.shared PROPERTIES RUN_SERIAL ON)
# The Debian package in a bare Debian; needs root, debootstrap and a mirror.
whole_tree_test(package.deb 900
  COMMAND ${PROJECT_SOURCE_DIR}/tests/package/deb.sh ${PROJECT_BINARY_DIR} ${PROJECT_BINARY_DIR}/tests/package-deb
  PROPERTIES SKIP_RETURN_CODE 77)
whole_tree_test(package.size 60
  COMMAND ${PROJECT_SOURCE_DIR}/tests/package/size.sh 22000000 $<TARGET_FILE:diarist_cli>)

whole_tree_test(package.sbom 120
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/package/sbom_test.py ${scripts}/sbom.py ${PROJECT_BINARY_DIR})
whole_tree_test(package.small 1800
  COMMAND ${PROJECT_SOURCE_DIR}/tests/package/small.sh ${PROJECT_BINARY_DIR}-small $<TARGET_FILE:diarist_cli>
  PROPERTIES RUN_SERIAL ON)

# Every block of every page; those in Python are python.package's.
file(GLOB_RECURSE docs_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
whole_tree_test(docs.examples 900
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/readme/run_examples.py --build ${PROJECT_BINARY_DIR}
          --samples ${PROJECT_SOURCE_DIR}/samples --readme ${PROJECT_SOURCE_DIR}/README.md ${docs_pages})
whole_tree_test(docs.examples_catch_offences 60 COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/readme/pages_test.py)
# The guide that `quantize --report` writes is one more page.
whole_tree_test(docs.report_guide 600
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/modeltools/report/run_guide.py --build ${PROJECT_BINARY_DIR}
          --program $<TARGET_FILE:diarist_cli> --samples ${PROJECT_SOURCE_DIR}/samples)
whole_tree_test(docs.api 300 COMMAND ${scripts}/api_docs.sh ${PROJECT_BINARY_DIR}/docs PROPERTIES SKIP_RETURN_CODE 77)
whole_tree_test(docs.links 60 COMMAND ${DIARIST_PYTHON} ${scripts}/check_links.py ${PROJECT_SOURCE_DIR})
whole_tree_test(docs.links_catches_offences 60
  COMMAND ${PROJECT_SOURCE_DIR}/tests/style/links_catches_offences.sh ${DIARIST_PYTHON} ${scripts}/check_links.py)

# The page that is committed is the one that the program's own options give: `cmake --build BUILD --target cli_reference`.
whole_tree_test(docs.cli 60 COMMAND diff -u ${PROJECT_SOURCE_DIR}/docs/cli.md ${DIARIST_PAGES}/cli.md)
whole_tree_test(cli.pages 120
  COMMAND ${PROJECT_SOURCE_DIR}/tests/cli/pages.sh ${DIARIST_PAGES} $<TARGET_FILE:diarist_cli>
  PROPERTIES SKIP_RETURN_CODE 77)
whole_tree_test(capi.symbols 60
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/capi/check_symbols.py
          ${PROJECT_SOURCE_DIR}/include/diarist/diarist.h ${PROJECT_SOURCE_DIR}/tests/capi/symbols.txt)

# The report: the viewer's modules in Node.js, and the page in headless Chromium; screenshots/ is to be looked at.
foreach(part viewer browser)
  whole_tree_test(report.${part} 900
    COMMAND ${PROJECT_SOURCE_DIR}/tests/report/${part}/run.sh ${PROJECT_BINARY_DIR}/tests/report-${part} $<TARGET_FILE:diarist_cli>
    PROPERTIES SKIP_RETURN_CODE 77)
endforeach()
set_tests_properties(report.browser PROPERTIES RUN_SERIAL ON)  # It says how long a frame takes.

# Real checkpoints of every format, made with PyTorch and onnx; skipped where they cannot be installed.
set(DIARIST_PYTORCH "" CACHE FILEPATH "A Python that has PyTorch, onnx, onnxsim and safetensors, for the import tests; they install their own without it")
set(import_python)
if(DIARIST_PYTORCH)
  set(import_python --python ${DIARIST_PYTORCH})
endif()
whole_tree_test(import.matrix 1800
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/modeltools/import_matrix.py --program $<TARGET_FILE:diarist_cli>
          --pack ${PROJECT_SOURCE_DIR}/models/community.safetensors --work ${PROJECT_BINARY_DIR}/tests/import-matrix
          ${import_python}
  PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK pytorch_environment)
whole_tree_test(import.other_sizes 1800
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/modeltools/other_sizes.py --program $<TARGET_FILE:diarist_cli>
          --probe $<TARGET_FILE:stages_probe> --pack ${PROJECT_SOURCE_DIR}/models/community.safetensors
          --work ${PROJECT_BINARY_DIR}/tests/other-sizes --environment ${PROJECT_BINARY_DIR}/tests/import-matrix
          ${import_python}
  PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK pytorch_environment)
# PyTorch takes 5.5 GB. By hand it stays for the next time; continuous integration has no next time, and small disks.
add_test(NAME import.environment_removed
  COMMAND sh -c "test -z \"$CI\" || rm -rf \"$1\"" sh ${PROJECT_BINARY_DIR}/tests/import-matrix/environment)
set_tests_properties(import.environment_removed PROPERTIES FIXTURES_CLEANUP pytorch LABELS whole-tree)
set_tests_properties(import.matrix import.other_sizes PROPERTIES FIXTURES_REQUIRED pytorch)

# `pip install .` into a virtual environment, and the package's tests in it.
whole_tree_test(python.package 1800
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/python/tests/run.py --program $<TARGET_FILE:diarist_cli>
          --work ${PROJECT_BINARY_DIR}/tests/python --cc ${CMAKE_C_COMPILER} --cxx ${CMAKE_CXX_COMPILER}
  PROPERTIES SKIP_RETURN_CODE 77)

# Formats as other programs read and write them, and scores beside pyannote's; with packages from PyPI, 400 MB once.
set(consumers_environment ${PROJECT_BINARY_DIR}/tests/consumers/environment)
whole_tree_test(formats.consumers 900
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/formats/consumers/run.py --program $<TARGET_FILE:diarist_cli>
          --work ${PROJECT_BINARY_DIR}/tests/consumers --environment ${consumers_environment}
  PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK consumers_environment)
whole_tree_test(scoring.pyannote_pairs 900
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/scoring/pyannote_pairs.py --program $<TARGET_FILE:diarist_cli>
          --work ${PROJECT_BINARY_DIR}/tests/pyannote-pairs --environment ${consumers_environment}
  PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK consumers_environment)
add_test(NAME consumers.environment_removed
  COMMAND sh -c "test -z \"$CI\" || rm -rf \"$1\"" sh ${consumers_environment})
set_tests_properties(consumers.environment_removed PROPERTIES FIXTURES_CLEANUP consumers LABELS whole-tree)
set_tests_properties(formats.consumers scoring.pyannote_pairs PROPERTIES FIXTURES_REQUIRED consumers)

# The program as a server, and clients of all kinds; with packages from PyPI, 60 MB once.
whole_tree_test(server.end_to_end 900
  COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/server/end_to_end/run.py --program $<TARGET_FILE:diarist_cli>
          --work ${PROJECT_BINARY_DIR}/tests/server-end-to-end --probe $<TARGET_FILE:stream_probe>
  PROPERTIES SKIP_RETURN_CODE 77)
set_tests_properties(server.end_to_end PROPERTIES RUN_SERIAL ON)  # It says how soon things happen.
# The server's page: its modules in Node.js, and the page in headless Chromium with a microphone that plays the sample.
whole_tree_test(server.page_modules 120 COMMAND ${PROJECT_SOURCE_DIR}/tests/server/modules/run.sh PROPERTIES SKIP_RETURN_CODE 77)
whole_tree_test(server.page 1200
  COMMAND ${PROJECT_SOURCE_DIR}/tests/server/page/run.sh ${PROJECT_BINARY_DIR}/tests/server-page $<TARGET_FILE:diarist_cli>
  PROPERTIES SKIP_RETURN_CODE 77)
set_tests_properties(server.page PROPERTIES RUN_SERIAL ON)  # A live stream is as long as it is.

# Accuracy on recordings that people annotated, and on simulated meetings. Several minutes of computing on all cores.
set(shared_dir ${DIARIST_SHARED})
if(NOT shared_dir)
  set(shared_dir "no folder")
endif()
function(accuracy_test name)
  whole_tree_test(accuracy.${name} 1800
    COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/bench/accuracy.py --program $<TARGET_FILE:diarist_cli>
            --shared ${shared_dir} --work ${PROJECT_BINARY_DIR}/tests/accuracy --sets ${name} --configurations ${ARGN} --check
    PROPERTIES RUN_SERIAL ON SKIP_RETURN_CODE 77)
endfunction()
accuracy_test(ami exact balanced fast)
accuracy_test(meetings balanced)
accuracy_test(test balanced plain)
whole_tree_test(accuracy.arithmetic 60 COMMAND ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/bench/accuracy_test.py)

# What seconds of audio cost in instructions, which no other work on the machine changes. Of optimised builds only.
set(count_instructions ${DIARIST_PYTHON} ${PROJECT_SOURCE_DIR}/bench/instructions.py --program $<TARGET_FILE:diarist_cli>
  --compiler "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  whole_tree_test(performance.instructions 600 COMMAND ${count_instructions} --check PROPERTIES SKIP_RETURN_CODE 77)
  add_custom_target(instructions_baseline COMMAND ${count_instructions} --update DEPENDS diarist_cli VERBATIM)
endif()

# These build trees of their own with every core, so nothing runs beside them.
whole_tree_test(sanitize.asan 2700 COMMAND ${scripts}/sanitize.sh asan PROPERTIES RUN_SERIAL ON)
whole_tree_test(sanitize.python 1800
  COMMAND ${scripts}/sanitize_python.sh ${PROJECT_BINARY_DIR}/tests/python/environment/bin/python $<TARGET_FILE:diarist_cli>
  PROPERTIES RUN_SERIAL ON SKIP_RETURN_CODE 77)
set_tests_properties(sanitize.python PROPERTIES DEPENDS "python.package;sanitize.asan")
whole_tree_test(sanitize.tsan 2700 COMMAND ${scripts}/sanitize.sh tsan PROPERTIES RUN_SERIAL ON)
whole_tree_test(fuzz 1800 COMMAND ${scripts}/fuzz.sh 60 PROPERTIES RUN_SERIAL ON)
