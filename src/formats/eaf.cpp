// ELAN's annotation format (EAF 3.0). A tier for each speaker, with an annotation for each turn;
// turns of one speaker that overlap go to a further tier of the same participant.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "formats/eaf_reader.hpp"
#include "formats/format_registry.hpp"
#include "formats/held_name.hpp"
#include "formats/speaker_tiers.hpp"
#include "formats/ticks.hpp"

namespace diarist::formats {
namespace {

constexpr const char* kType = "default-lt";
/// The format wants a date; the same result gives the same bytes whenever it is written.
constexpr const char* kDate = "1970-01-01T00:00:00+00:00";

/// The same XML on every system, to a stream of C++.
class Output : public pugi::xml_writer {
 public:
  explicit Output(std::ostream& out) : out_(out) {}
  void write(const void* data, std::size_t size) override {
    out_.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
  }

 private:
  std::ostream& out_;
};

void set(pugi::xml_node node, const char* attribute, const std::string& value) {
  node.append_attribute(attribute).set_value(value.c_str());
}

void add_property(pugi::xml_node header, const char* name, const std::string& value) {
  pugi::xml_node property = header.append_child("PROPERTY");
  set(property, "NAME", name);
  property.text().set(value.c_str());
}

pugi::xml_node add_document(pugi::xml_document& document) {
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  pugi::xml_node root = document.append_child("ANNOTATION_DOCUMENT");
  set(root, "AUTHOR", "diarist");
  set(root, "DATE", kDate);
  set(root, "FORMAT", "3.0");
  set(root, "VERSION", "3.0");
  set(root, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  set(root, "xsi:noNamespaceSchemaLocation", "http://www.mpi.nl/tools/elan/EAFv3.0.xsd");
  return root;
}

void add_header(pugi::xml_node root, const Diarization& diarization, std::size_t annotations) {
  pugi::xml_node header = root.append_child("HEADER");
  set(header, "MEDIA_FILE", "");
  set(header, "TIME_UNITS", "milliseconds");
  add_property(header, kEafRecording, xml_name(diarization.recording));
  add_property(header, kEafDuration,
               seconds_text(duration_ticks(diarization, kEafDecimals), kEafDecimals));
  add_property(header, "lastUsedAnnotationId", std::to_string(annotations));
}

/// One end of a turn.
struct Slot {
  std::int64_t ms;
  std::size_t turn;
  bool end;
};

/// Names of the slots of each turn, which follow one another in time.
std::vector<std::pair<std::string, std::string>> add_time_order(
    pugi::xml_node root, const std::vector<SpeakerTier>& tiers) {
  std::vector<Slot> slots;
  std::size_t turns = 0;
  for (const SpeakerTier& tier : tiers) {
    for (const Ticks& turn : tier.turns) {
      slots.push_back({turn.start, turns, false});
      slots.push_back({turn.end, turns++, true});
    }
  }
  std::sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) {
    return std::tie(a.ms, a.turn, a.end) < std::tie(b.ms, b.turn, b.end);
  });
  pugi::xml_node order = root.append_child("TIME_ORDER");
  std::vector<std::pair<std::string, std::string>> names(turns);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::string name = "ts" + std::to_string(i + 1);
    pugi::xml_node slot = order.append_child("TIME_SLOT");
    set(slot, "TIME_SLOT_ID", name);
    set(slot, "TIME_VALUE", std::to_string(slots[i].ms));
    (slots[i].end ? names[slots[i].turn].second : names[slots[i].turn].first) = name;
  }
  return names;
}

/// A tier's name is nobody else's.
std::string tier_name(const SpeakerTier& tier, const std::string& speaker,
                      std::set<std::string>& taken) {
  std::string name = speaker;
  if (tier.copy > 1) name += " (" + std::to_string(tier.copy) + ")";
  while (!taken.insert(name).second) name += "'";
  return name;
}

void write_eaf(std::ostream& out, const Diarization& diarization) {
  const std::vector<SpeakerTier> tiers = speaker_tiers(diarization, kEafDecimals);
  pugi::xml_document document;
  pugi::xml_node root = add_document(document);
  add_header(root, diarization, diarization.turns.size());
  const auto slots = add_time_order(root, tiers);
  std::set<std::string> taken;
  std::size_t turn = 0;
  for (const SpeakerTier& tier : tiers) {
    const std::string speaker = xml_name(tier.speaker);
    pugi::xml_node node = root.append_child("TIER");
    set(node, "LINGUISTIC_TYPE_REF", kType);
    set(node, "PARTICIPANT", speaker);
    set(node, "TIER_ID", tier_name(tier, speaker, taken));
    for (std::size_t i = 0; i < tier.turns.size(); ++i, ++turn) {
      pugi::xml_node annotation = node.append_child("ANNOTATION");
      annotation = annotation.append_child("ALIGNABLE_ANNOTATION");
      set(annotation, "ANNOTATION_ID", "a" + std::to_string(turn + 1));
      set(annotation, "TIME_SLOT_REF1", slots[turn].first);
      set(annotation, "TIME_SLOT_REF2", slots[turn].second);
      annotation.append_child("ANNOTATION_VALUE").text().set(speaker.c_str());
    }
  }
  pugi::xml_node type = root.append_child("LINGUISTIC_TYPE");
  set(type, "GRAPHIC_REFERENCES", "false");
  set(type, "LINGUISTIC_TYPE_ID", kType);
  set(type, "TIME_ALIGNABLE", "true");
  Output output(out);
  document.save(output, "  ", pugi::format_default, pugi::encoding_utf8);
}

}  // namespace

extern const FormatRow kEaf;
const FormatRow kEaf = {
    .format = FileFormat::eaf,
    .name = "eaf",
    .endings = {"eaf"},
    .header = "",
    .write = write_eaf,
    .read = read_eaf,
    .recognizes = recognizes_eaf,
    .holds = {.recording = true, .duration = true, .decimals = kEafDecimals, .name = xml_name},
};

}  // namespace diarist::formats
