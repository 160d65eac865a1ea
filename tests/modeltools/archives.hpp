// Zip files for tests.
#pragma once

#include <filesystem>

#include <gtest/gtest.h>
#include <zip.h>

namespace diarist::testing {

inline constexpr int kStored = 0;
inline constexpr int kDeflated = Z_DEFLATED;

/// An archive of `members`: pairs of a name and bytes of any kind.
template <typename Members>
void write_archive(const std::filesystem::path& file, const Members& members,
                   int compression = kStored) {
  std::filesystem::remove(file);
  const zipFile archive = zipOpen64(file.c_str(), APPEND_STATUS_CREATE);
  ASSERT_NE(archive, nullptr);
  for (const auto& [member, bytes] : members) {
    EXPECT_EQ(zipOpenNewFileInZip64(archive, member.c_str(), nullptr, nullptr, 0, nullptr, 0,
                                    nullptr, compression, Z_DEFAULT_COMPRESSION, 0),
              ZIP_OK);
    EXPECT_EQ(zipWriteInFileInZip(archive, bytes.data(), static_cast<unsigned>(bytes.size())),
              ZIP_OK);
    EXPECT_EQ(zipCloseFileInZip(archive), ZIP_OK);
  }
  EXPECT_EQ(zipClose(archive, nullptr), ZIP_OK);
}

}  // namespace diarist::testing
