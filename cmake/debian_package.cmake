# cpack -G DEB: one package with all that is installed, for the machine's own Debian. What it needs there, dpkg-shlibdeps finds
# out; a static library's callers also need the -dev packages, which they may install or not.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME diarist)
set(CPACK_PACKAGE_CONTACT "The diarist authors <authors@diarist.example>")
set(CPACK_PACKAGE_HOMEPAGE_URL "")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "find who spoke when in a recording")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Speaker diarization on an ordinary CPU: the program reads recordings of any
format and writes the turns of their speakers. The networks are built in;
nothing is fetched at run time.

The library is here as well, with headers for C++ and C.")
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ffmpeg)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
  "libhwy-dev, libsndfile1-dev, libsoxr-dev, libkissfft-dev, libminizip-dev, libxxhash-dev, libpugixml-dev, zlib1g-dev, libsqlite3-dev, pkg-config")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_layout.cmake)
include(CPack)
