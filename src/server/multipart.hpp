// multipart/form-data (RFC 7578), read as it comes: nothing of a part's content is kept here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diarist::server {

/// One part's head.
struct PartHead {
  std::string name;  ///< Of the field.
  std::string file;  ///< As the client has it; empty where it is no file.
  std::string type;  ///< Media type, lower case, without parameters; empty where none is told.
};

/// Who is told. Whatever they throw goes through.
class PartListener {
 public:
  virtual ~PartListener() = default;
  virtual void begin_part(const PartHead& head) = 0;
  /// Any number of times.
  virtual void part_bytes(std::string_view bytes) = 0;
  virtual void end_part() = 0;
};

/// A push parser: feed() takes the body in pieces of any size, and the same calls come out however
/// it was divided, but for where part_bytes() is cut. Throws Problem{400} for what is no such body:
/// heads beyond kMostPartHeadBytes, more than kMostParts, no boundary.
class MultipartParser {
 public:
  /// `boundary` as the media type's parameter has it: 1 to 70 characters. Throws Problem{400}.
  MultipartParser(const std::string& boundary, PartListener& listener);

  void feed(std::string_view bytes);
  /// The body has ended. Throws where the last boundary did not come.
  void finish() const;

 private:
  enum class State { preamble, boundary_end, head, content, epilogue };
  bool step();
  bool take_content();
  void take_head(std::string_view head);

  std::string delimiter_;  ///< CR LF -- boundary
  PartListener& listener_;
  State state_ = State::preamble;
  std::string pending_;         ///< What cannot be told yet.
  std::size_t no_content_ = 0;  ///< Bytes at its front that end the part's head.
  int parts_ = 0;
};

inline constexpr std::size_t kMostPartHeadBytes = 8192;
inline constexpr int kMostParts = 64;

}  // namespace diarist::server
