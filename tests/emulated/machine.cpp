#include "machine.hpp"

extern "C" {

void* memcpy(void* to, const void* from, std::size_t count) {
  void* start = to;
  std::size_t words = count / 8;
  asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words)::"memory");
  std::size_t bytes = count % 8;
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes)::"memory");
  return start;
}

void* memset(void* to, int value, std::size_t count) {
  void* start = to;
  const std::uint64_t pattern = 0x0101010101010101U * static_cast<std::uint8_t>(value);
  std::size_t words = count / 8;
  asm volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(pattern) : "memory");
  std::size_t bytes = count % 8;
  asm volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(pattern) : "memory");
  return start;
}

int memcmp(const void* left, const void* right, std::size_t count) {
  const auto* a = static_cast<const std::uint8_t*>(left);
  const auto* b = static_cast<const std::uint8_t*>(right);
  for (std::size_t i = 0; i < count; ++i) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

std::size_t strlen(const char* text) {
  std::size_t count = 0;
  while (text[count] != 0) ++count;
  return count;
}

void report_exception(const std::uint64_t* frame);
}

namespace emulated {
namespace {

constexpr std::uint16_t kSerialPort = 0x3f8;
constexpr std::uint8_t kReadyToSend = 0x20;
constexpr std::uint16_t kShutdownPort = 0x8900;  // Bochs ends when it is told "Shutdown" there

void put(std::uint16_t port, std::uint8_t value) {
  asm volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

std::uint8_t get(std::uint16_t port) {
  std::uint8_t value = 0;
  asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

void say_in(std::uint64_t base, std::uint64_t value) {
  char digits[24];
  std::size_t first = sizeof digits;
  do {
    digits[--first] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  say(digits + first, sizeof digits - first);
}

}  // namespace

void open_serial_line() {
  put(kSerialPort + 3, 0x80);  // the next two are the divisor: the fastest
  put(kSerialPort, 1);
  put(kSerialPort + 1, 0);
  put(kSerialPort + 3, 3);  // letters of eight bits
}

void say(const char* text, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    while ((get(kSerialPort + 5) & kReadyToSend) == 0) {
    }
    put(kSerialPort, static_cast<std::uint8_t>(text[i]));
  }
}

void say(const char* text) { say(text, strlen(text)); }
void say_hexadecimal(std::uint64_t value) { say_in(16, value); }
void say_decimal(std::uint64_t value) { say_in(10, value); }

std::uint64_t instructions() {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return static_cast<std::uint64_t>(high) << 32 | low;
}

void write_register(std::uint32_t number, std::uint64_t value) {
  asm volatile("wrmsr" ::"c"(number), "a"(static_cast<std::uint32_t>(value)),
               "d"(static_cast<std::uint32_t>(value >> 32)));
}

void end(std::uint64_t code) {
  say("\ninstructions ");
  say_decimal(instructions());
  say("\nexit ");
  say_decimal(code);
  say("\n");
  // The last letter is to have left the port.
  while ((get(kSerialPort + 5) & 0x40) == 0) {
  }
  for (const char* letter = "Shutdown"; *letter != 0; ++letter) {
    put(kShutdownPort, static_cast<std::uint8_t>(*letter));
  }
  for (;;) asm volatile("hlt");
}

void give_up(const char* why, std::uint64_t value) {
  say("\nhost: ");
  say(why);
  say(" 0x");
  say_hexadecimal(value);
  say("\n");
  end(125);
}

}  // namespace emulated

void report_exception(const std::uint64_t* frame) {
  using namespace emulated;
  std::uint64_t touched = 0;
  asm volatile("mov %%cr2, %0" : "=r"(touched));
  say("\nhost: exception ");
  say_decimal(frame[0]);
  say(" error 0x");
  say_hexadecimal(frame[1]);
  say(" stack 0x");
  say_hexadecimal(frame[5]);
  say(" touched 0x");
  say_hexadecimal(touched);
  give_up("at", frame[2]);
}
