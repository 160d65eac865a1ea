// Seconds, peak memory and what comes out of linking archives of people who were never recorded.
//
//     linking_bench [SPEAKERS...]     (10000 100000)
//
// Each recording has four speakers. People are heard ten times on average, some of them once and
// some a hundred times. An embedding is its person's direction and noise of 0.6 of its length, in
// as many dimensions as there are: harder to search than real ones, which lie in fewer.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "diarist/link.hpp"
#include "diarist/model.hpp"

namespace {

constexpr std::size_t kDimensions = 256;
constexpr double kNoise = 0.6;
constexpr std::size_t kPerRecording = 4;
constexpr std::size_t kMeanAppearances = 10;

std::vector<float> direction(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(kDimensions);
  for (float& value : values) value = normal(random) / std::sqrt(float{kDimensions});
  return values;
}

struct Archive {
  std::vector<diarist::LinkedSpeaker> speakers;
  std::vector<std::uint32_t> people;
};

Archive archive_of(std::size_t count) {
  const std::size_t people = std::max<std::size_t>(count / kMeanAppearances, kPerRecording);
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::uniform_real_distribution<double> length_s(2, 120);
  Archive archive;
  for (std::size_t recording = 0; archive.speakers.size() < count; ++recording) {
    std::set<std::uint32_t> present;
    while (present.size() < kPerRecording) {
      // The square makes some people far more frequent than others.
      const double place = uniform(random);
      present.insert(static_cast<std::uint32_t>(place * place * static_cast<double>(people)));
    }
    for (const std::uint32_t person : present) {
      std::vector<float> embedding = direction(person + 1);
      const std::vector<float> noise = direction((std::uint64_t{1} << 40) + archive.people.size());
      for (std::size_t i = 0; i < kDimensions; ++i) {
        embedding[i] += static_cast<float>(kNoise) * noise[i];
      }
      archive.speakers.push_back({"recording" + std::to_string(recording),
                                  "SPEAKER_0" + std::to_string(archive.people.size() % kPerRecording),
                                  std::move(embedding), length_s(random)});
      archive.people.push_back(person);
    }
  }
  return archive;
}

/// BCubed precision and recall.
std::pair<double, double> bcubed(const Archive& archive, const diarist::Linking& linking) {
  std::map<std::pair<std::string, std::string>, std::uint32_t> truth;
  for (std::size_t i = 0; i < archive.people.size(); ++i) {
    truth[{archive.speakers[i].recording, archive.speakers[i].speaker}] = archive.people[i];
  }
  std::map<std::uint32_t, double> sizes;
  for (const std::uint32_t person : archive.people) ++sizes[person];
  double precision = 0;
  double recall = 0;
  for (const diarist::LinkedPerson& person : linking.persons) {
    std::map<std::uint32_t, double> inside;
    for (const auto& each : person.appearances) ++inside[truth[{each.recording, each.speaker}]];
    for (const auto& [who, times] : inside) {
      precision += times * times / static_cast<double>(person.appearances.size());
      recall += times * times / sizes[who];
    }
  }
  const auto all = static_cast<double>(archive.people.size());
  return {precision / all, recall / all};
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void run(const diarist::Model& model, std::size_t count) {
  const Archive archive = archive_of(count);
  const auto start = std::chrono::steady_clock::now();
  const diarist::Linking linking = diarist::link(archive.speakers, model);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double memory_mb = peak_mb();
  const auto [precision, recall] = bcubed(archive, linking);
  const std::set<std::uint32_t> people(archive.people.begin(), archive.people.end());
  std::printf("%9zu %9.1f %9.0f %8zu %8zu %10.4f %10.4f\n", archive.people.size(), seconds,
              memory_mb, people.size(), linking.persons.size(), precision, recall);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoull(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {10000, 100000};
  const diarist::Model model = diarist::Model::builtin();
  std::printf("%9s %9s %9s %8s %8s %10s %10s\n", "speakers", "seconds", "peak_MB", "people",
              "persons", "precision", "recall");
  for (const std::size_t size : sizes) run(model, size);
}
