// Two packs against one another, without and with recordings.
#pragma once

#include <string>
#include <vector>

#include "diarist/quantization.hpp"

#include "model/pack.hpp"

namespace diarist::modeltools::quantize {

/// Names, sizes and tensors; nothing that needs the networks run.
PackComparison compare_contents(const model::Pack& a, const model::Pack& b);

/// The figures that the limits are about, in one clause.
std::string figures_of(const PackComparison& comparison);

}  // namespace diarist::modeltools::quantize
