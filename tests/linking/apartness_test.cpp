#include "linking/apartness.hpp"

#include <gtest/gtest.h>

namespace diarist::linking {
namespace {

TEST(Apartness, OfOneRecordingIsKeptThroughMerges) {
  Apartness apartness(5);
  for (std::size_t i = 0; i < 4; ++i) apartness.add_recording(i, static_cast<std::uint32_t>(i % 2));
  EXPECT_TRUE(apartness.apart(0, 2));
  EXPECT_FALSE(apartness.apart(0, 1));
  EXPECT_FALSE(apartness.apart(0, 4));  // A voice, which was heard in no recording.
  apartness.merge(4, 0);
  EXPECT_TRUE(apartness.apart(4, 2));
  apartness.merge(1, 4);
  EXPECT_TRUE(apartness.apart(1, 2));
  EXPECT_TRUE(apartness.apart(3, 1));
  EXPECT_FALSE(apartness.apart(2, 3));
  apartness.merge(2, 3);
  EXPECT_TRUE(apartness.apart(2, 1));
}

TEST(Apartness, OfNamesIsByKind) {
  Apartness apartness(4);
  apartness.add_name(0, NameKind::person);
  apartness.add_name(1, NameKind::person);
  apartness.add_name(2, NameKind::voice);
  EXPECT_TRUE(apartness.apart(0, 1));
  EXPECT_FALSE(apartness.apart(0, 2));
  EXPECT_FALSE(apartness.apart(0, 3));
  apartness.merge(0, 2);
  apartness.add_name(3, NameKind::voice);
  EXPECT_TRUE(apartness.apart(0, 3));
}

}  // namespace
}  // namespace diarist::linking
