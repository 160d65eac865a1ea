// Text that is to stay text within markup.
#include "base/markup.hpp"

#include <gtest/gtest.h>

namespace diarist {
namespace {

TEST(Markup, IsEscaped) {
  EXPECT_EQ(escaped("<a b='\"&\x01\">"), "&lt;a b=&#39;&quot;&amp; &quot;&gt;");
  EXPECT_EQ(escaped("plain\n\u05E9"), "plain\n\u05E9");
  EXPECT_EQ(escaped(""), "");
}

}  // namespace
}  // namespace diarist
