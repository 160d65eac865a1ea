#include "cli/server_log.hpp"

#include <cerrno>
#include <memory>
#include <mutex>
#include <string>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/terminal.hpp"
#include "server/text.hpp"

namespace diarist::cli {
namespace {

using server::LogEvent;

const char* name_of(LogEvent::Level level) {
  switch (level) {
    case LogEvent::Level::info:
      return "info";
    case LogEvent::Level::warning:
      return "warning";
    case LogEvent::Level::error:
      return "error";
  }
  return "";
}

std::string time_text() { return server::rfc3339(server::now_ms()); }

std::string json_line(const LogEvent& event) {
  nlohmann::ordered_json line;
  line["time"] = time_text();
  line["level"] = name_of(event.level);
  line["event"] = event.event;
  for (const LogEvent::Field& field : event.fields) {
    auto& value = line[field.name];
    if (field.is_number) {
      value = nlohmann::ordered_json::parse(field.value, nullptr, false);
    } else {
      value = field.value;
    }
  }
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string text_line(const LogEvent& event, bool utf8) {
  std::string line = time_text() + " " + name_of(event.level) + " " + event.event;
  for (const LogEvent::Field& field : event.fields) {
    line += std::string(" ") + field.name + "=" + printable(field.value, utf8);
  }
  return line + "\n";
}

}  // namespace

server::LogSink log_to_standard_error(LogForm form) {
  const auto mutex = std::make_shared<std::mutex>();
  return [form, mutex, utf8 = locale_is_utf8()](const LogEvent& event) {
    const std::string line = form == LogForm::json ? json_line(event) : text_line(event, utf8);
    const std::lock_guard lock(*mutex);
    std::size_t at = 0;
    while (at < line.size()) {
      const ssize_t written = ::write(STDERR_FILENO, line.data() + at, line.size() - at);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;  // A log that cannot be written is no reason to end.
      at += static_cast<std::size_t>(written);
    }
  };
}

}  // namespace diarist::cli
