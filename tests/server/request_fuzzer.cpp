// Bodies and options as strangers may send them. The first byte chooses: a form, fed in pieces
// whose size the second byte tells; JSON; a query's pair; a header.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/byte_range.hpp"
#include "server/job_options.hpp"
#include "server/multipart.hpp"
#include "server/negotiation.hpp"
#include "server/problem.hpp"
#include "server/text.hpp"

using namespace diarist::server;  // NOLINT: a program of its own.

namespace {

/// The order of calls is what it is said to be, and nothing comes twice.
class Checker : public PartListener {
 public:
  void begin_part(const PartHead& head) override {
    if (open_ || !is_utf8(head.name) || !is_utf8(head.file)) __builtin_trap();
    open_ = true;
    told_ += "\n" + head.name + "\n";
  }
  void part_bytes(std::string_view bytes) override {
    if (!open_ || bytes.empty()) __builtin_trap();
    told_ += bytes;
  }
  void end_part() override {
    if (!open_) __builtin_trap();
    open_ = false;
  }
  std::string told_;

 private:
  bool open_ = false;
};

std::string parsed(std::string_view body, std::size_t piece) {
  Checker checker;
  try {
    MultipartParser parser("b", checker);
    for (std::size_t at = 0; at < body.size(); at += piece) parser.feed(body.substr(at, piece));
    parser.finish();
  } catch (const Problem& problem) {
    // How a body is divided may tell sooner or later that it is none, but not whether.
    return "refused";
  }
  return checker.told_;
}

void check_options(std::string_view text, bool json) {
  JobOptionsReader reader;
  try {
    if (json) {
      reader.take_json(text);
    } else {
      const std::size_t equals = text.find('=');
      if (equals == std::string_view::npos) return;
      reader.take(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
    }
    reader.finish();
  } catch (const Problem& problem) {
    if (problem.status() != 422 || problem.json().empty()) __builtin_trap();
    return;
  }
  // What was taken is stored, and read again.
  JobOptionsReader again;
  again.take_json(reader.given());
  again.finish();
  if (again.given() != reader.given()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  switch (data[0] % 4) {
    case 0:
      if (parsed(text, data[1] + std::size_t{1}) != parsed(text, text.size() + 1)) __builtin_trap();
      break;
    case 1:
      check_options(text, true);
      break;
    case 2:
      check_options(text, false);
      break;
    default:
      try {
        parse_range(text, data[1]);
      } catch (const Problem&) {
      }
      try {
        negotiated(std::nullopt, text);
      } catch (const Problem&) {
      }
      parse_parameterized(text);
      recording_name_of(text);
      percent_decoded(text, true);
  }
  return 0;
}
