#include "kernels/contraction.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::kernels {
namespace {

using testing::kRounding;
using testing::random_values;

enum class Residual { none, apart, in_place };

struct Shape {
  int lines = 1;
  int rows = 1;
  int columns = 1;
  int segments = 1;
  int segment_length = 1;
  int row_stride = 1;
  int line_stride = 0;
  int segment_stride = 0;
  Residual residual = Residual::none;
  Activation activation = Activation::none;

  int depth() const { return segments * segment_length; }
  std::size_t input_size() const {
    return static_cast<std::size_t>(lines - 1) * line_stride +
           static_cast<std::size_t>(rows - 1) * row_stride +
           static_cast<std::size_t>(segments - 1) * segment_stride + segment_length;
  }
  // Outputs leave gaps of 3 after each row and 5 after each line, which nobody may touch.
  int output_row() const { return columns + 3; }
  int output_line() const { return rows * output_row() + 5; }
  std::size_t output_size() const { return static_cast<std::size_t>(lines) * output_line(); }
};

constexpr float kUntouched = 1234.5F;

/// Random numbers of one shape, and what a kernel makes of them.
class Problem {
 public:
  explicit Problem(const Shape& shape, unsigned seed = 1)
      : shape_(shape),
        input_(random_values(shape.input_size(), seed)),
        matrix_(random_values(static_cast<std::size_t>(shape.columns) * shape.depth(), seed + 1)),
        bias_(random_values(static_cast<std::size_t>(shape.columns), seed + 2)),
        residual_(random_values(shape.output_size(), seed + 3)) {}

  PackedWeights packed(int panel) const {
    return PackedWeights(matrix_, shape_.columns, shape_.depth(), bias_, panel);
  }

  std::vector<float> start() const {
    std::vector<float> output(shape_.output_size(), kUntouched);
    if (shape_.residual == Residual::in_place) {
      for_each_output([&](std::size_t at, const float*, int) { output[at] = residual_[at]; });
    }
    return output;
  }

  Contraction contraction(const PackedWeights& weights, std::vector<float>& output) const {
    Contraction c;
    c.input = input_.data();
    c.line_stride = shape_.line_stride;
    c.row_stride = shape_.row_stride;
    c.segments = shape_.segments;
    c.segment_stride = shape_.segment_stride;
    c.weights = &weights;
    if (shape_.residual != Residual::none) {
      c.residual = shape_.residual == Residual::apart ? residual_.data() : output.data();
      c.residual_line_stride = shape_.output_line();
      c.residual_row_stride = shape_.output_row();
    }
    c.output = output.data();
    c.output_line_stride = shape_.output_line();
    c.output_row_stride = shape_.output_row();
    c.lines = shape_.lines;
    c.rows = shape_.rows;
    c.activation = shape_.activation;
    return c;
  }

  std::vector<float> solve(const KernelSet& kernels) const {
    const PackedWeights weights = packed(kernels.panel);
    std::vector<float> output = start();
    kernels.contract(contraction(weights, output));
    return output;
  }

  /// body(place in the output, first input of its first segment, column)
  template <class Body>
  void for_each_output(const Body& body) const {
    for (int line = 0; line < shape_.lines; ++line) {
      for (int row = 0; row < shape_.rows; ++row) {
        const float* input = input_.data() +
                             static_cast<std::ptrdiff_t>(line) * shape_.line_stride +
                             static_cast<std::ptrdiff_t>(row) * shape_.row_stride;
        for (int column = 0; column < shape_.columns; ++column) {
          body(static_cast<std::size_t>(line * shape_.output_line() + row * shape_.output_row() +
                                        column),
               input, column);
        }
      }
    }
  }

