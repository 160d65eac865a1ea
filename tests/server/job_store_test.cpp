#include "server/job_store.hpp"

#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "server/problem.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

using ::testing::ElementsAre;

class JobStoreTest : public ::testing::Test {
 protected:
  JobStoreTest()
      : folder_(std::filesystem::temp_directory_path() / ("jobs" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder_);
    open();
  }
  ~JobStoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    store_.reset();
    store_.emplace(folder_ / "jobs.sqlite");
  }
  std::string add(const std::string& name) {
    Job job;
    job.id = random_id();
    job.name = name;
    job.options = R"({"speakers":2})";
    job.bytes = 123;
    job.type = "audio/wav";
    job.created_ms = now_ms();
    EXPECT_GT(store_->add(job), 0);
    return job.id;
  }
  JobState state(const std::string& id) { return store_->find(id)->state; }

  std::filesystem::path folder_;
  std::optional<JobStore> store_;
};

TEST_F(JobStoreTest, WhatWasPutInComesOutAlsoOfANewStore) {
  const std::string id = add("Größe");
  open();
  const auto job = store_->find(id);
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->name, "Größe");
  EXPECT_EQ(job->options, R"({"speakers":2})");
  EXPECT_EQ(job->bytes, 123);
  EXPECT_EQ(job->type, "audio/wav");
  EXPECT_EQ(job->state, JobState::queued);
  EXPECT_TRUE(job->audio_kept);
  EXPECT_EQ(job->started_ms, 0);
  EXPECT_FALSE(store_->find(random_id()).has_value());
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "jobs.sqlite").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(JobStoreTest, InOrderAndEachOnce) {
  const std::string first = add("1");
  const std::string second = add("2");
  EXPECT_EQ(store_->ahead_of(*store_->find(second)), 1);
  EXPECT_EQ(store_->begin_next()->id, first);
  EXPECT_EQ(store_->begin_next()->id, second);
  EXPECT_FALSE(store_->begin_next().has_value());
  EXPECT_EQ(state(first), JobState::running);
}

TEST_F(JobStoreTest, RunningOnesStartAgainInTheirPlaces) {
  const std::string first = add("1");
  const std::string second = add("2");
  store_->begin_next();
  open();
  EXPECT_EQ(state(first), JobState::queued);
  EXPECT_EQ(store_->begin_next()->id, first);
  store_->put_back(first);
  EXPECT_EQ(store_->begin_next()->id, first);
  EXPECT_EQ(store_->begin_next()->id, second);
}

TEST_F(JobStoreTest, OneThatBringsTheProgramDownComesLast) {
  const std::string bad = add("bad");
  for (int i = 0; i < kSuspiciousStarts; ++i) {
    EXPECT_EQ(store_->begin_next()->id, bad);
    open();
  }
  const std::string good = add("good");
  EXPECT_EQ(store_->begin_next()->id, good);
  EXPECT_EQ(store_->begin_next()->id, bad);
  // Put back in order, it is no suspect.
  store_->put_back(good);
  EXPECT_EQ(store_->begin_next()->id, good);
}

TEST_F(JobStoreTest, OneThatBringsTheProgramDownAgainAndAgainFails) {
  const std::string bad = add("bad");
  for (int i = 0; i < kMostStarts; ++i) {
    EXPECT_EQ(state(bad), JobState::queued) << i;
    EXPECT_EQ(store_->begin_next()->id, bad);
    // In order, as often as one likes, is another matter.
    store_->put_back(bad);
    EXPECT_EQ(store_->begin_next()->id, bad);
    open();
  }
  const auto job = store_->find(bad);
  EXPECT_EQ(job->state, JobState::failed);
  EXPECT_EQ(job->error_code, "crashed");
  EXPECT_THAT(job->error, ::testing::HasSubstr("each of the 5 times"));
  EXPECT_GT(job->ended_ms, 0);
  EXPECT_FALSE(store_->begin_next().has_value());
}

