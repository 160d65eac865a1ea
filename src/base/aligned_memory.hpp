// What AlignedBuffer takes its memory from.
#pragma once

#include <cstddef>
#include <new>

namespace diarist {

/// Alignment of `bytes` of memory: a cache line, or a huge page where it fills one.
std::align_val_t alignment_for(std::size_t bytes);

/// `bytes` of memory, contents undefined. From 2 MB on, Linux is asked for huge pages: each spares
/// 512 page faults, at about a microsecond, and as many entries of the processor's page tables.
void* allocate_aligned(std::size_t bytes);

/// Gives back what allocate_aligned() gave for the same `bytes`.
void free_aligned(void* memory, std::size_t bytes);

}  // namespace diarist
