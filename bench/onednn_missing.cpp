// In the place of onednn_layers.cpp where the library is not installed.
#include <stdexcept>

#include "onednn_layers.hpp"

namespace diarist::bench {

bool cap_onednn(InstructionSet) { return false; }

std::string onednn_version() { return {}; }

std::function<void()> onednn_layer(const Layer&, OnednnArithmetic) {
  throw std::logic_error("built without oneDNN");
}

}  // namespace diarist::bench