TEST_F(JobStoreTest, ResultsAreWhole) {
  add("a");
  Job job = *store_->begin_next();
  job.duration_s = 30.5;
  job.turns = 7;
  job.speakers = {"SPEAKER_00", "\"Zoë\""};
  EXPECT_FALSE(store_->document(job.id).has_value());
  EXPECT_TRUE(store_->succeed(job, "{\"a\":1}"));
  open();
  const auto done = store_->find(job.id);
  EXPECT_EQ(done->state, JobState::succeeded);
  EXPECT_EQ(done->duration_s, 30.5);
  EXPECT_EQ(done->turns, 7);
  EXPECT_EQ(done->speakers, job.speakers);
  EXPECT_GT(done->ended_ms, 0);
  EXPECT_EQ(store_->document(job.id), "{\"a\":1}");
  EXPECT_TRUE(store_->replace_document(job.id, "{}", {"Ann"}));
  EXPECT_EQ(store_->document(job.id), "{}");
  EXPECT_THAT(store_->find(job.id)->speakers, ElementsAre("Ann"));
  EXPECT_FALSE(store_->replace_document(random_id(), "{}", {}));
}

TEST_F(JobStoreTest, WhoeverIsFirstEndsAJob) {
  add("a");
  Job job = *store_->begin_next();
  EXPECT_TRUE(store_->cancel(job.id));
  EXPECT_FALSE(store_->cancel(job.id));
  EXPECT_FALSE(store_->succeed(job, "{}"));
  EXPECT_FALSE(store_->fail(job.id, "io", "no", true));
  store_->put_back(job.id);
  EXPECT_EQ(state(job.id), JobState::cancelled);
  EXPECT_FALSE(store_->document(job.id).has_value());

  add("b");
  job = *store_->begin_next();
  EXPECT_TRUE(store_->fail(job.id, "corrupt_audio", "is empty", false));
  EXPECT_FALSE(store_->find(job.id)->audio_kept);
  EXPECT_EQ(store_->find(job.id)->error_code, "corrupt_audio");
  EXPECT_EQ(store_->find(job.id)->error, "is empty");
}

TEST_F(JobStoreTest, PagesAndCounts) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(add(std::to_string(i)));
  store_->cancel(ids[2]);
  const std::vector<Job> page = store_->list(0, 2, std::nullopt);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].id, ids[4]);
  const std::vector<Job> rest = store_->list(page[1].number, 10, std::nullopt);
  ASSERT_EQ(rest.size(), 3U);
  EXPECT_EQ(rest[0].id, ids[2]);
  EXPECT_EQ(store_->list(0, 10, JobState::cancelled).size(), 1U);
  EXPECT_EQ(store_->counts()[JobState::queued], 4);
  EXPECT_EQ(store_->counts()[JobState::failed], 0);
}

TEST_F(JobStoreTest, OldOnesGo) {
  const std::string ended = add("a");
  const std::string queued = add("b");
  store_->cancel(ended);
  EXPECT_THAT(store_->remove_ended_before(now_ms() - 1000), ElementsAre());
  // Whoever begins next removes its recording, if a crash kept us from it.
  EXPECT_FALSE(store_->find(ended)->audio_kept);
  EXPECT_THAT(store_->ids_with_audio(), ElementsAre(queued));
  EXPECT_THAT(store_->remove_ended_before(now_ms() + 1000), ElementsAre(ended));
  EXPECT_FALSE(store_->find(ended).has_value());
  EXPECT_TRUE(store_->remove(queued));
  EXPECT_FALSE(store_->remove(queued));
}

TEST_F(JobStoreTest, AFullDiskIsToldAsSuch) {
  sqlite::Database database(folder_ / "jobs.sqlite", 0, {"", "", ""});
  database.execute("PRAGMA max_page_count=1");  // It has more, and gets none besides.
  try {
    database.execute("CREATE TABLE more(a); INSERT INTO more VALUES(randomblob(1000000))");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    const Problem problem = Problem::of(error);
    EXPECT_EQ(problem.status(), 507);
    EXPECT_EQ(problem.kind(), "no-space");
  }
}

TEST_F(JobStoreTest, FilesOfOthersAreLeftAlone) {
  store_.reset();
  {
    sqlite::Database other(folder_ / "jobs.sqlite", 0, {"", "", ""});
    other.execute("PRAGMA application_id=1");
  }
  EXPECT_THROW(open(), Error);
}

TEST(JobIds, CannotBePaths) {
  const std::string id = random_id();
  EXPECT_TRUE(is_id(id));
  EXPECT_NE(id, random_id());
  for (const std::string& text :
       {std::string(), id.substr(1), id + "0", "../" + id.substr(3), "A" + id.substr(1),
        std::string(32, '.'), std::string(32, '\0')}) {
    EXPECT_FALSE(is_id(text));
  }
}

}  // namespace
}  // namespace diarist::server