  /// How far two f32 evaluations of one output may lie apart. Each of `depth` additions rounds its
  /// partial sum; for independent terms those partial sums grow with the square root of their
  /// number, and the errors add up to about 0.7 * rounding * |input| * |weights|, whatever the
  /// depth. 8 is beyond ten standard deviations of a difference of two.
  double tolerance(const float* input, int column) const {
    double inputs = 0;
    double weights = 0;
    for (int s = 0; s < shape_.segments; ++s) {
      for (int k = 0; k < shape_.segment_length; ++k) {
        const double x = static_cast<double>(input[s * shape_.segment_stride + k]);
        const double w =
            static_cast<double>(matrix_[static_cast<std::size_t>(column) * shape_.depth() +
                                        static_cast<std::size_t>(s * shape_.segment_length + k)]);
        inputs += x * x;
        weights += w * w;
      }
    }
    constexpr double kBiasAndResidual = 8;  // neither of them, normally distributed, is larger
    return 8 * kRounding * (std::sqrt(inputs * weights) + kBiasAndResidual);
  }

  /// `found` is `expected` within the tolerance, and the gaps are untouched.
  void expect_near(const std::vector<float>& found, const std::vector<float>& expected) const {
    std::vector<bool> written(found.size(), false);
    int wrong = 0;
    for_each_output([&](std::size_t at, const float* input, int column) {
      written[at] = true;
      const double error = std::abs(static_cast<double>(found[at]) - expected[at]);
      if (!(error <= tolerance(input, column))) {
        if (++wrong <= 3)
          ADD_FAILURE() << "output " << at << ": " << found[at] << " is not " << expected[at];
      }
    });
    EXPECT_EQ(wrong, 0) << description();
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!written[i] && found[i] != kUntouched) {
        ADD_FAILURE() << "wrote into a gap, at " << i << ": " << description();
        return;
      }
    }
  }

  std::string description() const {
    return "lines " + std::to_string(shape_.lines) + " rows " + std::to_string(shape_.rows) +
           " columns " + std::to_string(shape_.columns) + " segments " +
           std::to_string(shape_.segments) + " of " + std::to_string(shape_.segment_length);
  }

 private:
  Shape shape_;
  std::vector<float> input_;
  std::vector<float> matrix_;
  std::vector<float> bias_;
  std::vector<float> residual_;
};

class Contract : public testing::EachInstructionSet {
 protected:
  void check(const Shape& shape) const {
    const Problem problem(shape);
    problem.expect_near(problem.solve(kernels_), problem.solve(twin_));
  }
};

TEST_P(Contract, ProductsOfEveryTileAndPanelRemainder) {
  for (int rows = 1; rows <= 12; ++rows) {
    for (const int columns : {1, 7, 60, 80, 256}) {
      for (const int depth : {1, 9, 251, 400}) {
        Shape shape;
        shape.rows = rows;
        shape.columns = columns;
        shape.segment_length = depth;
        shape.row_stride = depth;
        check(shape);
      }
    }
  }
}

TEST_P(Contract, DeepProducts) {
  for (const int rows : {1, 6}) {
    Shape shape;
    shape.rows = rows;
    shape.columns = 256;
    shape.segment_length = 5120;
    shape.row_stride = 5120;
    check(shape);
  }
}

TEST_P(Contract, OverlappingRows) {
  Shape sinc;  // 80 filters of 251 taps, stride 10
  sinc.rows = 98;
  sinc.columns = 80;
  sinc.segment_length = 251;
  sinc.row_stride = 10;
  check(sinc);
  Shape conv;  // 5 taps of 80 channels
  conv.rows = 23;
  conv.columns = 60;
  conv.segment_length = 400;
  conv.row_stride = 80;
  check(conv);
}

TEST_P(Contract, SegmentsAndLinesAtEveryStride) {
  for (const int channels : {1, 5, 32}) {
    for (const int stride : {1, 2}) {
      for (const int columns : {7, 32}) {
        const int bins = 22;
        Shape shape;
        shape.lines = 6;
        shape.rows = stride == 1 ? bins - 2 : (bins - 2) / 2;
        shape.columns = columns;
        shape.segments = 3;
        shape.segment_length = 3 * channels;
        shape.segment_stride = bins * channels;
        shape.row_stride = stride * channels;
        shape.line_stride = stride * bins * channels;
        check(shape);
      }
    }
  }
}

