// Each point's nearest neighbours, by hnswlib: a hierarchy of graphs in which a search walks from
// far to near (Malkov and Yashunin 2016).
//
// In: points [n, dimensions], row-major. Out: up to `most` neighbours of each among the first ones,
// nearest first. Among few, all are compared; among many, some neighbours may be missed, the
// same ones on every run: points go in one after the other and the layers' seed is fixed, so that
// threads share only the searches and no result depends on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/thread_pool.hpp"

namespace diarist::linking {

struct Neighbours {
  std::size_t most = 0;               ///< Of each point.
  std::vector<std::uint32_t> points;  ///< [n, most]; kNobody where there are fewer.
  static constexpr std::uint32_t kNobody = 0xffffffffU;
};

/// Of the points from `first` on (others have nobody), among the first `among` of all. Takes about
/// among * (4 * dimensions + 150) bytes beside the points. `points` are read while it runs.
Neighbours nearest_neighbours(const std::vector<float>& points, std::size_t dimensions,
                              std::size_t among, std::size_t most, ThreadPool& pool,
                              std::size_t first = 0);

}  // namespace diarist::linking
