#include "modeltools/quantize/selection.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/model.hpp"

#include "model/packs.hpp"
#include "testing/synthetic_model.hpp"

namespace diarist::modeltools::quantize {
namespace {

using diarist::testing::error_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Glob, TakesStarsAndQuestionMarks) {
  EXPECT_TRUE(matches("abc", "abc"));
  EXPECT_FALSE(matches("abc", "abcd"));
  EXPECT_FALSE(matches("abcd", "abc"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_TRUE(matches("a*c", "ac"));
  EXPECT_TRUE(matches("a*c", "abcbc"));
  EXPECT_FALSE(matches("a*c", "abcb"));
  EXPECT_TRUE(matches("*.layer?.*.weight", "embedding.layer3.1.conv1.weight"));
  EXPECT_FALSE(matches("*.layer?.*.weight", "embedding.layer33.weight"));
  EXPECT_TRUE(matches("**a**", "ba"));
}

TEST(Glob, DoesNotTakeForeverOnManyStars) {
  EXPECT_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*b", std::string(200, 'a')));
}

TEST(Selection, KeepsSensitiveTensorsByDefault) {
  const Model model = Model::builtin();
  const auto selected = selected_tensors(model.pack(), {}, {});
  EXPECT_TRUE(std::is_sorted(selected.begin(), selected.end()));
  EXPECT_THAT(selected, Contains("embedding.seg_1.weight"));
  EXPECT_THAT(selected, Contains("segmentation.lstm.weight_hh_l0"));
  EXPECT_THAT(selected, Not(Contains("segmentation.sincnet.conv1d.1.weight")));
  EXPECT_THAT(selected, Not(Contains("segmentation.classifier.weight")));
  EXPECT_THAT(selected, Not(Contains("embedding.conv1.weight")));
  EXPECT_FALSE(sensitive_because("embedding.conv1.weight").empty());
  // 36 convolutions and a linear layer; 16 of the LSTM, 2 linear layers, classifier, 2 of SincNet.
  EXPECT_EQ(weight_tensors(model.pack()).size(), 37U + 21);
  // Of another size: all of its own, of blocks and kinds that the built-in model does not have.
  const Model deep = testing::synthetic_model(testing::other_sizes(true));
  const std::vector<std::string> names = weight_tensors(deep.pack());
  // 1 stem, 6 blocks of 3 and 4 shortcuts, the linear layer; 2 convolutions, 8 of the LSTM, 3
  // linear layers and the classifier.
  EXPECT_EQ(names.size(), 1U + 18 + 4 + 1 + 2 + 8 + 3 + 1);
  EXPECT_THAT(names, Contains("embedding.layer1.1.conv3.weight"));
  EXPECT_EQ(selected.size(), 37U + 21 - 4);
}

TEST(Selection, TakesWhatIsAskedFor) {
  const Model model = Model::builtin();
  EXPECT_THAT(selected_tensors(model.pack(), {"*.conv1.weight"}, {"*layer*"}),
              ElementsAre("embedding.conv1.weight"));
  EXPECT_THAT(selected_tensors(model.pack(), {"segmentation.linear.?.weight"}, {}),
              ElementsAre("segmentation.linear.0.weight", "segmentation.linear.1.weight"));
}

TEST(Selection, RefusesGlobsThatFitNothing) {
  const Model model = Model::builtin();
  const Error only = error_of([&] { selected_tensors(model.pack(), {"embeding.*"}, {}); });
  EXPECT_EQ(only.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(only.what(), HasSubstr("only: 'embeding.*' fits no weight tensor"));
  EXPECT_THAT(error_of([&] { selected_tensors(model.pack(), {}, {"plda.lda"}); }).what(),
              HasSubstr("keep: 'plda.lda' fits no weight tensor"));
  EXPECT_THAT(error_of([&] { selected_tensors(model.pack(), {}, {"*"}); }).what(),
              HasSubstr("leaves no tensor"));
}

}  // namespace
}  // namespace diarist::modeltools::quantize