TEST_P(Contract, ResidualsAndActivations) {
  for (const Residual residual : {Residual::none, Residual::apart, Residual::in_place}) {
    for (const Activation activation :
         {Activation::none, Activation::relu, Activation::leaky_relu}) {
      for (const int columns : {7, 64}) {
        Shape shape;
        shape.lines = 2;
        shape.rows = 8;
        shape.columns = columns;
        shape.segment_length = 10;
        shape.row_stride = 10;
        shape.line_stride = 100;
        shape.residual = residual;
        shape.activation = activation;
        check(shape);
      }
    }
  }
}

// The kernel goes through its input in blocks of 128 KB.
TEST_P(Contract, InputsOfManyBlocks) {
  Shape rows;  // 20 to a block
  rows.rows = 93;
  rows.columns = 60;
  rows.segment_length = 30;
  rows.row_stride = 1600;
  check(rows);
  Shape lines;  // 12 to a block
  lines.lines = 40;
  lines.rows = 80;
  lines.columns = 40;
  lines.segments = 3;
  lines.segment_length = 9;
  lines.segment_stride = 82 * 32;
  lines.row_stride = 32;
  lines.line_stride = 82 * 32;
  check(lines);
  Shape wide;  // each row is more than a block
  wide.rows = 7;
  wide.columns = 33;
  wide.segment_length = 20;
  wide.row_stride = 40000;
  check(wide);
  wide.lines = 7;
  wide.line_stride = 40000;
  wide.rows = 3;
  wide.row_stride = 20;
  check(wide);
}

TEST_P(Contract, NothingToDo) {
  Shape shape;
  shape.columns = 20;
  shape.segment_length = 4;
  const Problem problem(shape);
  const PackedWeights weights = problem.packed(kernels_.panel);
  std::vector<float> output(shape.output_size(), kUntouched);
  Contraction c = problem.contraction(weights, output);
  c.rows = 0;
  kernels_.contract(c);
  c.rows = 1;
  c.lines = 0;
  kernels_.contract(c);
  EXPECT_EQ(output, std::vector<float>(shape.output_size(), kUntouched));
}

// What makes results independent of batches: bit for bit, however rows are cut into calls.
TEST_P(Contract, SameBitsInEveryGrouping) {
  for (const int columns : {7, 60, 128}) {
    Shape shape;
    shape.rows = 17;
    shape.columns = columns;
    shape.segments = 3;
    shape.segment_length = 50;
    shape.segment_stride = 71;
    shape.row_stride = 20;
    shape.residual = Residual::apart;
    shape.activation = Activation::leaky_relu;
    const Problem problem(shape);
    const std::vector<float> whole = problem.solve(kernels_);
    const PackedWeights weights = problem.packed(kernels_.panel);
    for (const int group : {1, 2, 3, 4, 5, 6, 11, 16}) {
      std::vector<float> output = problem.start();
      for (int first = 0; first < shape.rows; first += group) {
        Contraction c = problem.contraction(weights, output);
        c.input += first * c.row_stride;
        c.residual += first * c.residual_row_stride;
        c.output += first * c.output_row_stride;
        c.rows = std::min(group, shape.rows - first);
        kernels_.contract(c);
      }
      EXPECT_EQ(output, whole) << columns << " columns in groups of " << group;
    }
    // The same rows as lines of one row each.
    std::vector<float> output = problem.start();
    Contraction c = problem.contraction(weights, output);
    std::swap(c.lines, c.rows);
    c.line_stride = c.row_stride;
    c.residual_line_stride = c.residual_row_stride;
    c.output_line_stride = c.output_row_stride;
    kernels_.contract(c);
    EXPECT_EQ(output, whole) << columns << " columns as lines";
  }
}

