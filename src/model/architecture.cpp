#include "model/architecture.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "model/pack.hpp"

namespace diarist::model {
namespace {

// What kernels and workspaces are made for. Far beyond every network that is published; a table of
// tensors is no place for a checkpoint to claim a million of anything.
constexpr std::int64_t kMostChannels = 2048;
constexpr std::int64_t kMostBlocks = 128;
constexpr std::int64_t kMostDimensions = 4096;
constexpr std::int64_t kMostSincChannels = 512;
constexpr std::int64_t kMostHidden = 1024;
constexpr std::int64_t kMostLstmLayers = 16;
constexpr std::size_t kMostLinearLayers = 8;
constexpr std::int64_t kMostLinear = 4096;
constexpr int kMostSpeakers = 16;
constexpr std::int64_t kMostClasses = 4096;
/// Channels of a map are taken in vectors of so many codes, hidden units in vectors of so many
/// floats.
constexpr std::int64_t kChannelStep = 32;
constexpr std::int64_t kHiddenStep = 16;

/// Extent `axis` of a tensor, or `otherwise` where there is no such tensor, or no such axis.
std::int64_t extent(const Shapes& shapes, std::string_view name, std::size_t axis,
                    std::int64_t otherwise) {
  const auto found = shapes.find(name);
  return found == shapes.end() || axis >= found->second.size() ? otherwise : found->second[axis];
}

/// One more than the largest number that follows `before` in a name: 6 for "layer3.5.conv1.weight".
std::int64_t counted(const Shapes& shapes, std::string_view before, std::int64_t otherwise) {
  std::int64_t count = 0;
  for (auto each = shapes.lower_bound(before);
       each != shapes.end() && each->first.starts_with(before); ++each) {
    const char* const begin = each->first.data() + before.size();
    const char* const end = each->first.data() + each->first.size();
    std::int64_t index = 0;
    const auto read = std::from_chars(begin, end, index);
    if (read.ec == std::errc() && index < kMostBlocks) count = std::max(count, index + 1);
  }
  return count == 0 ? otherwise : count;
}

std::string is_beyond(const std::string& tensor, const std::string& what, std::int64_t value,
                      const std::string& expected) {
  return "tensor '" + tensor + "' makes " + what + " " + std::to_string(value) +
         ", which is not run: expected " + expected;
}

bool is_within(std::int64_t value, std::int64_t most, std::int64_t step = 1) {
  return value >= 1 && value <= most && value % step == 0;
}

int number(const std::map<std::string, std::string>& metadata, const char* key, int otherwise) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return otherwise;
  int value = 0;
  const std::string& text = found->second;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? value : 0;
}

}  // namespace

std::int64_t EmbeddingArchitecture::depth() const {
  std::int64_t count = 0;
  for (const std::int64_t each : blocks) count += each;
  return 2 + count * (bottleneck ? 3 : 2);
}

SegmentationArchitecture segmentation_architecture(const Shapes& shapes) {
  SegmentationArchitecture a;
  const std::string low = "sincnet.conv1d.0.filterbank.low_hz_";
  a.sinc_filters = 2 * extent(shapes, low, 0, a.sinc_filters / 2);
  for (std::size_t i = 0; i < a.convolution_channels.size(); ++i) {
    std::int64_t& channels = a.convolution_channels[i];
    channels = extent(shapes, "sincnet.conv1d." + std::to_string(i + 1) + ".weight", 0, channels);
  }
  a.lstm_layers = counted(shapes, "lstm.weight_ih_l", a.lstm_layers);
  a.lstm_hidden = extent(shapes, "lstm.weight_hh_l0", 1, a.lstm_hidden);
  const auto layers = static_cast<std::size_t>(
      counted(shapes, "linear.", static_cast<std::int64_t>(a.linear.size())));
  const std::int64_t width = a.linear[0];
  a.linear.assign(layers, width);
  for (std::size_t i = 0; i < layers; ++i) {
    a.linear[i] = extent(shapes, "linear." + std::to_string(i) + ".weight", 0, width);
  }
  a.classes = extent(shapes, "classifier.weight", 0, a.classes);
  const PowersetSize powerset = powerset_of(a.classes);
  a.speakers = powerset.speakers;
  a.speakers_at_once = powerset.at_once;
  return a;
}

