#include "cutting/manifest.hpp"

#include <cmath>
#include <vector>

#include <nlohmann/json.hpp>

#include "formats/number.hpp"
#include "formats/separated.hpp"

namespace diarist::cutting {
namespace {

using formats::kConfidenceDecimals;
using formats::kSecondsDecimals;
using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "diarist.split";
constexpr int kVersion = 1;

/// In quotes. Names that are not UTF-8 get replacement characters.
std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string number(double value) { return Json(formats::rounded(value, kSecondsDecimals)).dump(); }

/// The members of a JSON object, one after the other.
class Members {
 public:
  explicit Members(const char* between) : between_(between) {}

  Members& add(const char* name, const std::string& value) {
    text_ += (text_.empty() ? "\"" : std::string(between_) + "\"") + name + "\": " + value;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  const char* between_;
  std::string text_;
};

std::string piece_json(const SplitPiece& piece) {
  Members members(", ");
  members.add("start", number(piece.start_s))
      .add("end", number(piece.end_s))
      .add("duration", number(piece.end_s - piece.start_s))
      .add("padding_before", number(piece.padding_before_s))
      .add("padding_after", number(piece.padding_after_s))
      .add("first_sample", std::to_string(piece.first_sample))
      .add("samples", std::to_string(piece.samples))
      .add("sample_in_file", std::to_string(piece.sample_in_file))
      .add("confidence",
           std::isnan(piece.confidence)
               ? "null"
               : Json(formats::rounded(static_cast<double>(piece.confidence), kConfidenceDecimals))
                     .dump());
  return "{" + members.text() + "}";
}

std::string list(const std::vector<std::string>& items, const char* indent) {
  std::string text = "[";
  for (const std::string& item : items) {
    text += std::string(text.size() > 1 ? "," : "") + "\n" + indent + "  " + item;
  }
  return text + (items.empty() ? "]" : std::string("\n") + indent + "]");
}

std::string file_json(const SplitFile& file, int sample_rate_hz) {
  std::vector<std::string> pieces;
  for (const SplitPiece& piece : file.pieces) pieces.push_back(piece_json(piece));
  Members members(", ");
  members.add("file", quoted(file.name))
      .add("speaker", quoted(file.speaker))
      .add("channel", file.channel > 0 ? std::to_string(file.channel) : "null")
      .add("duration", number(static_cast<double>(file.samples) / sample_rate_hz))
      .add("samples", std::to_string(file.samples))
      .add("pieces", list(pieces, "    "));
  return "{" + members.text() + "}";
}

std::string confidence_cell(float confidence) {
  if (std::isnan(confidence)) return {};
  return formats::fixed(static_cast<double>(confidence), kConfidenceDecimals);
}

}  // namespace

std::string manifest_csv(const SplitResult& result) {
  std::string text =
      "file,speaker,channel,start_s,end_s,duration_s,padding_before_s,padding_after_s,first_sample,"
      "samples,sample_in_file,confidence\n";
  const auto cell = [](double value) { return "," + formats::fixed(value, kSecondsDecimals); };
  for (const SplitFile& file : result.files) {
    const std::string whose = formats::separated_cell(file.name, ',') + "," +
                              formats::separated_cell(file.speaker, ',') + "," +
                              (file.channel > 0 ? std::to_string(file.channel) : "");
    for (const SplitPiece& piece : file.pieces) {
      text += whose + cell(piece.start_s) + cell(piece.end_s) + cell(piece.end_s - piece.start_s) +
              cell(piece.padding_before_s) + cell(piece.padding_after_s) + "," +
              std::to_string(piece.first_sample) + "," + std::to_string(piece.samples) + "," +
              std::to_string(piece.sample_in_file) + "," + confidence_cell(piece.confidence) + "\n";
    }
  }
  return text;
}

std::string manifest_json(const SplitResult& result, const SplitOptions& options,
                          const std::string& source) {
  std::vector<std::string> files;
  for (const SplitFile& file : result.files)
    files.push_back(file_json(file, result.sample_rate_hz));
  std::vector<std::string> notices;
  for (const std::string& notice : result.notices) notices.push_back(quoted(notice));
  Members members(",\n  ");
  members.add("schema", quoted(kSchema))
      .add("version", std::to_string(kVersion))
      .add("source", quoted(source))
      .add("sample_rate", std::to_string(result.sample_rate_hz))
      .add("format", quoted(result.format))
      .add("coding", quoted(result.coding))
      .add("by", options.by == SplitBy::speaker ? "\"speaker\"" : "\"turn\"")
      .add("padding", number(options.padding_s))
      .add("min_duration", number(options.min_duration_s))
      .add("exclude_overlap", options.exclude_overlap ? "true" : "false")
      .add("gap", number(options.gap_s))
      .add("files", list(files, "  "))
      .add("notices", list(notices, "  "));
  return "{\n  " + members.text() + "\n}\n";
}

}  // namespace diarist::cutting
