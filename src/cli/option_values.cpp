#include "cli/option_values.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace diarist::cli {
namespace {

struct NamedKind {
  std::string_view name;
  ValueKind kind;
};

constexpr std::array<NamedKind, 16> kNamedKinds{{{"N", ValueKind::text},
                                                 {"HZ", ValueKind::text},
                                                 {"NAME", ValueKind::text},
                                                 {"SECONDS", ValueKind::text},
                                                 {"POINTS", ValueKind::text},
                                                 {"SHARE", ValueKind::text},
                                                 {"COSINE", ValueKind::text},
                                                 {"GLOB", ValueKind::text},
                                                 {"TEMPLATE", ValueKind::text},
                                                 {"TEXT", ValueKind::text},
                                                 {"SPEAKERS,AT_ONCE", ValueKind::text},
                                                 {"FILE", ValueKind::file},
                                                 {"AUDIO", ValueKind::file},
                                                 {"PATH", ValueKind::file},
                                                 {"DIR", ValueKind::folder},
                                                 {"PACK", ValueKind::pack}}};

constexpr char kBetweenChoices = '|';

}  // namespace

CLI::Option* name_choices(CLI::Option* option, const std::vector<std::string>& words) {
  return option->type_name(CLI::detail::join(words, std::string(1, kBetweenChoices)));
}

CLI::Option* take_one_of(CLI::Option* option, const std::vector<std::string>& words) {
  return name_choices(option, words)->check(unnamed(CLI::IsMember(words)));
}

CLI::Validator unnamed(CLI::Validator check) { return check.description(""); }

ValueKind value_kind(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return ValueKind::none;
  const std::string name = option.get_type_name();
  if (name.find(kBetweenChoices) != std::string::npos) return ValueKind::choice;
  for (const NamedKind& named : kNamedKinds) {
    if (named.name == name) return named.kind;
  }
  throw std::logic_error(option.get_name() + " takes '" + name + "', which no table explains");
}

std::vector<std::string> choices(const CLI::Option& option) {
  if (value_kind(option) != ValueKind::choice) return {};
  return CLI::detail::split(option.get_type_name(), kBetweenChoices);
}

bool takes_comma_list(const CLI::Option& option) {
  return option.get_delimiter() == ',' && value_kind(option) == ValueKind::choice;
}

bool takes_many(const CLI::Option& option) {
  return option.get_expected_max() == CLI::detail::expected_max_vector_size &&
         !takes_comma_list(option);
}

std::string shown_value(const CLI::Option& option) {
  if (value_kind(option) == ValueKind::none) return {};
  return option.get_type_name() + (takes_comma_list(option) ? ",..." : "") +
         (takes_many(option) ? "..." : "");
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  std::string text;
  if (option->get_positional()) {
    if (takes_many(*option)) text += "...";
  } else {
    const std::string value = shown_value(*option);
    if (!value.empty()) text += " " + value;
  }
  if (option->get_required()) text += " (required)";
  for (const CLI::Option* needed : option->get_needs()) {
    text += " (needs " + needed->get_name() + ")";
  }
  return text;
}

}  // namespace diarist::cli
