// The same layers by oneDNN, the yardstick: one thread, in the layouts that it likes best.
#pragma once

#include <functional>
#include <string>

#include "diarist/instruction_set.hpp"

#include "layers.hpp"

namespace diarist::bench {

/// "f32": f32 throughout. "u8s8": activations of 8 bits without sign, weights with; convolutions
/// answer in 8 bits again, products in f32, as the recurrence needs.
enum class OnednnArithmetic { f32, u8s8 };

/// Keeps oneDNN to an instruction set for the rest of the process; must come before its first use,
/// and once. False where oneDNN has no such set, or is too late.
bool cap_onednn(InstructionSet isa);

/// "2.6.3"; empty where this build is without oneDNN. Then nothing else here may be called.
std::string onednn_version();

/// Runs the layer once, on data that it owns. Reordering of weights and maps is done here, outside
/// what is measured. Throws std::exception where oneDNN cannot.
std::function<void()> onednn_layer(const Layer& layer, OnednnArithmetic arithmetic);

}  // namespace diarist::bench
