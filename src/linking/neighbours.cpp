#include "linking/neighbours.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

// Its loops for some instruction sets come with functions that are no templates: not in a library.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

#include "diarist/error.hpp"

#include "linking/vector_sums.hpp"

namespace diarist::linking {
namespace {

/// Among so few all are compared: that is exact, and a graph of so few saves little.
constexpr std::size_t kFew = 1024;
/// Links of a point in each layer, the library's own default; and how many candidates are kept in
/// mind while one goes in, and while one is searched. On a hundred thousand voices more takes
/// longer and finds no more that belong together (bench/linking_bench.cpp).
constexpr std::size_t kLinks = 16;
constexpr std::size_t kInserting = 48;
constexpr std::size_t kSearching = 32;
constexpr std::size_t kSeed = 100;
/// Points of one task.
constexpr std::size_t kBlock = 512;

class Space : public hnswlib::SpaceInterface<float> {
 public:
  explicit Space(std::size_t dimensions) : dimensions_(dimensions) {}
  std::size_t get_data_size() override { return dimensions_ * sizeof(float); }
  hnswlib::DISTFUNC<float> get_dist_func() override {
    return [](const void* a, const void* b, const void* dimensions) {
      return squared_distance(static_cast<const float*>(a), static_cast<const float*>(b),
                              *static_cast<const std::size_t*>(dimensions));
    };
  }
  void* get_dist_func_param() override { return &dimensions_; }

 private:
  std::size_t dimensions_;
};

using Found = std::vector<std::pair<float, std::uint32_t>>;

/// Writes the nearest of `found` but the point itself; points at one distance by their number.
void keep(Found& found, std::size_t point, Neighbours& neighbours) {
  const std::size_t wanted = std::min(found.size(), neighbours.most + 1);
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(wanted),
                    found.end());
  std::size_t kept = 0;
  for (const auto& [distance, other] : found) {
    if (other == point) continue;
    if (kept == neighbours.most) break;
    neighbours.points[point * neighbours.most + kept++] = other;
  }
}

/// Runs search(i) for the points [first, count).
template <typename Search>
void for_all(std::size_t first, std::size_t count, ThreadPool& pool, const Search& search) {
  const std::size_t blocks = (count - first + kBlock - 1) / kBlock;
  pool.for_each(static_cast<int>(blocks), [&](int block, int) {
    const std::size_t begin = first + static_cast<std::size_t>(block) * kBlock;
    const std::size_t end = std::min(begin + kBlock, count);
    for (std::size_t i = begin; i < end; ++i) search(i);
  });
}

}  // namespace

Neighbours nearest_neighbours(const std::vector<float>& points, std::size_t dimensions,
                              std::size_t among, std::size_t most, ThreadPool& pool,
                              std::size_t first) {
  const std::size_t count = points.size() / dimensions;
  Neighbours neighbours{most, std::vector<std::uint32_t>(count * most, Neighbours::kNobody)};
  const auto at = [&](std::size_t i) { return points.data() + i * dimensions; };
  if (among <= kFew) {
    for_all(first, count, pool, [&](std::size_t i) {
      Found found;
      for (std::size_t k = 0; k < among; ++k) {
        found.emplace_back(squared_distance(at(i), at(k), dimensions),
                           static_cast<std::uint32_t>(k));
      }
      keep(found, i, neighbours);
    });
    return neighbours;
  }
  try {
    Space space(dimensions);
    hnswlib::HierarchicalNSW<float> index(&space, among, kLinks, kInserting, kSeed);
    for (std::size_t i = 0; i < among; ++i) index.addPoint(at(i), i);
    index.setEf(std::max(kSearching, most + 1));
    for_all(first, count, pool, [&](std::size_t i) {
      auto queue = index.searchKnn(at(i), most + 1);
      Found found;
      for (; !queue.empty(); queue.pop()) {
        found.emplace_back(queue.top().first, static_cast<std::uint32_t>(queue.top().second));
      }
      keep(found, i, neighbours);
    });
  } catch (const Error&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw Error(ErrorCode::internal, "nearest neighbours", error.what(), "please report it");
  }
  return neighbours;
}

}  // namespace diarist::linking
