#include "linking/agglomeration.hpp"

#include <set>

#include <gtest/gtest.h>

#include "diarist/model.hpp"

#include "linking/archive.hpp"

namespace diarist::linking {
namespace {

using diarist::testing::far_voice_of;

class AgglomerationTest : public ::testing::Test {
 protected:
  /// Looks one after the other at people 0, 1, 2, 0, 1, 2, ...
  void look(std::size_t looks, unsigned people) {
    groups_ = std::make_unique<VoiceGroups>(model_.pack(), looks);
    apartness_ = std::make_unique<Apartness>(looks);
    for (unsigned i = 0; i < looks; ++i) {
      groups_->add_look(i, far_voice_of(i % people, i), 10);
    }
  }
  std::vector<std::uint32_t> run(float min_score = 0) {
    return run(std::vector<bool>(groups_->size(), true), min_score);
  }
  std::vector<std::uint32_t> run(std::vector<bool> founders, float min_score = 0) {
    ThreadPool pool(2);
    return agglomerate(*groups_, *apartness_, std::move(founders), min_score, pool);
  }
  const Model model_ = Model::builtin();
  std::unique_ptr<VoiceGroups> groups_;
  std::unique_ptr<Apartness> apartness_;
};

TEST_F(AgglomerationTest, FindsThePeople) {
  look(30, 3);
  const std::vector<std::uint32_t> places = run();
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], i % 3);
}

TEST_F(AgglomerationTest, KeepsApartWhatMustBe) {
  // One voice; looks 0 and 1 are of one recording, 2 and 3 of another.
  look(4, 1);
  for (std::size_t i = 0; i < 4; ++i) {
    apartness_->add_recording(i, static_cast<std::uint32_t>(i / 2));
  }
  const std::vector<std::uint32_t> places = run();
  EXPECT_NE(places[0], places[1]);
  EXPECT_NE(places[2], places[3]);
  EXPECT_EQ(std::set<std::uint32_t>(places.begin(), places.end()).size(), 2U);
}

TEST_F(AgglomerationTest, JoinsNobodyBelowTheScore) {
  look(12, 3);
  const std::vector<std::uint32_t> places = run(1000);
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], i);
}

/// Of more than a group has neighbours: what one round cannot join, the next one does.
TEST_F(AgglomerationTest, OfOneVoiceInManyRecordingsIsOneGroup) {
  look(1500, 2);
  const std::vector<std::uint32_t> places = run();
  EXPECT_EQ(std::set<std::uint32_t>(places.begin(), places.end()).size(), 2U);
}

/// Looks 3 and 4 are more alike than any other two, and 4 was heard beside 0.
TEST_F(AgglomerationTest, ShortLooksDoNotDrawEachOtherAwayFromAFounder) {
  look(3, 1);
  auto looks = std::make_unique<VoiceGroups>(model_.pack(), 5);
  for (unsigned i = 0; i < 3; ++i) looks->add(i, groups_->sums(i));
  for (unsigned i = 3; i < 5; ++i) looks->add_look(i, far_voice_of(0, 77), 2);
  groups_ = std::move(looks);
  apartness_ = std::make_unique<Apartness>(5);
  for (const std::size_t i : {0U, 4U}) apartness_->add_recording(i, 0);
  VoiceGroups untouched = *groups_;
  Apartness apart = *apartness_;

  EXPECT_EQ(run({true, true, true, false, false}), (std::vector<std::uint32_t>{0, 0, 0, 0, 4}));
  *groups_ = untouched;
  *apartness_ = apart;
  EXPECT_NE(run()[3], 0U) << "the test tells nothing";
}

/// More of them than a group keeps candidates, and than rounds of so many would take. Each has a
/// twin, more like it than anybody else, which was heard beside the person.
TEST_F(AgglomerationTest, AnyNumberOfShortLooksGoToTheirPerson) {
  constexpr unsigned kMany = 300;
  groups_ = std::make_unique<VoiceGroups>(model_.pack(), 3 * kMany);
  apartness_ = std::make_unique<Apartness>(3 * kMany);
  std::vector<bool> founders(std::size_t{3} * kMany, false);
  for (unsigned i = 0; i < kMany; ++i) {
    const unsigned twin = kMany + i;
    const unsigned look = 2 * kMany + i;
    groups_->add_look(i, far_voice_of(0, i), 20);
    groups_->add_look(twin, far_voice_of(0, 500 + i), 2);
    groups_->add_look(look, far_voice_of(0, 500 + i), 2);
    for (const unsigned each : {i, twin}) apartness_->add_recording(each, i);
    apartness_->add_recording(look, kMany + i);
    founders[i] = true;
  }
  const std::vector<std::uint32_t> places = run(founders);
  for (unsigned i = 0; i < kMany; ++i) {
    ASSERT_EQ(places[i], 0U);
    ASSERT_NE(places[kMany + i], 0U) << i;
    ASSERT_EQ(places[2 * kMany + i], 0U) << i;
  }
}

TEST_F(AgglomerationTest, WhoHasNoFounderIsJoinedToo) {
  look(30, 3);
  std::vector<bool> founders(30, false);
  for (std::size_t i = 0; i < 30; i += 3) founders[i] = true;  // of person 0 alone
  std::vector<std::uint32_t> places = run(founders);
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], i % 3);
  look(30, 3);
  places = run(std::vector<bool>(30, false));
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], i % 3);
}

TEST_F(AgglomerationTest, OfNothingIsNothing) {
  look(0, 1);
  EXPECT_TRUE(run().empty());
}

}  // namespace
}  // namespace diarist::linking
