// One program at a time, and no lock that a dead one leaves behind.
#include "archive/folder_lock.hpp"

#include <csignal>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

#include "diarist/error.hpp"

#include "archive/temporary_folder.hpp"

namespace diarist::archive {
namespace {

using FolderLockTest = diarist::testing::FolderTest;

TEST_F(FolderLockTest, SecondIsRefusedUntilTheFirstEnds) {
  std::optional<FolderLock> first(folder_);
  try {
    const FolderLock second(folder_);
    FAIL() << "two at once";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_NE(std::string(error.what()).find("another diarist is at work"), std::string::npos);
  }
  first.reset();
  EXPECT_NO_THROW(FolderLock{folder_});
}

TEST_F(FolderLockTest, KilledProgramLeavesNone) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const FolderLock lock(folder_);
    const char one = 1;
    if (::write(ready[1], &one, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char one = 0;
  ASSERT_EQ(::read(ready[0], &one, 1), 1);
  EXPECT_THROW(FolderLock{folder_}, Error);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(FolderLock{folder_});
}

TEST_F(FolderLockTest, MissingFolderIsSaid) { EXPECT_THROW(FolderLock{folder_ / "none"}, Error); }

}  // namespace
}  // namespace diarist::archive
