#include "capi/options.hpp"

#include <optional>
#include <string>

#include "diarist/instruction_set.hpp"

#include "capi/arguments.hpp"

namespace diarist::capi {
namespace {

diarist_options default_options() {
  const BehaviorOptions defaults;
  diarist_options options{};
  options.size = sizeof(options);
  options.preset = DIARIST_PRESET_BALANCED;
  options.channel_mode = DIARIST_CHANNELS_DOWNMIX;
  options.channel = defaults.channel;
  options.relabel = defaults.relabel ? 1 : 0;
  options.step_s = DIARIST_AS_PRESET;
  options.merge_gap_s = DIARIST_AS_PRESET;
  options.min_turn_s = DIARIST_AS_PRESET;
  return options;
}

diarist_performance default_performance() {
  diarist_performance performance{};
  performance.size = sizeof(performance);
  performance.precision = DIARIST_PRECISION_AUTOMATIC;
  return performance;
}

Preset preset_of(diarist_preset preset) {
  switch (preset) {
    case DIARIST_PRESET_EXACT:
      return Preset::exact;
    case DIARIST_PRESET_BALANCED:
      return Preset::balanced;
    case DIARIST_PRESET_FAST:
      return Preset::fast;
    default:
      refuse_value("preset", preset);
  }
}

ChannelMode channel_mode_of(diarist_channel_mode mode) {
  switch (mode) {
    case DIARIST_CHANNELS_DOWNMIX:
      return ChannelMode::downmix;
    case DIARIST_CHANNELS_PICK:
      return ChannelMode::pick;
    case DIARIST_CHANNELS_EACH:
      return ChannelMode::each;
    default:
      refuse_value("channel_mode", mode);
  }
}

Precision precision_of(diarist_precision precision) {
  switch (precision) {
    case DIARIST_PRECISION_AUTOMATIC:
      return Precision::automatic;
    case DIARIST_PRECISION_F32:
      return Precision::f32;
    case DIARIST_PRECISION_INT8:
      return Precision::int8;
    default:
      refuse_value("precision", precision);
  }
}

std::optional<int> number_of(std::int32_t number) {
  return number == 0 ? std::nullopt : std::optional<int>(number);
}

std::optional<double> duration_of(double seconds) {
  return seconds == DIARIST_AS_PRESET ? std::nullopt : std::optional(seconds);
}

}  // namespace

void refuse_value(const char* name, int value) {
  throw Error(ErrorCode::invalid_argument, std::string(name) + " = " + std::to_string(value),
              "is none of its values", "take one that diarist.h names");
}

BehaviorOptions behavior_of(const diarist_options* options) {
  const diarist_options given = taken(options, default_options(), "diarist_options");
  BehaviorOptions behavior;
  behavior.preset = preset_of(given.preset);
  behavior.channel_mode = channel_mode_of(given.channel_mode);
  behavior.channel = given.channel;
  behavior.speakers = number_of(given.speakers);
  behavior.min_speakers = number_of(given.min_speakers);
  behavior.max_speakers = number_of(given.max_speakers);
  behavior.exclusive = given.exclusive != 0;
  behavior.relabel = given.relabel != 0;
  behavior.step_s = duration_of(given.step_s);
  behavior.merge_gap_s = duration_of(given.merge_gap_s);
  behavior.min_turn_s = duration_of(given.min_turn_s);
  return behavior;
}

PerformanceOptions performance_of(const diarist_performance* performance) {
  const diarist_performance given =
      taken(performance, default_performance(), "diarist_performance");
  PerformanceOptions options;
  options.threads = given.threads;
  options.precision = precision_of(given.precision);
  if (given.instruction_set != nullptr) {
    options.isa = instruction_set_from_string(given.instruction_set);
  }
  if (given.cache_folder != nullptr) {
    options.cache = checked_path(given.cache_folder, "cache_folder");
  }
  return options;
}

FileFormat format_of(diarist_format format) {
  switch (format) {
    case DIARIST_FORMAT_RTTM:
      return FileFormat::rttm;
    case DIARIST_FORMAT_JSON:
      return FileFormat::json;
    case DIARIST_FORMAT_CSV:
      return FileFormat::csv;
    case DIARIST_FORMAT_TXT:
      return FileFormat::txt;
    case DIARIST_FORMAT_TSV:
      return FileFormat::tsv;
    case DIARIST_FORMAT_TEXTGRID:
      return FileFormat::textgrid;
    case DIARIST_FORMAT_TEXTGRID_SHORT:
      return FileFormat::textgrid_short;
    case DIARIST_FORMAT_AUDACITY:
      return FileFormat::audacity;
    case DIARIST_FORMAT_EAF:
      return FileFormat::eaf;
    case DIARIST_FORMAT_SRT:
      return FileFormat::srt;
    case DIARIST_FORMAT_VTT:
      return FileFormat::vtt;
    case DIARIST_FORMAT_CTM:
      return FileFormat::ctm;
    case DIARIST_FORMAT_UEM:
      return FileFormat::uem;
    case DIARIST_FORMAT_HTML:
      return FileFormat::html;
    default:
      refuse_value("format", format);
  }
}

}  // namespace diarist::capi

using namespace diarist::capi;

diarist_status diarist_options_init(diarist_options* options, size_t size, diarist_error** error) {
  return guarded(error, [&] { give(options, size, default_options(), "diarist_options"); });
}

diarist_status diarist_performance_init(diarist_performance* performance, size_t size,
                                        diarist_error** error) {
  return guarded(error,
                 [&] { give(performance, size, default_performance(), "diarist_performance"); });
}
