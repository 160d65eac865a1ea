// The options of a job: as clients give them, in a query, in fields of a form or as JSON, and as
// the library wants them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diarist/identification.hpp"
#include "diarist/options.hpp"

namespace diarist::server {

/// Checked.
struct JobOptions {
  std::string name;  ///< Of the recording; empty where none was given.
  BehaviorOptions behavior;
  bool identify = false;
  bool remember = false;
  IdentificationOptions identification;
};

/// Takes options one after the other, then checks them against each other. Each may be given once.
/// Everything that is wrong is thrown as Problem{422} with the option's name.
class JobOptionsReader {
 public:
  /// Where `only` is not empty: the options that there are.
  explicit JobOptionsReader(std::vector<std::string_view> only = {}) : only_(std::move(only)) {}

  /// "min_speakers", "2": of a query or a form.
  void take(const std::string& name, const std::string& value);
  /// {"min_speakers": 2}
  void take_json(std::string_view document);
  /// What was given, as the job keeps and shows it: JSON, in a fixed order.
  std::string given() const;
  JobOptions finish() const;

 private:
  struct Value;
  void note(const std::string& name);
  void set(const std::string& name, const Value& value);

  std::vector<std::string_view> only_;
  std::set<std::string> seen_;
  JobOptions options_;
};

/// What JobOptionsReader::given() gave.
JobOptions job_options_from(std::string_view given);

}  // namespace diarist::server
