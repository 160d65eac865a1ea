// Tables of few values that stand for many: k-means in one dimension.
//
// Lloyd's algorithm (1982) over sorted values, where a cluster is a range and its mean a difference
// of prefix sums: an iteration costs a binary search for each entry, so that a million values take
// milliseconds. It starts from quantiles, closer together where values are dense, but by the third
// root of that: plain quantiles leave nothing for outliers, which cost small tensors 10 dB;
// equal bins leave too little for all others. Entries that end up without values split the widest
// clusters. Deterministic, and safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace diarist::modeltools::quantize {

/// At most `entries` (1 to 256) values, ascending and distinct, near the least sum of squared
/// distances to `values` (finite, at least one). Where these are no more than `entries` distinct
/// ones, those: the table is exact then, and fitting what it gives once more changes nothing.
std::vector<float> fit_palette(std::span<const float> values, int entries);

/// The index of each value's nearest entry, of two equally near the first. `table` ascends.
std::vector<std::uint8_t> nearest_entries(std::span<const float> values,
                                          std::span<const float> table);

}  // namespace diarist::modeltools::quantize
