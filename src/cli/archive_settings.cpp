#include "cli/archive_settings.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <vector>

#include "diarist/version.hpp"

#include "cli/voice_store.hpp"

namespace diarist::cli {
namespace {

/// The shortest digits that give the same number again.
std::string exactly(double number) {
  char digits[32];
  const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, number);
  return {digits, end.ptr};
}

class Lines {
 public:
  void add(const std::string& name, const std::string& value) {
    text_ += name + " " + value + "\n";
  }
  void add(const std::string& name, const std::optional<double>& value) {
    if (value) add(name, exactly(*value));
  }
  void add(const std::string& name, const std::optional<int>& value) {
    if (value) add(name, std::to_string(*value));
  }
  void add(const std::string& name, bool set) {
    if (set) add(name, std::string("yes"));
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

std::string archive_settings(const DiarizeArguments& arguments, const Model& model) {
  Lines lines;
  lines.add("diarist", std::string(DIARIST_VERSION));
  lines.add("model", model.digest());
  lines.add("preset", arguments.preset);
  lines.add("precision", arguments.precision);
  if (arguments.isa) lines.add("isa", *arguments.isa);
  lines.add("step", arguments.step_s);
  lines.add("speakers", arguments.speakers);
  lines.add("min-speakers", arguments.min_speakers);
  lines.add("max-speakers", arguments.max_speakers);
  lines.add("min-turn", arguments.min_turn_s);
  lines.add("merge-gap", arguments.merge_gap_s);
  lines.add("no-relabel", arguments.no_relabel);
  lines.add("exclusive", arguments.exclusive);
  lines.add("channel", arguments.channel);
  lines.add("per-channel", arguments.per_channel);
  std::vector<std::string> formats = arguments.formats;
  if (formats.empty()) formats.emplace_back("rttm");
  std::sort(formats.begin(), formats.end());
  formats.erase(std::unique(formats.begin(), formats.end()), formats.end());
  for (const std::string& format : formats) lines.add("format", format);
  if (arguments.identify) {
    lines.add("min-score", arguments.min_score);
    if (arguments.remember) {
      lines.add("remember", std::filesystem::absolute(store_file(*arguments.identify)).string());
    } else {
      lines.add("voices", open_voices(*arguments.identify).export_voices());
    }
  }
  return std::move(lines).text();
}

}  // namespace diarist::cli
