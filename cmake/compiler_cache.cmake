# Developers build the same sources over and over: in fresh clones, with each sanitizer, for the package. Where ccache is
# installed it keeps what was compiled; paths below the sources count as relative, so that another clone finds it too.
find_program(DIARIST_CCACHE ccache)
mark_as_advanced(DIARIST_CCACHE)
if(DIARIST_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${DIARIST_CCACHE})
endif()
