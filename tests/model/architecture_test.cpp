#include "model/architecture.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "model/tensor_table.hpp"
#include "testing/synthetic_model.hpp"

namespace diarist::model {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Shapes shapes_of(const std::vector<TensorSpec>& tensors) {
  Shapes shapes;
  for (const TensorSpec& spec : tensors) shapes[spec.source_name] = spec.shape;
  return shapes;
}

EmbeddingArchitecture resnet(bool bottleneck, std::array<std::int64_t, 4> blocks) {
  EmbeddingArchitecture a;
  a.bottleneck = bottleneck;
  a.blocks = blocks;
  return a;
}

// WeSpeaker's own, by their depths.
TEST(Architecture, OfWeSpeakersFamilyIsReadOffItsTensors) {
  const struct {
    std::int64_t depth;
    EmbeddingArchitecture architecture;
  } kFamily[] = {{18, resnet(false, {2, 2, 2, 2})},   {34, resnet(false, {3, 4, 6, 3})},
                 {50, resnet(true, {3, 4, 6, 3})},    {101, resnet(true, {3, 4, 23, 3})},
                 {152, resnet(true, {3, 8, 36, 3})},  {221, resnet(true, {6, 16, 48, 3})},
                 {293, resnet(true, {10, 20, 64, 3})}};
  for (const auto& member : kFamily) {
    EXPECT_EQ(member.architecture.depth(), member.depth);
    const EmbeddingArchitecture found =
        embedding_architecture(shapes_of(embedding_tensors(member.architecture)));
    EXPECT_TRUE(found == member.architecture) << member.depth;
    EXPECT_THAT(why_not_run(found), IsEmpty());
  }
}

TEST(Architecture, OfOtherSizesIsReadOffItsTensors) {
  for (const bool bottleneck : {false, true}) {
    const Architecture a = testing::other_sizes(bottleneck);
    EXPECT_TRUE(embedding_architecture(shapes_of(embedding_tensors(a.embedding))) == a.embedding);
    // 42 classes are 6 speakers, 3 at once, and nothing else of three or more.
    EXPECT_TRUE(segmentation_architecture(shapes_of(segmentation_tensors(a.segmentation))) ==
                a.segmentation);
    Shapes plda = shapes_of(transform_tensors(a.plda));
    plda.merge(shapes_of(plda_tensors(a.plda)));
    EXPECT_TRUE(plda_architecture(plda) == a.plda);
    const Architecture loaded = architecture_of(testing::synthetic_model(a).pack());
    EXPECT_TRUE(loaded.embedding == a.embedding);
    EXPECT_TRUE(loaded.segmentation == a.segmentation);
    EXPECT_TRUE(loaded.plda == a.plda);
  }
}

TEST(Architecture, DefaultsStandInForWhatIsNotThere) {
  EXPECT_TRUE(segmentation_architecture({}) == SegmentationArchitecture{});
  EXPECT_TRUE(embedding_architecture({}) == EmbeddingArchitecture{});
  EXPECT_TRUE(plda_architecture({}) == PldaArchitecture{});
  // A block that has a hole is as long as its last one says, so that the hole is what is missing.
  Shapes shapes = shapes_of(embedding_tensors());
  shapes.erase("layer3.2.conv1.weight");
  EXPECT_TRUE(embedding_architecture(shapes) == EmbeddingArchitecture{});
  // An absurd index is no million of blocks.
  shapes["layer3.99999999.conv1.weight"] = {1};
  EXPECT_TRUE(embedding_architecture(shapes) == EmbeddingArchitecture{});
}

TEST(Powerset, IsToldByItsClasses) {
  const struct {
    std::int64_t classes;
    int speakers;
    int at_once;
  } kKnown[] = {{4, 2, 2}, {7, 3, 2}, {11, 4, 2}, {16, 5, 2}, {8, 3, 3}, {15, 4, 3}, {42, 6, 3}};
  for (const auto& known : kKnown) {
    EXPECT_EQ(powerset_classes({known.speakers, known.at_once}), known.classes);
    const PowersetSize found = powerset_of(known.classes);
    EXPECT_EQ(found.speakers, known.speakers) << known.classes;
    EXPECT_EQ(found.at_once, known.at_once) << known.classes;
  }
  // Could be labels of single speakers, which are no powerset.
  for (const std::int64_t classes : {0, 1, 3, 5, 6}) {
    EXPECT_EQ(powerset_of(classes).speakers, 0) << classes;
  }
}

TEST(Architecture, NamesWhatDoesNotRun) {
  SegmentationArchitecture segmentation;
  segmentation.lstm_hidden = 100;
  EXPECT_THAT(why_not_run(segmentation),
              HasSubstr("tensor 'lstm.weight_hh_l0' makes the number of hidden units 100, which is "
                        "not run: expected a multiple of 16 up to 1024"));
  segmentation = {};
  segmentation.classes = 3;
  segmentation.speakers = segmentation.speakers_at_once = 0;
  EXPECT_THAT(why_not_run(segmentation),
              HasSubstr("'classifier.weight' makes the number of classes 3"));
  segmentation.speakers = 3;
  segmentation.speakers_at_once = 2;
  EXPECT_THAT(why_not_run(segmentation), HasSubstr("sets of up to 2 of 3 speakers are 7"));
  EmbeddingArchitecture embedding;
  embedding.channels[2] = 100;
  EXPECT_THAT(why_not_run(embedding), HasSubstr("layer3.0.conv1.weight"));
  embedding = {};
  embedding.dimensions = 0;
  EXPECT_THAT(why_not_run(embedding), HasSubstr("seg_1.weight"));
  EXPECT_THAT(why_not_run(PldaArchitecture{100, 128}), HasSubstr("tensor 'lda'"));
  Architecture together;
  together.embedding.dimensions = 192;
  EXPECT_THAT(why_not_together(together),
              HasSubstr("256 dimensions, those of the embedding net have 192"));
}

TEST(Architecture, APackOfNetsThatDoNotFitIsRefused) {
  Architecture a = testing::other_sizes(false);
  a.plda = {64, 40};
  try {
    testing::synthetic_model(a);
    ADD_FAILURE() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::wrong_model);
    EXPECT_THAT(error.what(), HasSubstr("synthetic: tensor 'lda' takes embeddings of 64"));
  }
  a = testing::other_sizes(false);
  a.segmentation.speakers = 2147483647;
  EXPECT_THROW(testing::synthetic_model(a), Error);
}

}  // namespace
}  // namespace diarist::model
