#include "formats/eaf_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <pugixml.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "formats/lines.hpp"
#include "formats/number.hpp"
#include "formats/turn_list.hpp"
#include "formats/unicode.hpp"

namespace diarist::formats {
namespace {

/// A tree takes about twelve times the file's size; a hundred thousand annotations take 32 MiB.
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

/// What a message calls the file's nodes: by their lines.
class Lines {
 public:
  Lines(std::string_view text, std::string name) : name_(std::move(name)) {
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
      ends_.push_back(at);
    }
  }
  std::size_t of(std::ptrdiff_t offset) const {
    const auto at = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, offset));
    return 1 + static_cast<std::size_t>(std::lower_bound(ends_.begin(), ends_.end(), at) -
                                        ends_.begin());
  }
  std::size_t of(pugi::xml_node node) const { return of(node.offset_debug()); }
  [[noreturn]] void refuse(std::ptrdiff_t offset, const std::string& problem) const {
    refuse_line(name_, of(offset), problem, "is it a file that ELAN saved?");
  }
  [[noreturn]] void refuse(pugi::xml_node node, const std::string& problem) const {
    refuse(node.offset_debug(), problem);
  }

 private:
  std::string name_;
  std::vector<std::size_t> ends_;
};

/// A moment that annotations refer to.
struct TimeSlot {
  std::optional<double> seconds;
  bool estimated = false;
};

using TimeSlots = std::unordered_map<std::string_view, TimeSlot>;

std::optional<double> seconds_of(pugi::xml_node slot, const Lines& lines) {
  const pugi::xml_attribute time = slot.attribute("TIME_VALUE");
  if (!time) return std::nullopt;
  const auto ms = parse_non_negative(trimmed(time.value()));
  if (!ms) {
    lines.refuse(slot, "has TIME_VALUE " + quoted(time.value()) + ", expected milliseconds");
  }
  return *ms / 1000;
}

/// The slots in their order, which is that of time. Those without a time of their own lie evenly
/// between their neighbours, where ELAN shows them; beyond the first and the last that have one,
/// they have none.
TimeSlots time_slots(pugi::xml_node root, const Lines& lines) {
  TimeSlots slots;
  std::vector<std::string_view> waiting;
  std::optional<double> before;
  for (const pugi::xml_node node : root.child("TIME_ORDER").children("TIME_SLOT")) {
    const std::string_view name = node.attribute("TIME_SLOT_ID").value();
    const auto seconds = seconds_of(node, lines);
    slots[name] = {seconds};
    if (!seconds) {
      waiting.push_back(name);
      continue;
    }
    if (before && *seconds >= *before) {
      const double step = (*seconds - *before) / static_cast<double>(waiting.size() + 1);
      for (std::size_t i = 0; i < waiting.size(); ++i) {
        slots[waiting[i]] = {rounded(*before + step * static_cast<double>(i + 1), kEafDecimals),
                             true};
      }
    }
    waiting.clear();
    before = seconds;
  }
  return slots;
}

TimeSlot slot_of(const TimeSlots& slots, pugi::xml_node annotation, const char* reference,
                 const Lines& lines) {
  const char* const name = annotation.attribute(reference).value();
  const auto found = slots.find(name);
  if (found == slots.end() || !found->second.seconds) {
    lines.refuse(annotation, std::string("has ") + reference + " " + quoted(name) +
                                 ", expected a TIME_SLOT that has a TIME_VALUE");
  }
  return found->second;
}

void read_header(pugi::xml_node root, const Lines& lines, TurnList& turns) {
  const pugi::xml_node header = root.child("HEADER");
  const std::string_view units = header.attribute("TIME_UNITS").value();
  if (!units.empty() && units != "milliseconds") {
    lines.refuse(header, "has TIME_UNITS " + quoted(units) + ", expected milliseconds");
  }
  const pugi::xml_node media = header.child("MEDIA_DESCRIPTOR");
  const std::string url = media.attribute("MEDIA_URL").value();
  if (!url.empty()) turns.set_recording(std::filesystem::path(url).stem().string());
  for (const pugi::xml_node property : header.children("PROPERTY")) {
    if (std::string_view(property.attribute("NAME").value()) == kEafRecording) {
      turns.set_recording(property.text().get());
    }
  }
  for (const pugi::xml_node property : header.children("PROPERTY")) {
    if (std::string_view(property.attribute("NAME").value()) != kEafDuration) continue;
    const auto duration = parse_non_negative(trimmed(property.text().get()));
    if (!duration) {
      lines.refuse(property, "has a length that is no number, expected seconds");
    }
    turns.set_duration(lines.of(property), *duration);
  }
}

}  // namespace

std::vector<Diarization> read_eaf(std::string_view text, const std::string& name) {
  const Lines lines(text, name);
  if (text.size() > kMostBytes) lines.refuse(0, "is larger than 64 MiB, which no EAF needs");
  if (const std::string valid = valid_utf8(text); valid != text) {
    const auto bad = std::mismatch(text.begin(), text.end(), valid.begin(), valid.end()).first;
    lines.refuse(bad - text.begin(), "is not UTF-8, expected XML in UTF-8 or UTF-16");
  }
  pugi::xml_document document;
  // Blank text is kept, since a name may be blank; document types are passed over unread.
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(),
                           pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed) {
    lines.refuse(parsed.offset, std::string("is no XML (") + parsed.description() +
                                    "), expected an ANNOTATION_DOCUMENT");
  }
  const pugi::xml_node root = document.child("ANNOTATION_DOCUMENT");
  if (!root) {
    lines.refuse(document.document_element(), "is " + quoted(document.document_element().name()) +
                                                  ", expected an ANNOTATION_DOCUMENT");
  }
  TurnList turns(name);
  read_header(root, lines, turns);
  const TimeSlots slots = time_slots(root, lines);
  std::size_t estimated = 0;
  for (const pugi::xml_node tier : root.children("TIER")) {
    if (tier.attribute("PARENT_REF")) continue;
    const std::string_view participant = tier.attribute("PARTICIPANT").value();
    const std::string_view speaker =
        participant.empty() ? tier.attribute("TIER_ID").value() : participant;
    for (const pugi::xml_node annotation : tier.children("ANNOTATION")) {
      const pugi::xml_node aligned = annotation.child("ALIGNABLE_ANNOTATION");
      if (!aligned) {
        lines.refuse(annotation, "has no times of its own, expected an ALIGNABLE_ANNOTATION");
      }
      const TimeSlot start = slot_of(slots, aligned, "TIME_SLOT_REF1", lines);
      const TimeSlot end = slot_of(slots, aligned, "TIME_SLOT_REF2", lines);
      turns.add(lines.of(aligned), {*start.seconds, *end.seconds, speaker});
      if (start.estimated || end.estimated) ++estimated;
    }
  }
  if (estimated > 0) {
    turns.notice(std::to_string(estimated) +
                 " with times that the file does not say: evenly between their neighbours");
  }
  return turns.take();
}

bool recognizes_eaf(std::string_view text) {
  const std::string_view head = trimmed(text.substr(0, 4096));
  return head.starts_with('<') && head.find("<ANNOTATION_DOCUMENT") != std::string_view::npos;
}

}  // namespace diarist::formats
