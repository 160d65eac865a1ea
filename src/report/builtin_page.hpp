// The viewer's page, which the build makes of web/viewer/ and the program carries.
#pragma once

#include <string>
#include <string_view>

namespace diarist::report {

/// The page in pieces, to be written in this order with a title (as HTML) and the data blocks
/// between them.
struct PageParts {
  std::string_view before_title;
  std::string_view before_data;
  std::string_view after_data;
};

/// Safe from any thread. Throws Error{internal} for a build whose page cannot be read.
const PageParts& builtin_page();

}  // namespace diarist::report
