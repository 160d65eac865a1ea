// One-to-one assignment of rows to columns with the greatest sum of scores.
//
// In: `scores`, [rows, cols] row-major, finite. Out: [rows], for each row its column, or -1 for a
// row that is left over (only when rows > cols). Every min(rows, cols) is assigned, negative scores
// too. Pure and deterministic: equal input gives equal output, ties included; safe from any thread.
// Throws Error{invalid_argument} where the sizes disagree or a score is not finite.
//
// The Hungarian method with shortest augmenting paths (Jonker and Volgenant 1987), in
// O(min(rows, cols)^2 * max(rows, cols)).
#pragma once

#include <span>
#include <vector>

namespace diarist {

std::vector<int> assign_max(std::span<const double> scores, int rows, int cols);

}  // namespace diarist
