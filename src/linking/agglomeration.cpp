#include "linking/agglomeration.hpp"

#include <algorithm>
#include <numeric>
#include <queue>
#include <utility>

#include "linking/neighbours.hpp"

namespace diarist::linking {
namespace {

/// Times that neighbours are looked for anew: the second finds what the first one's groups were too
/// many for, a later one hardly anything.
constexpr int kMostRounds = 4;

struct Pair {
  float score;
  std::uint32_t a, b;          ///< a < b.
  std::uint32_t age_a, age_b;  ///< Of the groups as they were scored.

  /// The best one is the greatest; of equal ones, that of the smallest numbers.
  bool operator<(const Pair& other) const {
    if (score != other.score) return score < other.score;
    return a != other.a ? a > other.a : b > other.b;
  }
};

class Agglomeration {
 public:
  Agglomeration(VoiceGroups& groups, Apartness& apartness, std::vector<bool> founders,
                float min_score, ThreadPool& pool)
      : groups_(groups),
        apartness_(apartness),
        founded_(std::move(founders)),
        min_score_(min_score),
        pool_(pool),
        parent_(groups.size()),
        age_(groups.size(), 0),
        candidates_(groups.size()) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }

  /// Joins founders with founders, then the others with those, then whoever is left with anybody.
  void run() {
    join(roots_where([this](std::uint32_t i) -> bool { return founded_[i]; }));
    if (std::find(founded_.begin(), founded_.end(), false) == founded_.end()) return;
    add_to_founders();
    join(roots_where([](std::uint32_t) { return true; }));
  }

  std::vector<std::uint32_t> places() {
    std::vector<std::uint32_t> places(parent_.size());
    for (std::uint32_t i = 0; i < places.size(); ++i) places[i] = root_of(i);
    return places;
  }

 private:
  /// Of roots from `first` on, by their places in `roots`: neighbours among the first `among`.
  Neighbours neighbours_of(const std::vector<std::uint32_t>& roots, std::size_t among,
                           std::size_t first = 0) {
    std::vector<float> points(roots.size() * groups_.dimensions());
    for (std::size_t i = 0; i < roots.size(); ++i) {
      groups_.point(roots[i], points.data() + i * groups_.dimensions());
    }
    return nearest_neighbours(points, groups_.dimensions(), among, kNearest, pool_, first);
  }

  /// Merges the best pairs of these, and looks for neighbours of what came out, until nothing new
  /// is found.
  void join(std::vector<std::uint32_t> roots) {
    for (int round = 0; round < kMostRounds && !roots.empty(); ++round) {
      if (merge_all(roots, neighbours_of(roots, roots.size())) == 0) return;
      std::erase_if(roots, [this](std::uint32_t group) { return parent_[group] != group; });
    }
  }

  /// Each of the others goes to the founders that it fits best, of those that it may join. A match
  /// is one with what founders had become before: who joins beside it changes little, and to score
  /// all that wait for one person anew each time would take the square of their number.
  void add_to_founders() {
    for (int round = 0; round < kMostRounds; ++round) {
      std::vector<std::uint32_t> roots =
          roots_where([this](std::uint32_t i) -> bool { return founded_[i]; });
      const std::size_t among = roots.size();
      if (among == 0) return;
      const std::vector<std::uint32_t> others =
          roots_where([this](std::uint32_t i) { return !founded_[i]; });
      roots.insert(roots.end(), others.begin(), others.end());
      std::size_t merges = 0;
      for (const Pair& pair : scored_pairs(roots, neighbours_of(roots, among, among))) {
        const bool first = founded_[pair.a];
        if (first && founded_[pair.b]) continue;  // It has gone to a better one.
        const std::uint32_t other = first ? pair.b : pair.a;
        const std::uint32_t person = root_of(first ? pair.a : pair.b);
        if (apartness_.apart(person, other)) continue;
        put_together(std::min(person, other), std::max(person, other));
        ++merges;
      }
      if (merges == 0) return;
    }
  }

  std::vector<std::uint32_t> roots_where(const auto& is_wanted) const {
    std::vector<std::uint32_t> roots;
    for (std::uint32_t i = 0; i < parent_.size(); ++i) {
      if (parent_[i] == i && is_wanted(i)) roots.push_back(i);
    }
    return roots;
  }

