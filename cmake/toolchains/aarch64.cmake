# ARM64 from Debian on another processor: Debian's cross compiler, the libraries of its arm64 architecture, and qemu to
# run what was built. `scripts/install-dependencies.sh arm64` installs them.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(triplet aarch64-linux-gnu)

set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER ${triplet}-g++)
set(CMAKE_LIBRARY_ARCHITECTURE ${triplet})

# Debian keeps the libraries of all architectures beside one another, so the search goes where it always does; only
# pkg-config would answer for this machine.
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/${triplet}/pkgconfig:/usr/share/pkgconfig)

# Neither host programs named in the build nor its own scripts are for the target.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
