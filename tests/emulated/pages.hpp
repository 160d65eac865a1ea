// The memory that the program asks for: pages from the end of the archive to the end of the
// machine.
#pragma once

#include <cstdint>

namespace emulated {

/// Pages from `first` (an address) on can be had.
void open_pages(std::uint64_t first);

/// The address of `size` bytes, zero, in whole pages. Gives up where there is no room.
std::uint64_t take_pages(std::uint64_t size);

/// Whatever of [address, address + size) was taken can be had again.
void return_pages(std::uint64_t address, std::uint64_t size);

}  // namespace emulated
