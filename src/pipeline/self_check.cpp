#include "diarist/self_check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <numbers>
#include <numeric>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "diarist/embedder.hpp"
#include "diarist/error.hpp"
#include "diarist/segmenter.hpp"

#include "base/digest.hpp"
#include "model/pack.hpp"

namespace diarist {
namespace {

constexpr const char* kChecksumKey = "self_check.checksum";
constexpr const char* kEmbeddingKey = "self_check.embedding";
constexpr const char* kSpeechKey = "self_check.speech";
constexpr std::string_view kBuiltIn = "built-in";

// Integer products and 8-bit weights together stay above 0.997 and below 0.02; a layer of noise, or
// of another checkpoint, is far beyond both.
constexpr double kLeastCosine = 0.98;
constexpr double kMostSpeechDifference = 0.1;
// Of what is stored, behind the point: more than the limits ask for.
constexpr int kDigits = 4;

/// A buzzing voice with three formants that says four syllables a second: sounds from which both
/// networks make something, made of nothing but arithmetic.
struct ArtificialVoice {
  int sample_rate_hz = 16000;
  double duration_s = 2;
  double pitch_hz = 110;      ///< At first;
  double pitch_rise_hz = 30;  ///< over the whole of it.
  double syllables_hz = 4;
  double formants_hz[3] = {600, 1300, 2500};
  double bandwidth_hz = 150;
  int harmonics = 30;
  double loudness = 0.05;
};

std::vector<float> artificial_voice() {
  const ArtificialVoice voice;
  std::vector<double> gain;
  for (int h = 1; h <= voice.harmonics; ++h) {
    double sum = 0;
    for (const double formant : voice.formants_hz) {
      const double away = (h * voice.pitch_hz - formant) / voice.bandwidth_hz;
      sum += 1 / (1 + away * away);
    }
    gain.push_back(sum / h);
  }
  std::vector<float> samples(static_cast<std::size_t>(voice.duration_s * voice.sample_rate_hz));
  double phase = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / voice.sample_rate_hz;
    const double pitch = voice.pitch_hz + voice.pitch_rise_hz * t / voice.duration_s;
    phase += 2 * std::numbers::pi * pitch / voice.sample_rate_hz;
    const double syllable = std::sin(std::numbers::pi * voice.syllables_hz * t);
    double sum = 0;
    for (std::size_t h = 0; h < gain.size(); ++h) {
      sum += gain[h] * std::sin(static_cast<double>(h + 1) * phase);
    }
    samples[i] = static_cast<float>(voice.loudness * syllable * syllable * sum);
  }
  return samples;
}

/// What a model makes of the voice.
struct Heard {
  std::vector<double> embedding;  ///< [dimensions], unit length.
  std::vector<double> speech;     ///< [589]: how probable it is that the first window's frames are.
};

Heard hear(const Model& model, const PerformanceOptions& performance) {
  const std::vector<float> voice = artificial_voice();
  const std::vector<float> embedding = Embedder(model, performance).embed(voice);
  Heard heard{{embedding.begin(), embedding.end()}, {}};
  const double length = std::sqrt(std::inner_product(heard.embedding.begin(), heard.embedding.end(),
                                                     heard.embedding.begin(), 0.0));
  for (double& value : heard.embedding) value /= length;
  const LocalActivity activity = Segmenter(model, performance).segment(voice);
  for (std::ptrdiff_t f = 0; f < LocalActivity::kFrames; ++f) {
    const auto* frame = activity.probability.data() + f * activity.speakers;
    heard.speech.push_back(*std::max_element(frame, frame + activity.speakers) / 255.0);
  }
  return heard;
}

std::string as_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value,
                                   std::chars_format::fixed, kDigits);
    if (!text.empty()) text += ' ';
    text.append(std::begin(digits), end.ptr);
  }
  return text;
}