// A 3 x 3 convolution over an image with a border of zeros, against its definition in f64.
TEST_P(Contract, IsAConvolution) {
  const int lines = 7;
  const int bins = 11;
  const int in = 6;
  const int out = 20;
  for (const int stride : {1, 2}) {
    const int out_lines = (lines + stride - 1) / stride;
    const int out_bins = (bins + stride - 1) / stride;
    const std::vector<float> image = random_values(static_cast<std::size_t>(lines * bins * in), 7);
    const std::vector<float> taps = random_values(static_cast<std::size_t>(out * 9 * in), 8);
    const std::vector<float> bias = random_values(static_cast<std::size_t>(out), 9);
    std::vector<float> bordered(static_cast<std::size_t>((lines + 2) * (bins + 2) * in), 0.0F);
    for (int y = 0; y < lines; ++y) {
      std::copy_n(image.begin() + y * bins * in, bins * in,
                  bordered.begin() + ((y + 1) * (bins + 2) + 1) * in);
    }

    const PackedWeights weights(taps, out, 9 * in, bias, kernels_.panel);
    std::vector<float> found(static_cast<std::size_t>(out_lines * out_bins * out));
    Contraction c;
    c.input = bordered.data();
    c.line_stride = static_cast<std::ptrdiff_t>(stride) * (bins + 2) * in;
    c.row_stride = static_cast<std::ptrdiff_t>(stride) * in;
    c.segments = 3;
    c.segment_stride = static_cast<std::ptrdiff_t>(bins + 2) * in;
    c.weights = &weights;
    c.output = found.data();
    c.output_line_stride = static_cast<std::ptrdiff_t>(out_bins) * out;
    c.output_row_stride = out;
    c.lines = out_lines;
    c.rows = out_bins;
    kernels_.contract(c);

    for (int y = 0; y < out_lines; ++y) {
      for (int x = 0; x < out_bins; ++x) {
        for (int o = 0; o < out; ++o) {
          double sum = static_cast<double>(bias[static_cast<std::size_t>(o)]);
          double size = std::abs(sum);
          for (int dy = 0; dy < 3; ++dy) {
            for (int dx = 0; dx < 3; ++dx) {
              const int line = y * stride + dy - 1;
              const int bin = x * stride + dx - 1;
              if (line < 0 || line >= lines || bin < 0 || bin >= bins) continue;
              for (int i = 0; i < in; ++i) {
                const double term =
                    static_cast<double>(
                        image[static_cast<std::size_t>((line * bins + bin) * in + i)]) *
                    static_cast<double>(
                        taps[static_cast<std::size_t>((o * 9 + dy * 3 + dx) * in + i)]);
                sum += term;
                size += std::abs(term);
              }
            }
          }
          // Higham's bound for sums in any order: n roundings of what is at most sum |terms|.
          EXPECT_NEAR(found[static_cast<std::size_t>((y * out_bins + x) * out + o)], sum,
                      (9 * in + 1) * kRounding * size)
              << "stride " << stride << " at " << y << ", " << x << ", " << o;
        }
      }
    }
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(Contract);

TEST(PackedWeights, FillsTheLastPanelWithZeros) {
  const std::vector<float> matrix{1, 2, 3, 4, 5, 6};  // [3 columns, depth 2]
  const PackedWeights packed(matrix, 3, 2, std::vector<float>{7, 8, 9}, 2);
  ASSERT_EQ(packed.panels(), 2);
  EXPECT_EQ(packed.depth(), 2);
  const auto values = [](const float* data, int count) {
    return std::vector<float>(data, data + count);
  };
  EXPECT_EQ(values(packed.panel_data(0), 4), (std::vector<float>{1, 3, 2, 4}));
  EXPECT_EQ(values(packed.panel_data(1), 4), (std::vector<float>{5, 0, 6, 0}));
  EXPECT_EQ(values(packed.bias(), 4), (std::vector<float>{7, 8, 9, 0}));
}

TEST(PackedWeights, HasNoBiasWhereNoneIsGiven) {
  const PackedWeights packed(std::vector<float>{1, 2, 3}, 3, 1, {}, 4);
  EXPECT_EQ(std::vector<float>(packed.bias(), packed.bias() + 4), std::vector<float>(4, 0.0F));
}

}  // namespace
}  // namespace diarist::kernels
