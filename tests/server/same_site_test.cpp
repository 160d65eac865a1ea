#include "server/same_site.hpp"

#include <gtest/gtest.h>

namespace diarist::server {
namespace {

TEST(HostNames, OnThisMachineOnlyItsOwn) {
  const HostNames names(true, true, {"diarist.example"});
  for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:8017", "127.1.2.3",
                           "[::1]", "[::1]:80", "diarist.example", "Diarist.Example:443"}) {
    EXPECT_TRUE(names.allow(host)) << host;
  }
  for (const char* host : {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
                           "127.evil", "[::2]", "[::1", "localhost evil", "10.0.0.1"}) {
    EXPECT_FALSE(names.allow(host)) << host;
  }
}

TEST(HostNames, WhereOthersConnectThoseThatWereToldAndAddresses) {
  for (const bool tokens : {false, true}) {
    const HostNames names(false, tokens, {"diarist.example"});
    for (const char* host : {"diarist.example:443", "localhost", "127.0.0.1", "10.0.0.1:8017",
                             "[fd00::1]", "[fd00::1]:80"}) {
      EXPECT_TRUE(names.allow(host)) << host;
    }
    for (const char* host : {"", "evil.example", "10.0.0.1.evil.example", "10.0.0", "1e1", "[evil]",
                             "[", "[]", "[10.0.0.1]", "fd00::1"}) {
      EXPECT_FALSE(names.allow(host)) << host;
    }
  }
}

TEST(HostNames, AnyOnlyWhereTokensAreWanted) {
  EXPECT_TRUE(HostNames(false, true, {}).allow("any.example"));
  EXPECT_FALSE(HostNames(false, false, {}).allow("any.example"));
  EXPECT_TRUE(HostNames(false, false, {}).allow("10.0.0.1"));
  EXPECT_FALSE(HostNames(true, true, {}).allow("any.example"));
}

TEST(SameSite, PagesOfOthersAreTold) {
  EXPECT_TRUE(same_site("", "localhost:1", ""));
  EXPECT_TRUE(same_site("http://localhost:1", "localhost:1", "same-origin"));
  EXPECT_TRUE(same_site("", "localhost:1", "none"));
  EXPECT_FALSE(same_site("http://localhost:2", "localhost:1", ""));
  EXPECT_FALSE(same_site("http://evil.example", "localhost:1", ""));
  EXPECT_FALSE(same_site("null", "localhost:1", ""));
  EXPECT_FALSE(same_site("", "localhost:1", "cross-site"));
  EXPECT_FALSE(same_site("http://localhost:1", "localhost:1", "same-site"));
}

}  // namespace
}  // namespace diarist::server
