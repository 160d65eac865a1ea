// UEM, the un-partitioned evaluation map of NIST's RT-09 evaluation plan:
//   recording channel start end
#include <cstddef>
#include <string>

#include "formats/columns.hpp"

namespace diarist {
namespace {

constexpr std::size_t kColumns = 4;
// Columns from 0.
constexpr std::size_t kRecording = 0;
constexpr std::size_t kChannel = 1;
constexpr std::size_t kStart = 2;
constexpr std::size_t kEnd = 3;

}  // namespace

std::vector<Annotation> parse_uem(std::string_view text, const std::string& name) {
  formats::ColumnReader line(text, name);
  formats::AnnotationList annotations;
  while (line.next()) {
    if (line.size() != kColumns) {
      line.refuse("has " + std::to_string(line.size()) +
                      " columns, expected 4: recording channel start end",
                  line.size() > kColumns ? "is there a space in a name?" : "");
    }
    const double start = line.seconds(kStart, "the start");
    const double end = line.seconds(kEnd, "the end");
    if (end <= start) {
      line.refuse("ends at " + formats::quoted(line[kEnd]) + ", expected an end after its start " +
                  formats::quoted(line[kStart]));
    }
    annotations.add(line[kRecording], {start, end, "", std::string(line[kChannel])});
  }
  return annotations.take();
}

std::vector<Annotation> read_uem(const std::filesystem::path& file) {
  return parse_uem(formats::read_text(file), file.string());
}

}  // namespace diarist
