// Seconds, peak memory and what comes out of linking archives of people who were never recorded.
//
//     linking_bench [SPEAKERS...]     (10000 100000)
//
// Each recording has four speakers. People are heard ten times on average, some of them once and
// some a hundred times. Voices are drawn as the PLDA says that people's are, and looks at them with
// kNoise as much of what differs from one recording to the next.
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

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/LU>

#include "diarist/link.hpp"
#include "diarist/model.hpp"

#include "clustering/matrix.hpp"
#include "model/architecture.hpp"
#include "model/pack.hpp"

namespace {

constexpr double kNoise = 0.6;
constexpr std::size_t kPerRecording = 4;
constexpr std::size_t kMeanAppearances = 10;

/// Goes the way of clustering/plda.hpp backwards: from features to an embedding that has them, but
/// for their length, which normalisation takes.
class VoiceMaker {
 public:
  explicit VoiceMaker(const diarist::Model& model) {
    const auto sizes = diarist::model::architecture_of(model.pack()).plda;
    const Eigen::MatrixXd lda = read(model, "plda.lda", sizes.embedding, sizes.features);
    const Eigen::MatrixXd tr = read(model, "plda.tr", sizes.features, sizes.features);
    mean_ = read(model, "plda.mean1", sizes.embedding);
    reduced_mean_ = read(model, "plda.mean2", sizes.features);
    feature_mean_ = read(model, "plda.mu", sizes.features);
    spread_ = read(model, "plda.psi", sizes.features).array().sqrt();
    untransform_ = tr.inverse();
    raise_ = lda * (lda.transpose() * lda).inverse();
    // Any vector less its part that LDA sees.
    unseen_ = Eigen::VectorXd::Ones(mean_.size());
    unseen_ -= raise_ * (lda.transpose() * unseen_);
    unseen_.normalize();
  }

  /// In the features' space; the same for the same seed.
  Eigen::VectorXd draw(std::uint64_t seed) const {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    return Eigen::VectorXd::NullaryExpr(spread_.size(), [&] { return normal(random); });
  }
  std::vector<float> look(std::uint64_t person, std::uint64_t occasion) const {
    const Eigen::VectorXd features =
        (spread_ * draw(person).array()).matrix() + kNoise * draw(~occasion);
    // What LDA does not see makes up the length that it expects.
    constexpr double kSeen = 0.8;
    const Eigen::VectorXd direction = (feature_mean_ + untransform_ * features).normalized();
    const double whole = std::sqrt(static_cast<double>(mean_.size()));
    const Eigen::VectorXd low = raise_ * reduced_mean_ / whole;
    const Eigen::VectorXd high = raise_ * direction / whole;
    const double a = high.squaredNorm();
    const double b = low.dot(high);
    const double c = low.squaredNorm() - kSeen * kSeen;
    Eigen::VectorXd seen = low + (std::sqrt(b * b - a * c) - b) / a * high;
    seen += std::sqrt(1 - kSeen * kSeen) * unseen_;
    const Eigen::VectorXf embedding = (mean_ + seen).cast<float>();
    return {embedding.data(), embedding.data() + embedding.size()};
  }

 private:
  static Eigen::MatrixXd read(const diarist::Model& model, const char* tensor, std::int64_t rows,
                              std::int64_t columns) {
    const std::vector<double> values = model.pack().doubles(tensor, {rows, columns});
    return Eigen::Map<const diarist::clustering::RowMatrix>(values.data(), rows, columns);
  }
  static Eigen::VectorXd read(const diarist::Model& model, const char* tensor, std::int64_t size) {
    const std::vector<double> values = model.pack().doubles(tensor, {size});
    return Eigen::Map<const Eigen::VectorXd>(values.data(), size);
  }

  Eigen::VectorXd mean_, reduced_mean_, feature_mean_, unseen_;
  Eigen::ArrayXd spread_;
  Eigen::MatrixXd untransform_, raise_;
};

struct Archive {
  std::vector<diarist::LinkedSpeaker> speakers;
  std::vector<std::uint32_t> people;
};

Archive archive_of(const diarist::Model& model, std::size_t count) {
  const VoiceMaker maker(model);
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
      archive.speakers.push_back(
          {"recording" + std::to_string(recording),
           "SPEAKER_0" + std::to_string(archive.people.size() % kPerRecording),
           maker.look(person, archive.people.size()), length_s(random)});
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

/// Of processors, by the process so far.
double processor_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void run(const diarist::Model& model, std::size_t count) {
  const Archive archive = archive_of(model, count);
  const double before_s = processor_s();
  const auto start = std::chrono::steady_clock::now();
  const diarist::Linking linking = diarist::link(archive.speakers, model);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double worked_s = processor_s() - before_s;
  const double memory_mb = peak_mb();
  const auto [precision, recall] = bcubed(archive, linking);
  const std::set<std::uint32_t> people(archive.people.begin(), archive.people.end());
  std::printf("%9zu %9.1f %9.1f %9.0f %8zu %8zu %10.4f %10.4f\n", archive.people.size(), seconds,
              worked_s, memory_mb, people.size(), linking.persons.size(), precision, recall);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoull(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {10000, 100000};
  const diarist::Model model = diarist::Model::builtin();
  std::printf("%9s %9s %9s %9s %8s %8s %10s %10s\n", "speakers", "seconds", "cpu_s", "peak_MB",
              "people", "persons", "precision", "recall");
  for (const std::size_t size : sizes) run(model, size);
}