EmbeddingArchitecture embedding_architecture(const Shapes& shapes) {
  EmbeddingArchitecture a;
  a.bottleneck = std::any_of(shapes.begin(), shapes.end(), [](const auto& tensor) {
    return tensor.first.starts_with("layer") && tensor.first.ends_with(".conv3.weight");
  });
  for (std::size_t stage = 0; stage < a.blocks.size(); ++stage) {
    const std::string name = "layer" + std::to_string(stage + 1) + ".";
    a.blocks[stage] = counted(shapes, name, a.blocks[stage]);
    a.channels[stage] = extent(shapes, name + "0.conv1.weight", 0, a.channels[stage]);
  }
  a.dimensions = extent(shapes, "seg_1.weight", 0, a.dimensions);
  return a;
}

PldaArchitecture plda_architecture(const Shapes& shapes) {
  PldaArchitecture a;
  a.embedding = extent(shapes, "lda", 0, a.embedding);
  a.features = extent(shapes, "lda", 1, a.features);
  return a;
}

Architecture architecture_of(const Pack& pack) {
  std::map<std::string, Shapes, std::less<>> nets;
  for (const TensorInfo& tensor : pack.tensors()) {
    const std::size_t dot = tensor.name.find('.');
    if (dot == std::string::npos) continue;
    nets[tensor.name.substr(0, dot)][tensor.name.substr(dot + 1)] = tensor.shape;
  }
  Architecture a{segmentation_architecture(nets["segmentation"]),
                 embedding_architecture(nets["embedding"]), plda_architecture(nets["plda"])};
  read_powerset(pack.metadata(), a.segmentation);
  return a;
}

void read_powerset(const std::map<std::string, std::string>& metadata,
                   SegmentationArchitecture& architecture) {
  architecture.speakers = number(metadata, kSpeakersKey, architecture.speakers);
  architecture.speakers_at_once = number(metadata, kAtOnceKey, architecture.speakers_at_once);
}

std::int64_t powerset_classes(PowersetSize size) {
  std::int64_t classes = 1;
  std::int64_t sets = 1;
  for (int i = 1; i <= size.at_once; ++i) {
    sets = sets * (size.speakers - i + 1) / i;
    classes += sets;
  }
  return classes;
}

PowersetSize powerset_of(std::int64_t classes) {
  const auto of_size = [classes](int at_once) -> PowersetSize {
    for (int speakers = at_once; speakers <= kMostSpeakers; ++speakers) {
      if (powerset_classes({speakers, at_once}) == classes) return {speakers, at_once};
    }
    return {};
  };
  if (const PowersetSize pairs = of_size(2); pairs.speakers > 0) return pairs;
  for (int at_once = kMostSpeakers; at_once > 2; --at_once) {
    if (const PowersetSize sets = of_size(at_once); sets.speakers > 0) return sets;
  }
  return {};
}

