#include "modeltools/quantize/selection.hpp"

#include <algorithm>
#include <array>

#include "diarist/error.hpp"

#include "model/tensor_table.hpp"

namespace diarist::modeltools::quantize {
namespace {

struct Sensitive {
  std::string_view glob;
  std::string_view reason;
};
// `diarist quantize --sensitivity` measures each of them. They are small: together 1 % of the
// values.
constexpr std::array<Sensitive, 3> kSensitive = {{
    {"segmentation.sincnet.*", "filters on the waveform: what they lose, all layers hear"},
    {"segmentation.classifier.*", "decides between classes, and is small"},
    {"embedding.conv1.*", "first of the trunk, with nine weights a channel"},
}};

bool is_weight(model::Role role) {
  return role == model::Role::convolution || role == model::Role::linear ||
         role == model::Role::lstm;
}

bool fits_any(const std::vector<std::string>& globs, std::string_view name) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return matches(glob, name); });
}

void check_globs(const std::vector<std::string>& globs, const std::vector<std::string>& names,
                 const char* option) {
  for (const std::string& glob : globs) {
    if (std::any_of(names.begin(), names.end(),
                    [&](const std::string& name) { return matches(glob, name); })) {
      continue;
    }
    throw Error(ErrorCode::invalid_argument, option, "'" + glob + "' fits no weight tensor",
                "`diarist inspect` lists the names of tensors");
  }
}

}  // namespace

bool matches(std::string_view glob, std::string_view text) {
  // Where the last '*' stands, and how much of the text it has taken: to go back to, when what
  // follows it does not fit.
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  std::size_t g = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      taken = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == std::string_view::npos;
}

std::string_view sensitive_because(std::string_view tensor) {
  for (const Sensitive& row : kSensitive) {
    if (matches(row.glob, tensor)) return row.reason;
  }
  return {};
}

std::vector<std::string> weight_tensors(const model::Pack& pack) {
  std::vector<std::string> names;
  for (const model::Part& part : model::parts(model::architecture_of(pack))) {
    for (const model::TensorSpec& spec : part.tensors) {
      if (is_weight(spec.role) && pack.contains(spec.name)) names.push_back(spec.name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> selected_tensors(const model::Pack& pack,
                                          const std::vector<std::string>& only,
                                          const std::vector<std::string>& keep) {
  const std::vector<std::string> names = weight_tensors(pack);
  check_globs(only, names, "only");
  check_globs(keep, names, "keep");
  std::vector<std::string> selected;
  for (const std::string& name : names) {
    const bool wanted = only.empty() ? sensitive_because(name).empty() : fits_any(only, name);
    if (wanted && !fits_any(keep, name)) selected.push_back(name);
  }
  if (selected.empty()) {
    throw Error(ErrorCode::invalid_argument, "keep", "leaves no tensor to quantize");
  }
  return selected;
}

}  // namespace diarist::modeltools::quantize