  /// Of roots, by their places in `roots`. Gives how many groups went into others.
  std::size_t merge_all(const std::vector<std::uint32_t>& roots, const Neighbours& neighbours) {
    gather(roots, neighbours);
    std::size_t merges = 0;
    while (!pairs_.empty()) {
      const Pair best = pairs_.top();
      pairs_.pop();
      if (age_[best.a] != best.age_a || age_[best.b] != best.age_b) continue;
      if (apartness_.apart(best.a, best.b)) continue;
      merge(best.a, best.b);
      ++merges;
    }
    return merges;
  }

  std::uint32_t root_of(std::uint32_t group) {
    while (parent_[group] != group) {
      parent_[group] = parent_[parent_[group]];
      group = parent_[group];
    }
    return group;
  }

  /// Of roots and their neighbours, the best first.
  std::vector<Pair> scored_pairs(const std::vector<std::uint32_t>& roots,
                                 const Neighbours& neighbours) const {
    std::vector<Pair> found;
    for (std::size_t i = 0; i < roots.size(); ++i) {
      for (std::size_t k = 0; k < neighbours.most; ++k) {
        const std::uint32_t place = neighbours.points[i * neighbours.most + k];
        if (place == Neighbours::kNobody) break;
        const std::uint32_t a = std::min(roots[i], roots[place]);
        const std::uint32_t b = std::max(roots[i], roots[place]);
        const float score = groups_.score(a, b);
        // Not apart() yet: for most pairs that will be asked once at the end, or never.
        if (score >= min_score_) found.push_back({score, a, b, age_[a], age_[b]});
      }
    }
    std::sort(found.begin(), found.end(), [](const Pair& x, const Pair& y) { return y < x; });
    found.erase(std::unique(found.begin(), found.end(),
                            [](const Pair& x, const Pair& y) { return x.a == y.a && x.b == y.b; }),
                found.end());
    return found;
  }

  void gather(const std::vector<std::uint32_t>& roots, const Neighbours& neighbours) {
    for (const std::uint32_t root : roots) candidates_[root].clear();
    std::vector<Pair> found = scored_pairs(roots, neighbours);
    for (const Pair& pair : found) {
      candidates_[pair.a].push_back(pair.b);
      candidates_[pair.b].push_back(pair.a);
    }
    pairs_ = std::priority_queue<Pair>(std::less<Pair>(), std::move(found));
  }

  void put_together(std::uint32_t into, std::uint32_t from) {
    groups_.merge(into, from);
    apartness_.merge(into, from);
    parent_[from] = into;
    if (founded_[into] || founded_[from]) founded_[into] = founded_[from] = true;
    ++age_[into];
    ++age_[from];
  }

  void merge(std::uint32_t into, std::uint32_t from) {
    put_together(into, from);
    std::vector<std::uint32_t> others = std::move(candidates_[into]);
    others.insert(others.end(), candidates_[from].begin(), candidates_[from].end());
    candidates_[from] = {};
    for (std::uint32_t& other : others) other = root_of(other);
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
    std::vector<Pair> scored;
    for (const std::uint32_t other : others) {
      if (other == into || apartness_.apart(into, other)) continue;
      const float score = groups_.score(into, other);
      if (score < min_score_) continue;
      const std::uint32_t a = std::min(into, other);
      const std::uint32_t b = std::max(into, other);
      scored.push_back({score, a, b, age_[a], age_[b]});
    }
    if (scored.size() > kMostNeighbours) {
      std::sort(scored.begin(), scored.end(), [](const Pair& x, const Pair& y) { return y < x; });
      scored.resize(kMostNeighbours);
    }
    std::vector<std::uint32_t> kept;
    for (const Pair& pair : scored) {
      kept.push_back(pair.a == into ? pair.b : pair.a);
      pairs_.push(pair);
    }
    candidates_[into] = std::move(kept);
  }

  VoiceGroups& groups_;
  Apartness& apartness_;
  std::vector<bool> founded_;  ///< Whether a group has, or has gone to, a founder.
  float min_score_;
  ThreadPool& pool_;
  std::vector<std::uint32_t> parent_;
  std::vector<std::uint32_t> age_;
  std::vector<std::vector<std::uint32_t>> candidates_;
  std::priority_queue<Pair> pairs_;
};

}  // namespace

std::vector<std::uint32_t> agglomerate(VoiceGroups& groups, Apartness& apartness,
                                       std::vector<bool> founders, float min_score,
                                       ThreadPool& pool) {
  Agglomeration agglomeration(groups, apartness, std::move(founders), min_score, pool);
  agglomeration.run();
  return agglomeration.places();
}

}  // namespace diarist::linking
