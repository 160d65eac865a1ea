// The viewer of reports, as the server's page takes it. It is cut out of a report's page, so that
// the program carries it once.
#pragma once

#include <string>

namespace diarist::server {

/// Compressed with gzip, as what the program carries is.
struct ViewerAssets {
  std::string script;
  std::string style;
};

/// Made when first asked for. Safe from any thread. Throws Error{internal} for a build whose report
/// is not as expected.
const ViewerAssets& viewer_assets();

}  // namespace diarist::server