std::vector<double> as_numbers(const std::string& text) {
  std::vector<double> values;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (double value = 0;; ++at) {
    const auto read = std::from_chars(at, end, value);
    if (read.ec != std::errc()) return values;
    values.push_back(value);
    at = read.ptr;
    if (at == end) return values;
  }
}

std::string checksum(const model::Pack& pack) {
  Digest digest;
  for (const TensorInfo& tensor : pack.tensors()) {
    for (const model::StoredTensor& part : pack.stored(tensor.name)) {
      digest.add(part.name);
      digest.add(part.bytes);
    }
  }
  return digest.hex();
}

[[noreturn]] void refuse(const Model& model, const std::string& problem) {
  throw Error(ErrorCode::corrupt_model, model.name(), "fails its self-check: " + problem,
              "copy it again from where it came from, or make it anew");
}

void compare(const Model& model, const Heard& heard, const Heard& expected) {
  if (expected.embedding.size() != heard.embedding.size() ||
      expected.speech.size() != heard.speech.size()) {
    refuse(model, "what it should give is not there in full");
  }
  const double cosine = std::inner_product(heard.embedding.begin(), heard.embedding.end(),
                                           expected.embedding.begin(), 0.0);
  if (!(cosine >= kLeastCosine)) {
    refuse(model, "its embedding has a cosine of " + std::to_string(cosine) +
                      " to the expected one, less than " + std::to_string(kLeastCosine));
  }
  double apart = 0;
  for (std::size_t f = 0; f < heard.speech.size(); ++f) {
    apart += std::abs(heard.speech[f] - expected.speech[f]);
  }
  apart /= static_cast<double>(heard.speech.size());
  if (!(apart <= kMostSpeechDifference)) {
    refuse(model, "its segmentation is " + std::to_string(apart) +
                      " from the expected one in the mean, more than " +
                      std::to_string(kMostSpeechDifference));
  }
}

Model load(const std::filesystem::path& pack) {
  return pack == kBuiltIn ? Model::builtin() : Model::load(pack);
}

}  // namespace

std::map<std::string, std::string> self_check_metadata(const Model& pack, const Model& expected) {
  // The same digits on every machine.
  PerformanceOptions exact;
  exact.precision = Precision::f32;
  exact.isa = InstructionSet::scalar;
  const Heard heard = hear(expected, exact);
  return {{kChecksumKey, checksum(pack.pack())},
          {kEmbeddingKey, as_text(heard.embedding)},
          {kSpeechKey, as_text(heard.speech)}};
}

void check_self(const Model& model, const PerformanceOptions& performance) {
  const auto& metadata = model.metadata();
  const auto sum = metadata.find(kChecksumKey);
  if (sum != metadata.end() && sum->second != checksum(model.pack())) {
    refuse(model, "its tensors are not those that it was made with");
  }
  const Heard heard = hear(model, performance);
  if (!std::ranges::all_of(heard.embedding, [](double value) { return std::isfinite(value); })) {
    refuse(model, "its embedding of two seconds is not finite, or nothing");
  }
  const auto embedding = metadata.find(kEmbeddingKey);
  const auto speech = metadata.find(kSpeechKey);
  if (embedding == metadata.end() || speech == metadata.end()) return;
  compare(model, heard, {as_numbers(embedding->second), as_numbers(speech->second)});
}

ChosenModel choose_model(const std::filesystem::path& pack, const std::filesystem::path& fallback,
                         const PerformanceOptions& performance) {
  std::string reason;
  try {
    const Model model = load(pack);
    check_self(model, performance);
    return {model, std::nullopt};
  } catch (const Error& error) {
    if (error.code() == ErrorCode::invalid_argument) throw;  // the options' fault, not the pack's
    reason = error.what();
  }
  const Model second = load(fallback);
  check_self(second, performance);
  return {second, second.name() + " is used instead of " + pack.string() + ": " + reason};
}

}  // namespace diarist
