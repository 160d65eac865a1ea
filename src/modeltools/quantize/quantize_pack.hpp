// A pack with some of its tensors stored in fewer bits; everything else byte for byte.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "diarist/run.hpp"

#include "model/pack.hpp"
#include "modeltools/quantize/method.hpp"

namespace diarist::modeltools::quantize {

/// The bytes of `pack` with `tensors` stored as `method` says (see quantized()). A tensor that
/// would not shrink stays as it is; so does one that is coded that way already, which makes this
/// idempotent. The same arguments give the same bytes.
///
/// Throws Error{invalid_argument} where one of `tensors` is coded in another way: its error would
/// come on top of the one that is there. Error{cancelled} between two tensors once `cancellation`
/// is set.
std::vector<std::byte> quantized_pack(const model::Pack& pack,
                                      const std::vector<std::string>& tensors,
                                      const MethodRow& method, int group_rows,
                                      const CancellationToken& cancellation = {});

}  // namespace diarist::modeltools::quantize
