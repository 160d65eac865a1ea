// What the host asks of the emulated machine and of the compiler's run-time.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {
void* memcpy(void* to, const void* from, std::size_t count);
void* memset(void* to, int value, std::size_t count);
int memcmp(const void* left, const void* right, std::size_t count);
std::size_t strlen(const char* text);
}

namespace emulated {

/// Where the emulator lays the archive of files, and where its memory ends (the script's `guest`).
inline constexpr std::uint64_t kArchive = 0x1000000;
inline constexpr std::uint64_t kMemoryEnd = 0x60000000;
inline constexpr std::uint64_t kPage = 4096;

/// Memory at an address: all of it is where it says, and all belongs to the one program.
template <class T>
T* at(std::uint64_t address) {
  return reinterpret_cast<T*>(address);  // NOLINT(performance-no-int-to-ptr)
}

inline std::uint64_t address_of(const void* pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}

inline constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// Before anything is said.
void open_serial_line();

/// To the serial line, which is a file outside.
void say(const char* text);
void say(const char* text, std::size_t count);
void say_hexadecimal(std::uint64_t value);
void say_decimal(std::uint64_t value);

/// Instructions since the reset.
std::uint64_t instructions();

void write_register(std::uint32_t number, std::uint64_t value);
inline constexpr std::uint32_t kThreadPointer = 0xc0000100;  // the base of fs

/// Ends the emulator. The last line that is said is "exit CODE".
[[noreturn]] void end(std::uint64_t code);

/// The same for what the host cannot go on from.
[[noreturn]] void give_up(const char* why, std::uint64_t value);

}  // namespace emulated
