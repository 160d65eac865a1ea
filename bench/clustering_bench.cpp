// Seconds and peak memory of clustering for synthetic recordings up to a day of speech.
//
//     clustering_bench [EMBEDDINGS...]     (1000 12000 100000)
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "diarist/clustering.hpp"
#include "diarist/model.hpp"

#include "clustering/ahc.hpp"
#include "clustering/plda.hpp"
#include "clustering/synthetic_recording.hpp"
#include "clustering/training_set.hpp"

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Of the process so far; it only grows, so sizes must be given in ascending order.
double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

/// Share of local speakers whose cluster is mostly their own person's.
double purity(const std::vector<int>& labels, const std::vector<int>& people) {
  std::map<std::pair<int, int>, int> both;
  std::map<int, int> most;
  int total = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (people[i] < 0) continue;
    ++total;
    const int count = ++both[{labels[i], people[i]}];
    most[labels[i]] = std::max(most[labels[i]], count);
  }
  int pure = 0;
  for (const auto& [label, count] : most) pure += count;
  return static_cast<double>(pure) / total;
}

void run(const diarist::Model& model, int embeddings) {
  constexpr int kSpeakers = 12;
  const auto recording = diarist::testing::synthetic_recording(embeddings, kSpeakers, 1);
  const double before_mb = peak_mb();

  const auto start = std::chrono::steady_clock::now();
  const diarist::Clustering result =
      diarist::cluster(model, recording.activity, recording.embeddings);
  const double all_s = seconds_since(start);
  const double after_mb = peak_mb();

  auto units = diarist::clustering::gather(
      recording.embeddings, diarist::clustering::training_speakers(recording.activity, 0.2), 256);
  diarist::clustering::normalise_rows(units);
  const auto again = std::chrono::steady_clock::now();
  const auto first = diarist::clustering::agglomerate(std::move(units), 0.6, {});
  std::printf("%10d %8.2f %8.2f %10d %7d %8d %8.4f %10.0f %10.0f\n", embeddings, all_s,
              seconds_since(again), first.clusters, first.levels, result.clusters,
              purity(result.labels, recording.people), before_mb, after_mb);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {1000, 12000, 100000};
  const diarist::Model model = diarist::Model::builtin();
  std::printf("%10s %8s %8s %10s %7s %8s %8s %10s %10s\n", "embeddings", "all_s", "ahc_s",
              "ahc_groups", "levels", "clusters", "purity", "before_MB", "peak_MB");
  for (const int size : sizes) run(model, size);
}
