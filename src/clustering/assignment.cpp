#include "clustering/assignment.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "diarist/error.hpp"

namespace diarist {
namespace {

constexpr int kNone = -1;

/// Cost of giving short-side item i to long-side item j; the sign turns maximising into minimising.
class Costs {
 public:
  Costs(std::span<const double> scores, int cols, bool transposed)
      : scores_(scores), cols_(cols), transposed_(transposed) {}

  double operator()(int i, int j) const {
    const auto row = static_cast<std::size_t>(transposed_ ? j : i);
    const auto col = static_cast<std::size_t>(transposed_ ? i : j);
    return -scores_[row * static_cast<std::size_t>(cols_) + col];
  }

 private:
  std::span<const double> scores_;
  int cols_;
  bool transposed_;
};

/// For each of `n` items of the short side its partner among the `m` >= n of the long side.
std::vector<int> match_short_side(const Costs& cost, int n, int m) {
  const auto longs = static_cast<std::size_t>(m);
  std::vector<double> potential_short(static_cast<std::size_t>(n), 0.0);
  std::vector<double> potential_long(longs, 0.0);
  std::vector<int> partner_of_long(longs, kNone);
  std::vector<int> partner_of_short(static_cast<std::size_t>(n), kNone);
  std::vector<double> distance(longs);
  std::vector<int> previous_short(longs);
  std::vector<char> settled(longs);

  for (int start = 0; start < n; ++start) {
    // Dijkstra over reduced costs from `start` to the nearest free item of the long side.
    distance.assign(longs, std::numeric_limits<double>::infinity());
    settled.assign(longs, 0);
    std::vector<int> scanned_shorts;
    int i = start;
    int sink = kNone;
    double reached = 0.0;
    while (sink == kNone) {
      scanned_shorts.push_back(i);
      const double base = reached - potential_short[static_cast<std::size_t>(i)];
      int best = kNone;
      for (int j = 0; j < m; ++j) {
        const auto sj = static_cast<std::size_t>(j);
        if (settled[sj]) continue;
        const double through = base + cost(i, j) - potential_long[sj];
        if (through < distance[sj]) {
          distance[sj] = through;
          previous_short[sj] = i;
        }
        // On a tie a free item ends the search: the path is as short and simpler.
        if (best == kNone || distance[sj] < distance[static_cast<std::size_t>(best)] ||
            (distance[sj] == distance[static_cast<std::size_t>(best)] &&
             partner_of_long[sj] == kNone &&
             partner_of_long[static_cast<std::size_t>(best)] != kNone)) {
          best = j;
        }
      }
      reached = distance[static_cast<std::size_t>(best)];
      settled[static_cast<std::size_t>(best)] = 1;
      if (partner_of_long[static_cast<std::size_t>(best)] == kNone) {
        sink = best;
      } else {
        i = partner_of_long[static_cast<std::size_t>(best)];
      }
    }

    // Keep reduced costs non-negative and those of matched pairs zero.
    potential_short[static_cast<std::size_t>(start)] += reached;
    for (const int s : scanned_shorts) {
      if (s == start) continue;
      const auto j = static_cast<std::size_t>(partner_of_short[static_cast<std::size_t>(s)]);
      potential_short[static_cast<std::size_t>(s)] += reached - distance[j];
    }
    for (std::size_t j = 0; j < longs; ++j) {
      if (settled[j]) potential_long[j] -= reached - distance[j];
    }

    // Flip the path.
    for (int j = sink; j != kNone;) {
      const int s = previous_short[static_cast<std::size_t>(j)];
      partner_of_long[static_cast<std::size_t>(j)] = s;
      std::swap(partner_of_short[static_cast<std::size_t>(s)], j);
    }
  }
  return partner_of_short;
}

}  // namespace

std::vector<int> assign_max(std::span<const double> scores, int rows, int cols) {
  if (rows < 0 || cols < 0 ||
      scores.size() != static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols)) {
    throw Error(ErrorCode::invalid_argument, "scores", "their number is not rows x columns");
  }
  for (const double score : scores) {
    if (!std::isfinite(score)) {
      throw Error(ErrorCode::invalid_argument, "scores", "one of them is not finite");
    }
  }
  std::vector<int> column_of_row(static_cast<std::size_t>(rows), kNone);
  if (rows == 0 || cols == 0) return column_of_row;
  if (rows <= cols) return match_short_side(Costs(scores, cols, false), rows, cols);

  const std::vector<int> row_of_column = match_short_side(Costs(scores, cols, true), cols, rows);
  for (int c = 0; c < cols; ++c) {
    column_of_row[static_cast<std::size_t>(row_of_column[static_cast<std::size_t>(c)])] = c;
  }
  return column_of_row;
}

}  // namespace diarist