std::string why_not_run(const SegmentationArchitecture& a) {
  const auto sinc = "1 to " + std::to_string(kMostSincChannels);
  if (!is_within(a.sinc_filters, kMostSincChannels)) {
    return is_beyond("sincnet.conv1d.0.filterbank.low_hz_", "the number of filters", a.sinc_filters,
                     sinc);
  }
  for (std::size_t i = 0; i < a.convolution_channels.size(); ++i) {
    if (!is_within(a.convolution_channels[i], kMostSincChannels)) {
      return is_beyond("sincnet.conv1d." + std::to_string(i + 1) + ".weight",
                       "the number of channels", a.convolution_channels[i], sinc);
    }
  }
  if (!is_within(a.lstm_layers, kMostLstmLayers)) {
    return is_beyond("lstm.weight_ih_l" + std::to_string(a.lstm_layers - 1),
                     "the number of LSTM layers", a.lstm_layers,
                     "1 to " + std::to_string(kMostLstmLayers));
  }
  if (!is_within(a.lstm_hidden, kMostHidden, kHiddenStep)) {
    return is_beyond(
        "lstm.weight_hh_l0", "the number of hidden units", a.lstm_hidden,
        "a multiple of " + std::to_string(kHiddenStep) + " up to " + std::to_string(kMostHidden));
  }
  if (a.linear.size() > kMostLinearLayers) {
    return is_beyond("linear." + std::to_string(a.linear.size() - 1) + ".weight",
                     "the number of linear layers", static_cast<std::int64_t>(a.linear.size()),
                     "1 to " + std::to_string(kMostLinearLayers));
  }
  for (std::size_t i = 0; i < a.linear.size(); ++i) {
    if (!is_within(a.linear[i], kMostLinear)) {
      return is_beyond("linear." + std::to_string(i) + ".weight", "the number of outputs",
                       a.linear[i], "1 to " + std::to_string(kMostLinear));
    }
  }
  if (a.classes > kMostClasses) {
    return is_beyond("classifier.weight", "the number of classes", a.classes,
                     "at most " + std::to_string(kMostClasses));
  }
  const bool is_powerset = a.speakers >= 1 && a.speakers <= kMostSpeakers &&
                           a.speakers_at_once >= 1 && a.speakers_at_once <= a.speakers;
  if (is_powerset && powerset_classes({a.speakers, a.speakers_at_once}) == a.classes) return {};
  const std::string classes =
      "tensor 'classifier.weight' makes the number of classes " + std::to_string(a.classes);
  if (is_powerset) {
    return classes + ", but sets of up to " + std::to_string(a.speakers_at_once) + " of " +
           std::to_string(a.speakers) + " speakers are " +
           std::to_string(powerset_classes({a.speakers, a.speakers_at_once}));
  }
  return classes +
         ", which no powerset of up to 16 speakers with pairs or larger sets has; if they are sets "
         "(and not one label for each speaker, which is not run), say of how many speakers and how "
         "many at once";
}

std::string why_not_run(const EmbeddingArchitecture& a) {
  for (std::size_t stage = 0; stage < a.blocks.size(); ++stage) {
    const std::string name = "layer" + std::to_string(stage + 1) + ".";
    if (!is_within(a.channels[stage], kMostChannels, kChannelStep)) {
      return is_beyond(name + "0.conv1.weight", "the number of channels", a.channels[stage],
                       "a multiple of " + std::to_string(kChannelStep) + " up to " +
                           std::to_string(kMostChannels));
    }
  }
  if (!is_within(a.dimensions, kMostDimensions)) {
    return is_beyond("seg_1.weight", "the embedding's dimensions", a.dimensions,
                     "1 to " + std::to_string(kMostDimensions));
  }
  return {};
}

std::string why_not_run(const PldaArchitecture& a) {
  if (!is_within(a.embedding, kMostDimensions) || !is_within(a.features, a.embedding)) {
    return "tensor 'lda' reduces embeddings of " + std::to_string(a.embedding) + " dimensions to " +
           std::to_string(a.features) + ", which is not run: expected at most " +
           std::to_string(kMostDimensions) + ", and no more than before";
  }
  return {};
}

std::string why_not_together(const Architecture& a) {
  if (a.plda.embedding == a.embedding.dimensions) return {};
  return "tensor 'lda' takes embeddings of " + std::to_string(a.plda.embedding) +
         " dimensions, those of the embedding net have " + std::to_string(a.embedding.dimensions) +
         ": expected a PLDA that was trained on them";
}

}  // namespace diarist::model
