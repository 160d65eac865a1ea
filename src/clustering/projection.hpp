// Embeddings in the two dimensions in which they differ most: principal components (Pearson 1901).
#pragma once

#include <array>
#include <span>
#include <vector>

namespace diarist::clustering {

/// Points in a plane.
struct Projection {
  std::vector<double> points;      ///< [count, 2]: along the first and the second component.
  std::array<double, 2> shares{};  ///< Of the variance, 0 to 1, that lies along each.
};

/// Of `embeddings`, [count, dimensions] row-major, at least one row of two dimensions. The sign of
/// a component is that by which its largest weight is positive; the first one where several are the
/// largest. Where all are alike, all points are zeros. Pure; safe from any thread. Throws
/// Error{invalid_argument} where the size is no multiple of `count`, or a value is not finite.
Projection principal_plane(std::span<const float> embeddings, int count);

}  // namespace diarist::clustering
