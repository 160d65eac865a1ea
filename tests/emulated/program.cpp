// Starts the program: lays it and its loader out in memory as their headers say, and the stack that
// they expect.
#include <elf.h>

#include "archive.hpp"
#include "machine.hpp"
#include "pages.hpp"
#include "threads.hpp"

extern "C" {
[[noreturn]] void start_program();
[[noreturn]] void start_at(std::uint64_t entry, std::uint64_t stack);
}

namespace emulated {
namespace {

constexpr std::uint64_t kStackSize = 8U << 20;

struct Image {
  std::uint64_t base = 0;
  std::uint64_t entry = 0;
  std::uint64_t headers = 0;
  std::uint64_t header_count = 0;
  const char* loader = nullptr;
};

const File& needed_file(const char* path) {
  const File* file = find_file(path);
  if (file == nullptr) {
    say(path);
    give_up("is not in the archive; its name's length is", strlen(path));
  }
  return *file;
}

Image load(const char* path) {
  const File& file = needed_file(path);
  const auto* header = reinterpret_cast<const Elf64_Ehdr*>(file.data);
  if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_type != ET_DYN) {
    say(path);
    give_up("is no position-independent program, but of type", header->e_type);
  }
  const auto* segments = reinterpret_cast<const Elf64_Phdr*>(file.data + header->e_phoff);
  std::uint64_t size = 0;
  for (int i = 0; i < header->e_phnum; ++i) {
    const std::uint64_t past = segments[i].p_vaddr + segments[i].p_memsz;
    if (segments[i].p_type == PT_LOAD && past > size) size = past;
  }
  Image image;
  image.base = take_pages(size);
  for (int i = 0; i < header->e_phnum; ++i) {
    const Elf64_Phdr& segment = segments[i];
    if (segment.p_type == PT_INTERP) {
      image.loader = reinterpret_cast<const char*>(file.data + segment.p_offset);
    } else if (segment.p_type == PT_LOAD) {
      memcpy(at<void>(image.base + segment.p_vaddr), file.data + segment.p_offset,
             segment.p_filesz);
    }
  }
  image.entry = image.base + header->e_entry;
  image.headers = image.base + header->e_phoff;
  image.header_count = header->e_phnum;
  return image;
}

/// Grows downwards, as a stack does.
class Stack {
 public:
  explicit Stack(std::uint64_t end) : top_(end) {}

  std::uint64_t push(const void* data, std::uint64_t size) {
    top_ -= size;
    memcpy(at<void>(top_), data, size);
    return top_;
  }
  void push(std::uint64_t value) { push(&value, sizeof value); }
  void align(std::uint64_t unit) { top_ = top_ / unit * unit; }
  [[nodiscard]] std::uint64_t top() const { return top_; }

 private:
  std::uint64_t top_;
};

constexpr int kMostWords = 64;

/// Where the words of a file that ends each with a 0 lie on the stack.
struct Words {
  std::uint64_t addresses[kMostWords];
  int count = 0;
};

Words push_words(Stack& stack, const char* path) {
  const File& file = needed_file(path);
  const std::uint64_t text = stack.push(file.data, file.size);
  Words words;
  for (std::uint64_t i = 0; i < file.size; i += strlen(at<char>(text + i)) + 1) {
    if (words.count == kMostWords) give_up("more words than", kMostWords);
    words.addresses[words.count++] = text + i;
  }
  return words;
}

}  // namespace
}  // namespace emulated

void start_program() {
  using namespace emulated;
  open_serial_line();
  open_archive();
  open_pages(archive_end());
  open_threads();

  Stack stack(take_pages(kStackSize) + kStackSize);
  const Words arguments = push_words(stack, "arguments");
  const Words environment = push_words(stack, "environment");
  if (arguments.count == 0) give_up("arguments:", 0);
  const char* path = at<const char>(arguments.addresses[0]);
  const Image program = load(path);
  Image loader = program;
  if (program.loader != nullptr) loader = load(program.loader);

  const std::uint64_t chance[2] = {0x243f6a8885a308d3U, 0x13198a2e03707344U};
  const std::uint64_t random = stack.push(chance, sizeof chance);
  const std::uint64_t auxiliary[][2] = {
      {AT_PHDR, program.headers},
      {AT_PHENT, sizeof(Elf64_Phdr)},
      {AT_PHNUM, program.header_count},
      {AT_PAGESZ, kPage},
      {AT_BASE, program.loader != nullptr ? loader.base : 0},
      {AT_ENTRY, program.entry},
      {AT_UID, 0},
      {AT_EUID, 0},
      {AT_GID, 0},
      {AT_EGID, 0},
      {AT_SECURE, 0},
      {AT_CLKTCK, 100},
      {AT_RANDOM, random},
      {AT_EXECFN, arguments.addresses[0]},
      {AT_NULL, 0},
  };
  // The count of arguments is to lie at a multiple of 16.
  stack.align(16);
  if ((arguments.count + environment.count) % 2 == 0) stack.push(0);
  stack.push(auxiliary, sizeof auxiliary);
  stack.push(0);
  for (int i = environment.count; i-- > 0;) stack.push(environment.addresses[i]);
  stack.push(0);
  for (int i = arguments.count; i-- > 0;) stack.push(arguments.addresses[i]);
  stack.push(static_cast<std::uint64_t>(arguments.count));
  start_at(loader.entry, stack.top());
}
