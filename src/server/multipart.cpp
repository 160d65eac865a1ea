#include "server/multipart.hpp"

#include <algorithm>

#include "server/problem.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

constexpr std::size_t kMostBoundary = 70;  // RFC 2046.
// What may stand before the first boundary: nothing, say browsers; a line, says the standard.
constexpr std::size_t kMostPreamble = 1024;

[[noreturn]] void refuse(const std::string& what) {
  throw Problem(400, "bad-multipart", "the multipart body " + what, "body");
}

}  // namespace

MultipartParser::MultipartParser(const std::string& boundary, PartListener& listener)
    : delimiter_("\r\n--" + boundary), listener_(listener), pending_("\r\n") {
  // The first boundary has no line before it: with that, it is like all others.
  const bool plain =
      std::all_of(boundary.begin(), boundary.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (boundary.empty() || boundary.size() > kMostBoundary || !plain || boundary.back() == ' ') {
    throw Problem(400, "bad-multipart", "Content-Type has no boundary that can be", "Content-Type");
  }
}

void MultipartParser::feed(std::string_view bytes) {
  pending_.append(bytes);
  while (step()) {
  }
}

bool MultipartParser::step() {
  switch (state_) {
    case State::preamble: {
      const std::size_t at = pending_.find(delimiter_);
      // Refused alike however the body is divided.
      if (at == std::string::npos ? pending_.size() >= kMostPreamble + delimiter_.size()
                                  : at > kMostPreamble) {
        refuse("does not begin with its boundary");
      }
      if (at == std::string::npos) return false;
      pending_.erase(0, at + delimiter_.size());
      state_ = State::boundary_end;
      return true;
    }
    case State::boundary_end: {
      if (pending_.size() < 2) return false;
      if (pending_.compare(0, 2, "--") == 0) {
        state_ = State::epilogue;
        return true;
      }
      const std::size_t line = pending_.find("\r\n");
      if (line == std::string::npos && pending_.size() <= kMostBoundary + 1) return false;
      if (line > kMostBoundary || !trimmed({pending_.data(), line}).empty()) {
        refuse("has more than a boundary in its line");
      }
      if (++parts_ > kMostParts) {
        refuse("has more than " + std::to_string(kMostParts) + " parts");
      }
      // The line's end stays: a head without a field is then an end like any other.
      pending_.erase(0, line);
      state_ = State::head;
      return true;
    }
    case State::head: {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end == std::string::npos ? pending_.size() > kMostPartHeadBytes + 3
                                   : end > kMostPartHeadBytes) {
        refuse("has a part whose head is too long");
      }
      if (end == std::string::npos) return false;
      take_head(std::string_view(pending_).substr(0, end));
      // The second line's end may begin a boundary, where the part is empty.
      pending_.erase(0, end + 2);
      no_content_ = 2;
      state_ = State::content;
      return true;
    }
    case State::content:
      return take_content();
    case State::epilogue:
      pending_.clear();
      return false;
  }
  return false;
}

bool MultipartParser::take_content() {
  const std::size_t at = pending_.find(delimiter_);
  const bool ended = at != std::string::npos;
  // Without a delimiter, what may be the begin of one is left.
  const std::size_t known =
      ended ? at : pending_.size() - std::min(pending_.size(), delimiter_.size() - 1);
  if (known > no_content_) {
    listener_.part_bytes(std::string_view(pending_).substr(no_content_, known - no_content_));
  }
  if (ended) {
    pending_.erase(0, at + delimiter_.size());
    no_content_ = 0;
    listener_.end_part();
    state_ = State::boundary_end;
  } else if (known > no_content_) {
    pending_.erase(0, known);
    no_content_ = 0;
  }
  return ended;
}

void MultipartParser::take_head(std::string_view head) {
  PartHead part;
  bool disposed = false;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) refuse("has a part with a head that is none");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (same_word(name, "Content-Disposition")) {
      const auto parsed = parse_parameterized(value);
      if (!parsed || parsed->value != "form-data" || !parsed->parameter("name")) {
        refuse("has a part that does not say which field it is");
      }
      part.name = *parsed->parameter("name");
      part.file = parsed->parameter("filename").value_or("");
      disposed = true;
    } else if (same_word(name, "Content-Type")) {
      const auto parsed = parse_parameterized(value);
      if (parsed) part.type = parsed->value;
    } else if (same_word(name, "Content-Transfer-Encoding") && !same_word(value, "binary") &&
               !same_word(value, "8bit") && !same_word(value, "7bit")) {
      refuse("has a part that is encoded; HTTP sends bytes as they are");
    }
  }
  if (!disposed) refuse("has a part that does not say which field it is");
  if (!is_utf8(part.name) || !is_utf8(part.file)) refuse("has a part whose name is no UTF-8");
  listener_.begin_part(part);
}

void MultipartParser::finish() const {
  if (state_ != State::epilogue) refuse("ends before its last boundary");
}

}  // namespace diarist::server
