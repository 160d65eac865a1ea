#include "server/job_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <variant>

#include <nlohmann/json.hpp>

#include "server/problem.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

using Json = nlohmann::json;

constexpr int kMostSpeakers = 1000;
constexpr int kMostChannels = 1024;
constexpr double kMostSeconds = 3600;
constexpr double kMostScore = 1000;
// As `diarist diarize --step` has it.
constexpr double kLeastStep_s = 0.5;
constexpr double kMostStep_s = 10;
constexpr double kStepsPerSecond = 100;

constexpr std::array<std::string_view, 15> kNames = {
    "name",         "preset",      "step_s",      "speakers", "min_speakers",
    "max_speakers", "min_turn_s",  "merge_gap_s", "relabel",  "exclusive",
    "channel",      "per_channel", "identify",    "remember", "min_score"};

std::string_view preset_name(Preset preset) {
  switch (preset) {
    case Preset::exact:
      return "exact";
    case Preset::balanced:
      return "balanced";
    case Preset::fast:
      return "fast";
  }
  return {};
}

std::string number_text(double value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), error == std::errc() ? end : text.data()};
}

}  // namespace

/// One option as it came: words of a query are read as what the option is.
struct JobOptionsReader::Value {
  std::string field;
  std::variant<std::string, const Json*> held;

