// Whether a pack still is what it was when it was made; and another one in its place where not.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "diarist/export.hpp"
#include "diarist/model.hpp"
#include "diarist/options.hpp"

namespace diarist {

/// Metadata by which `pack` can check itself later: a checksum of its tensors, and what `expected`,
/// the model that it stands for, makes of two seconds of an artificial voice. `diarist quantize`
/// writes it; docs/pack-format.md has the keys. The same on every machine, for which it runs the
/// scalar kernels for a few seconds. Throws what running a model throws.
DIARIST_EXPORT std::map<std::string, std::string> self_check_metadata(const Model& pack,
                                                                      const Model& expected);

/// Throws Error{corrupt_model} where the tensors are not those that were checksummed, or where the
/// two seconds give another embedding (cosine below 0.98) or another course of speech (0.1 apart in
/// the mean) than expected; of a pack without such metadata, where what they give is not finite.
/// Runs both networks for about 0.2 s.
DIARIST_EXPORT void check_self(const Model& model, const PerformanceOptions& performance = {});

/// What choose_model() settled on.
struct ChosenModel {
  Model model;  ///< The one to use.
  /// Why it is the second one; empty where it is the first.
  std::optional<std::string> notice;
};

/// `pack` where it loads and passes check_self(), else `fallback`; either may be "built-in". Throws
/// what loading the fallback throws, and Error{corrupt_model} where that fails its own check too.
DIARIST_EXPORT ChosenModel choose_model(const std::filesystem::path& pack,
                                        const std::filesystem::path& fallback,
                                        const PerformanceOptions& performance = {});

}  // namespace diarist
