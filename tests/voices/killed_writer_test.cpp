// A program that is killed while it writes (kill -9), and several programs at once. The children
// are forks: they end by a signal or by _exit, and run nothing of the test.
#include <array>
#include <chrono>
#include <csignal>
#include <random>
#include <sqlite3.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/identification.hpp"
#include "diarist/speaker_store.hpp"

#include "voices/voices.hpp"

namespace diarist {
namespace {

using testing::sample_of;

constexpr int kKills = 30;
constexpr unsigned kSeed = 20261128;

class KilledWriter : public testing::StoreTest {
 protected:
  const Model model_ = Model::builtin();

  std::string integrity() const {
    sqlite3* connection = nullptr;
    std::string answer;
    if (::sqlite3_open(file().c_str(), &connection) != SQLITE_OK) return "cannot be opened";
    const auto take = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) += values[0];
      return 0;
    };
    ::sqlite3_exec(connection, "PRAGMA integrity_check", take, &answer, nullptr);
    ::sqlite3_exec(connection, "PRAGMA foreign_key_check", take, &answer, nullptr);
    ::sqlite3_close(connection);
    return answer;
  }

  template <typename Work>
  static pid_t child(const Work& work) {
    const pid_t started = ::fork();
    if (started != 0) return started;
    try {
      work();
    } catch (const std::exception& error) {
      ::fprintf(stderr, "child: %s\n", error.what());
      ::_exit(1);
    } catch (...) {
      ::_exit(2);
    }
    ::_exit(0);
  }
  static int exit_code(pid_t started) {
    int status = 0;
    ::waitpid(started, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  // Whatever step it is in when it dies, the store is one of the states that whole steps lead to.
  void work_without_end(unsigned round) const {
    SpeakerStore store(file(), {.create = true});
    for (unsigned i = 0;; ++i) {
      const std::string one = "one " + std::to_string(round) + " " + std::to_string(i);
      const std::string two = "two " + std::to_string(round) + " " + std::to_string(i);
      const unsigned person = 100000 * round + 4 * i;
      store.add(one, sample_of(person), model_);
      // Two people in one step.
      Diarization meeting = testing::meeting_of({person + 1, person + 2}, 1);
      remember(meeting, store, model_, {.min_score = 1e9});  // Strangers, all of them.
      store.add(two, sample_of(person + 3), model_);
      store.rename(two, two + " renamed");
      store.merge(one, two + " renamed");
      store.forget(
          std::vector<std::string>{one, meeting.speakers[0].name, meeting.speakers[1].name});
    }
  }
};

TEST_F(KilledWriter, LeavesWholeStepsAtAnyMoment) {
  std::mt19937 random(kSeed);
  int after_work = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    const pid_t writer = child([&] { work_without_end(static_cast<unsigned>(kill)); });
    // From the very first steps on, in which the file is made.
    std::this_thread::sleep_for(std::chrono::microseconds(random() % (kill < 10 ? 20000 : 200000)));
    ::kill(writer, SIGKILL);
    ASSERT_EQ(exit_code(writer), 128 + SIGKILL);

    SpeakerStore store = open();
    ASSERT_EQ(integrity(), "ok") << "kill " << kill;
    std::vector<std::string> names;
    std::size_t remembered = 0;
    for (const KnownVoice& voice : store.voices()) {
      ASSERT_FALSE(voice.sessions.empty()) << voice.name;
      remembered += voice.named ? 0 : 1;
      const bool merged_or_new = voice.sessions.size() <= 2;
      EXPECT_TRUE(merged_or_new) << voice.name;
      names.push_back(voice.name);
    }
    // Two are remembered in one step, and forgotten in one.
    EXPECT_TRUE(remembered == 0 || remembered == 2) << remembered;
    EXPECT_LE(names.size(), 4u);
    EXPECT_EQ(names.empty(), !store.space());
    after_work += names.empty() ? 0 : 1;
    store.forget(names);
    EXPECT_EQ(all_bytes().find("renamed"), std::string::npos) << "kill " << kill;
  }
  EXPECT_GT(after_work, kKills / 4) << "the writer was killed before it did anything";
}

TEST_F(KilledWriter, AForgottenVoiceGoesAlsoWhereForgettingWasKilled) {
  std::mt19937 random(kSeed);
  int gone = 0;
  for (unsigned kill = 0; kill < 15; ++kill) {
    const std::string name = "Secret" + std::to_string(kill) + "name";
    {
      SpeakerStore store = open();
      for (unsigned i = 0; i < 20; ++i) {
        store.add(name, sample_of(1000 * kill + 1, i), model_);
      }
    }
    const pid_t writer =
        child([&] { SpeakerStore(file()).forget(std::vector<std::string>{name}); });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 15000));
    ::kill(writer, SIGKILL);
    exit_code(writer);
    SpeakerStore store = open();
    if (store.voices().empty()) {
      ++gone;
      EXPECT_EQ(all_bytes().find(name), std::string::npos);
    } else {
      store.forget(std::vector<std::string>{name});
    }
  }
  EXPECT_GT(gone, 0);
}

TEST_F(KilledWriter, TwoWritersAndReadersAtOnceLoseNothing) {
  constexpr unsigned kSteps = 25;
  std::vector<pid_t> children;
  for (const char* who : {"a", "b"}) {
    children.push_back(child([&, who] {
      SpeakerStore store(file(), {.create = true, .patience_ms = 60000});
      for (unsigned i = 0; i < kSteps; ++i) {
        const std::string name = who + std::to_string(i);
        const unsigned person = 2 * i + (*who == 'b' ? 1 : 0);
        store.add(name, sample_of(person), model_);
        store.rename(name, name + " renamed");
        if (i % 5 == 4) store.forget(std::vector<std::string>{name + " renamed"});
      }
    }));
  }
  for (int reader = 0; reader < 3; ++reader) {
    children.push_back(child([&] {
      SpeakerStore store(file(), {.create = true, .patience_ms = 60000});
      for (int i = 0; i < 60; ++i) {
        for (const KnownVoice& voice : store.voices()) {
          if (voice.sessions.size() != 1) ::_exit(3);
        }
      }
    }));
  }
  for (const pid_t each : children) EXPECT_EQ(exit_code(each), 0);
  EXPECT_EQ(integrity(), "ok");
  EXPECT_EQ(open().voices().size(), 2 * kSteps * 4 / 5);
}

TEST_F(KilledWriter, ProgramsThatRememberAtOnceAgree) {
  std::vector<pid_t> children;
  for (unsigned day = 1; day <= 4; ++day) {
    children.push_back(child([&, day] {
      SpeakerStore store(file(), {.create = true, .patience_ms = 60000});
      Diarization meeting = testing::meeting_of({1, 2, 3}, day);
      remember(meeting, store, model_);
    }));
  }
  for (const pid_t each : children) EXPECT_EQ(exit_code(each), 0);
  const std::vector<KnownVoice> voices = open().voices();
  ASSERT_EQ(voices.size(), 3u);
  for (const KnownVoice& voice : voices) EXPECT_EQ(voice.sessions.size(), 4u);
}

}  // namespace
}  // namespace diarist
