#include "pipeline/analysis_document.hpp"

#include <bit>
#include <limits>

namespace diarist::pipeline {
namespace {

static_assert(std::endian::native == std::endian::little, "documents hold values as they lie");
static_assert(std::is_trivially_copyable_v<Subsegment> &&
              sizeof(Subsegment) == 2 * sizeof(std::int64_t));

constexpr std::size_t kDigestBytes = 32;

}  // namespace

void AnalysisWriter::put(std::span<const std::byte> bytes) {
  digest_.add(bytes);
  out_.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

void AnalysisWriter::analysis(const Analysis& analysis) {
  value(analysis.trunk.done);
  value(analysis.trunk.of);
  value(static_cast<std::int64_t>(analysis.activity.windows));
  value(static_cast<std::int32_t>(analysis.activity.speakers));
  list(analysis.activity.active);
  list(analysis.activity.probability);
  list(analysis.embeddings);
  list(analysis.counts);
  value(static_cast<std::uint64_t>(analysis.voices.dimensions));
  list(analysis.voices.subsegments);
  list(analysis.voices.directions);
}

AnalysisReader::AnalysisReader(std::istream& in, std::uintmax_t size)
    : in_(in), left_(size >= kDigestBytes ? size - kDigestBytes : 0), sound_(in.good()) {
  sound_ = sound_ && size >= kDigestBytes;
}

bool AnalysisReader::tag(std::string_view expected) {
  if (expected.size() > left_) return sound_ = false;
  std::string found(expected.size(), '\0');
  read(std::as_writable_bytes(std::span(found)));
  return sound_ && found == expected;
}

std::string AnalysisReader::text() {
  const std::vector<char> found = list<char>();
  return {found.begin(), found.end()};
}

Analysis AnalysisReader::analysis() {
  Analysis analysis;
  analysis.trunk.done = value<std::int64_t>();
  analysis.trunk.of = value<double>();
  const auto windows = value<std::int64_t>();
  sound_ = sound_ && windows >= 0 && windows <= std::numeric_limits<int>::max();
  analysis.activity.windows = sound_ ? static_cast<int>(windows) : 0;
  analysis.activity.speakers = value<std::int32_t>();
  analysis.activity.active = list<std::uint8_t>();
  analysis.activity.probability = list<std::uint8_t>();
  analysis.embeddings = list<float>();
  analysis.counts = list<std::uint8_t>();
  analysis.voices.dimensions = value<std::uint64_t>();
  analysis.voices.subsegments = list<Subsegment>();
  analysis.voices.directions = list<std::uint16_t>();
  return analysis;
}

bool AnalysisReader::finish() {
  sound_ = sound_ && left_ == 0;
  left_ = kDigestBytes;
  const std::string expected = digest_.hex();
  return tag(expected);
}

void AnalysisReader::read(std::span<std::byte> into) {
  sound_ =
      sound_ && into.size() <= left_ &&
      in_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
  if (!sound_) return;
  left_ -= into.size();
  digest_.add(into);
}

}  // namespace diarist::pipeline
