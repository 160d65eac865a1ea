#include "modeltools/safetensors_writer.hpp"

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"

namespace diarist::modeltools {
namespace {

// A cache line: so that kernels may one day read a mapped or built-in pack in place.
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kLengthBytes = 8;

void check_tensor(const TensorToWrite& tensor) {
  const bool printable =
      !tensor.name.empty() && std::all_of(tensor.name.begin(), tensor.name.end(),
                                          [](char c) { return c > ' ' && c <= '~'; });
  if (!printable || tensor.name == "__metadata__") {
    throw Error(ErrorCode::invalid_argument, "tensor '" + tensor.name + "'",
                "has a name that cannot be written");
  }
  std::uint64_t bytes = model::bytes_per_value(tensor.type);
  for (const std::int64_t extent : tensor.shape) bytes *= static_cast<std::uint64_t>(extent);
  if (bytes != tensor.bytes.size()) {
    throw Error(ErrorCode::invalid_argument, "tensor '" + tensor.name + "'",
                "has " + std::to_string(tensor.bytes.size()) + " bytes where shape " +
                    model::shape_to_string(tensor.shape) + " needs " + std::to_string(bytes));
  }
}

}  // namespace

std::vector<std::byte> safetensors_bytes(std::vector<TensorToWrite> tensors,
                                         const std::map<std::string, std::string>& metadata) {
  // Wide types first: the format allows no gaps, and so every tensor is aligned to its type.
  std::sort(tensors.begin(), tensors.end(), [](const TensorToWrite& a, const TensorToWrite& b) {
    const std::size_t a_width = model::bytes_per_value(a.type);
    const std::size_t b_width = model::bytes_per_value(b.type);
    return std::tie(b_width, a.name) < std::tie(a_width, b.name);
  });
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t end = 0;
  for (const TensorToWrite& tensor : tensors) {
    check_tensor(tensor);
    if (header.contains(tensor.name)) {
      throw Error(ErrorCode::invalid_argument, "tensor '" + tensor.name + "'", "occurs twice");
    }
    const std::size_t begin = end;
    end += tensor.bytes.size();
    header[tensor.name] = {{"dtype", model::to_string(tensor.type)},
                           {"shape", tensor.shape},
                           {"data_offsets", {begin, end}}};
  }
  std::string text = tensors.empty() && metadata.empty() ? "{}" : header.dump();
  // The format lets spaces follow the header.
  const std::size_t start = kLengthBytes + text.size();
  text.append((kAlignment - start % kAlignment) % kAlignment, ' ');

  std::vector<std::byte> bytes;
  bytes.reserve(kLengthBytes + text.size() + end);
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    bytes.push_back(static_cast<std::byte>((std::uint64_t{text.size()} >> (8 * i)) & 0xff));
  }
  const auto* characters = reinterpret_cast<const std::byte*>(text.data());
  bytes.insert(bytes.end(), characters, characters + text.size());
  for (const TensorToWrite& tensor : tensors) {
    bytes.insert(bytes.end(), tensor.bytes.begin(), tensor.bytes.end());
  }
  return bytes;
}

}  // namespace diarist::modeltools
