#include "cli/standard_input.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <unistd.h>

#include "diarist/error.hpp"

#include "audio/input_file.hpp"

namespace diarist::cli {

void keep_standard_input() {
  const audio::InputFile file = audio::InputFile::open("-", STDIN_FILENO);
  if (::dup2(file.descriptor(), STDIN_FILENO) < 0) {
    throw Error(ErrorCode::io, file.subject(),
                "cannot be kept: " + std::string(std::strerror(errno)));
  }
}

}  // namespace diarist::cli
