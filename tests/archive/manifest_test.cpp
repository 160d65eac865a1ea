// What a manifest keeps, and which files it refuses.
#include "archive/manifest.hpp"

#include "diarist/error.hpp"

#include "archive/temporary_folder.hpp"

namespace diarist::archive {
namespace {

using ManifestTest = diarist::testing::FolderTest;

Entry some_entry(const std::string& name) {
  return {name,
          "talks/" + name + ".wav",
          {{960044, 1'796'000'000'123'456'789}, "c0ffee"},
          "5e7",
          std::nullopt};
}

TEST_F(ManifestTest, KeepsEverythingFromOneProgramToTheNext) {
  Entry failed = some_entry("b");
  failed.failure = Failure{"corrupt_audio", "b.wav: is empty", 4};
  {
    Manifest manifest(folder_, Manifest::Missing::make);
    manifest.put(some_entry("a"));
    manifest.put(failed);
  }
  Manifest manifest(folder_, Manifest::Missing::refuse);
  const auto done = manifest.find("a");
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->recording, "talks/a.wav");
  EXPECT_EQ(done->state.glance.bytes, 960044);
  EXPECT_EQ(done->state.glance.modified_ns, 1'796'000'000'123'456'789);
  EXPECT_EQ(done->state.content, "c0ffee");
  EXPECT_EQ(done->settings, "5e7");
  EXPECT_FALSE(done->failure.has_value());
  ASSERT_EQ(manifest.failures().size(), 1U);
  const Entry entry = manifest.failures().front();
  EXPECT_EQ(entry.name, "b");
  EXPECT_EQ(entry.failure->code, "corrupt_audio");
  EXPECT_EQ(entry.failure->message, "b.wav: is empty");
  EXPECT_EQ(entry.failure->exit_code, 4);
  EXPECT_FALSE(manifest.find("c").has_value());
}

TEST_F(ManifestTest, LatestTakesThePlaceOfWhatWasKnown) {
  Manifest manifest(folder_, Manifest::Missing::make);
  Entry entry = some_entry("a");
  entry.failure = Failure{"io", "a.wav: cannot be read", 3};
  manifest.put(entry);
  manifest.put(std::vector{some_entry("a"), some_entry("b")});
  EXPECT_TRUE(manifest.failures().empty());
  EXPECT_TRUE(manifest.find("b").has_value());
}

TEST_F(ManifestTest, AnotherMayReadMeanwhile) {
  Manifest writer(folder_, Manifest::Missing::make);
  writer.put(some_entry("a"));
  Manifest reader(folder_, Manifest::Missing::refuse);
  EXPECT_TRUE(reader.find("a").has_value());
  writer.put(some_entry("b"));
  EXPECT_TRUE(reader.find("b").has_value());
}

TEST_F(ManifestTest, RefusesWhatIsNone) {
  EXPECT_THROW(Manifest(folder_, Manifest::Missing::refuse), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_ / kManifestFile));
  write(kManifestFile, std::string(4096, 'x'));
  try {
    Manifest(folder_, Manifest::Missing::make);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed);
  }
}

TEST_F(ManifestTest, KilledBeforeItsTablesWereMadeIsEmpty) {
  write(kManifestFile, "");
  EXPECT_THROW(Manifest(folder_, Manifest::Missing::refuse), Error);
  Manifest manifest(folder_, Manifest::Missing::make);
  EXPECT_FALSE(manifest.find("a").has_value());
}

}  // namespace
}  // namespace diarist::archive