  [[noreturn]] void refuse(const std::string& expected) const {
    throw bad_value(field, "expected " + expected);
  }
  std::string text() const {
    if (const auto* word = std::get_if<std::string>(&held)) return *word;
    const Json& json = *std::get<const Json*>(held);
    if (!json.is_string()) refuse("text");
    return json.get<std::string>();
  }
  bool flag() const {
    if (const auto* word = std::get_if<std::string>(&held)) {
      if (*word == "true" || *word == "1") return true;
      if (*word == "false" || *word == "0") return false;
      refuse("true or false");
    }
    const Json& json = *std::get<const Json*>(held);
    if (!json.is_boolean()) refuse("true or false");
    return json.get<bool>();
  }
  double number(double least, double most) const {
    double value = std::nan("");
    if (const auto* word = std::get_if<std::string>(&held)) {
      const char* end = word->data() + word->size();
      const auto read = std::from_chars(word->data(), end, value);
      if (read.ec != std::errc() || read.ptr != end) value = std::nan("");
    } else if (std::get<const Json*>(held)->is_number()) {
      value = std::get<const Json*>(held)->get<double>();
    }
    if (!(value >= least && value <= most)) {
      refuse("a number from " + number_text(least) + " to " + number_text(most));
    }
    return value;
  }
  int whole(int least, int most) const {
    const double value = number_or_nan(least, most);
    if (std::isnan(value) || value != std::floor(value)) {
      refuse("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return static_cast<int>(value);
  }

 private:
  double number_or_nan(double least, double most) const {
    try {
      return number(least, most);
    } catch (const Problem&) {
      return std::nan("");
    }
  }
};

void JobOptionsReader::note(const std::string& name) {
  const bool known = std::find(kNames.begin(), kNames.end(), name) != kNames.end();
  if (!known || (!only_.empty() && std::find(only_.begin(), only_.end(), name) == only_.end())) {
    std::string list;
    for (const std::string_view each : kNames) {
      if (!only_.empty() && std::find(only_.begin(), only_.end(), each) == only_.end()) continue;
      list += (list.empty() ? "" : ", ") + std::string(each);
    }
    throw bad_value(name.substr(0, 100), "there is no such option; there are " + list);
  }
  if (!seen_.insert(name).second) throw bad_value(name, "is given twice");
}

void JobOptionsReader::take(const std::string& name, const std::string& value) {
  note(name);
  set(name, {name, value});
}

void JobOptionsReader::take_json(std::string_view document) {
  const Json json = Json::parse(document.begin(), document.end(), nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    throw bad_value("options", "expected a JSON object");
  }
  for (const auto& [name, value] : json.items()) {
    note(name);
    set(name, {name, &value});
  }
}

void JobOptionsReader::set(const std::string& name, const Value& value) {
  BehaviorOptions& behavior = options_.behavior;
  if (name == "name") {
    options_.name = value.text();
    if (!is_name(options_.name)) {
      value.refuse("1 to 200 bytes of UTF-8 without control characters");
    }
  } else if (name == "preset") {
    const std::string word = value.text();
    if (word == "exact") {
      behavior.preset = Preset::exact;
    } else if (word == "balanced") {
      behavior.preset = Preset::balanced;
    } else if (word == "fast") {
      behavior.preset = Preset::fast;
    } else {
      value.refuse("exact, balanced or fast");
    }
  } else if (name == "step_s") {
    const double step_s = value.number(kLeastStep_s, kMostStep_s);
    if (std::abs(step_s * kStepsPerSecond - std::round(step_s * kStepsPerSecond)) > 1e-6) {
      value.refuse("hundredths of a second");
    }
    behavior.step_s = step_s;
  } else if (name == "speakers") {
    behavior.speakers = value.whole(1, kMostSpeakers);
  } else if (name == "min_speakers") {
    behavior.min_speakers = value.whole(1, kMostSpeakers);
  } else if (name == "max_speakers") {
    behavior.max_speakers = value.whole(1, kMostSpeakers);
  } else if (name == "min_turn_s") {
    behavior.min_turn_s = value.number(0, kMostSeconds);
  } else if (name == "merge_gap_s") {
    behavior.merge_gap_s = value.number(0, kMostSeconds);
  } else if (name == "relabel") {
    behavior.relabel = value.flag();
  } else if (name == "exclusive") {
    behavior.exclusive = value.flag();
  } else if (name == "channel") {
    behavior.channel_mode = ChannelMode::pick;
    behavior.channel = value.whole(1, kMostChannels);
  } else if (name == "per_channel") {
    if (value.flag()) {
      // Beside a channel, finish() refuses it.
      behavior.channel_mode = ChannelMode::each;
    }
  } else if (name == "identify") {
    options_.identify = value.flag();
  } else if (name == "remember") {
    options_.remember = value.flag();
  } else if (name == "min_score") {
    options_.identification.min_score = value.number(-kMostScore, kMostScore);
  }
}

std::string JobOptionsReader::given() const {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  const BehaviorOptions& behavior = options_.behavior;
  for (const std::string_view each : kNames) {
    const std::string name(each);
    if (!seen_.contains(name) || name == "name") continue;
    auto& value = json[name];
    if (name == "preset") value = preset_name(behavior.preset);
    if (name == "step_s") value = *behavior.step_s;
    if (name == "speakers") value = *behavior.speakers;
    if (name == "min_speakers") value = *behavior.min_speakers;
    if (name == "max_speakers") value = *behavior.max_speakers;
    if (name == "min_turn_s") value = *behavior.min_turn_s;
    if (name == "merge_gap_s") value = *behavior.merge_gap_s;
    if (name == "relabel") value = behavior.relabel;
    if (name == "exclusive") value = behavior.exclusive;
    if (name == "channel") value = behavior.channel;
    if (name == "per_channel") value = behavior.channel_mode == ChannelMode::each;
    if (name == "identify") value = options_.identify;
    if (name == "remember") value = options_.remember;
    if (name == "min_score") value = options_.identification.min_score;
  }
  return json.dump();
}

JobOptions JobOptionsReader::finish() const {
  const BehaviorOptions& behavior = options_.behavior;
  if (behavior.speakers && (behavior.min_speakers || behavior.max_speakers)) {
    throw bad_value("speakers",
                    "contradicts min_speakers and max_speakers; give one or the others");
  }
  if (behavior.min_speakers && behavior.max_speakers &&
      *behavior.min_speakers > *behavior.max_speakers) {
    throw bad_value("min_speakers", "is more than max_speakers");
  }
  if (seen_.contains("channel") && behavior.channel_mode == ChannelMode::each) {
    throw bad_value("channel", "contradicts per_channel; give one of them");
  }
  if (options_.remember && !options_.identify) throw bad_value("remember", "needs identify");
  if (seen_.contains("min_score") && !options_.identify) {
    throw bad_value("min_score", "needs identify");
  }
  return options_;
}

JobOptions job_options_from(std::string_view given) {
  JobOptionsReader reader;
  reader.take_json(given);
  return reader.finish();
}

}  // namespace diarist::server
