#include "kernels/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace diarist::kernels {
namespace {

constexpr int kPanel = 16;

float activate(float value, Activation activation) {
  if (activation == Activation::relu) return std::max(value, 0.0F);
  if (activation == Activation::leaky_relu) return std::max(value, kLeakySlope * value);
  return value;
}

void contract(const Contraction& c) {
  const int length = c.weights->depth() / c.segments;
  for (int line = 0; line < c.lines; ++line) {
    for (int row = 0; row < c.rows; ++row) {
      const float* input = c.input + line * c.line_stride + row * c.row_stride;
      float* output = c.output + line * c.output_line_stride + row * c.output_row_stride;
      for (int panel = 0; panel < c.weights->panels(); ++panel) {
        const int first = panel * kPanel;
        const int columns = std::min(kPanel, c.weights->columns() - first);
        float sums[kPanel];
        std::copy_n(c.weights->bias() + first, kPanel, sums);
        const float* weights = c.weights->panel_data(panel);
        for (int s = 0; s < c.segments; ++s) {
          for (int k = 0; k < length; ++k) {
            const float x = input[s * c.segment_stride + k];
            for (int j = 0; j < kPanel; ++j) sums[j] += x * weights[j];
            weights += kPanel;
          }
        }
        for (int j = 0; j < columns; ++j) {
          if (c.residual != nullptr) {
            sums[j] +=
                c.residual[line * c.residual_line_stride + row * c.residual_row_stride + first + j];
          }
          output[first + j] = activate(sums[j], c.activation);
        }
      }
    }
  }
}

float sigmoid(float x) { return 1.0F / (1.0F + std::exp(-x)); }

void lstm_cell(const float* gates, float* cell, float* output, std::ptrdiff_t output_stride,
               int batch, int hidden) {
  for (int b = 0; b < batch; ++b) {
    const float* g = gates + static_cast<std::ptrdiff_t>(b) * 4 * hidden;
    float* c = cell + static_cast<std::ptrdiff_t>(b) * hidden;
    for (int j = 0; j < hidden; ++j) {
      c[j] = sigmoid(g[hidden + j]) * c[j] + sigmoid(g[j]) * std::tanh(g[2 * hidden + j]);
      output[b * output_stride + j] = sigmoid(g[3 * hidden + j]) * std::tanh(c[j]);
    }
  }
}

void fold_symmetric(const SymmetricFold& fold) {
  for (int row = 0; row < fold.rows; ++row) {
    const float* x = fold.samples + row * fold.stride;
    for (int k = 0; k < SymmetricFold::depth(fold.taps); ++k) {
      fold.sums[row * fold.row_stride + k] = x[k] + x[fold.taps - 1 - k];
      fold.differences[row * fold.row_stride + k] = x[k] - x[fold.taps - 1 - k];
    }
  }
}

void affine_abs_max_pool(const float* input, std::ptrdiff_t input_stride, float scale,
                         const float* shift, float* output, int frames, int channels) {
  for (int t = 0; t < frames; ++t) {
    for (int c = 0; c < channels; ++c) {
      float best = 0;
      for (int i = 0; i < 3; ++i) {
        best = std::max(best, std::abs(scale * input[(3 * t + i) * input_stride + c] + shift[c]));
      }
      output[static_cast<std::ptrdiff_t>(t) * channels + c] = best;
    }
  }
}

void max_pool(const float* input, std::ptrdiff_t input_stride, float* output, int frames,
              int channels) {
  for (int t = 0; t < frames; ++t) {
    for (int c = 0; c < channels; ++c) {
      const float* in = input + 3 * t * input_stride + c;
      output[static_cast<std::ptrdiff_t>(t) * channels + c] =
          std::max(std::max(in[0], in[input_stride]), in[2 * input_stride]);
    }
  }
}

void instance_norm_leaky(const float* data, int frames, int channels, const float* scale,
                         const float* shift, float epsilon, float* output,
                         std::ptrdiff_t output_stride) {
  for (int c = 0; c < channels; ++c) {
    const auto at = [&](int t) { return data[static_cast<std::ptrdiff_t>(t) * channels + c]; };
    double sum = 0;
    for (int t = 0; t < frames; ++t) sum += static_cast<double>(at(t));
    const double mean = sum / frames;
    double squares = 0;
    for (int t = 0; t < frames; ++t) {
      const double difference = static_cast<double>(at(t)) - mean;
      squares += difference * difference;
    }
    const double gain =
        static_cast<double>(scale[c]) / std::sqrt(squares / frames + static_cast<double>(epsilon));
    for (int t = 0; t < frames; ++t) {
      const auto y = static_cast<float>((static_cast<double>(at(t)) - mean) * gain +
                                        static_cast<double>(shift[c]));
      output[t * output_stride + c] = std::max(y, kLeakySlope * y);
    }
  }
}

void statistics_pool(const float* const* rows, const float* weights, int frames, int speakers,
                     int dimensions, float* output) {
  for (int s = 0; s < speakers; ++s, weights += frames, output += 2 * std::ptrdiff_t{dimensions}) {
    double v1 = 1e-8;
    double v2 = 0;
    for (int t = 0; t < frames; ++t) {
      const double w = static_cast<double>(weights[t]);
      v1 += w;
      v2 += w * w;
    }
    for (int j = 0; j < dimensions; ++j) {
      const auto at = [&](int t) { return static_cast<double>(rows[t][j]); };
      double mean = 0;
      for (int t = 0; t < frames; ++t) mean += static_cast<double>(weights[t]) * at(t);
      mean /= v1;
      double variance = 0;
      for (int t = 0; t < frames; ++t) {
        variance += static_cast<double>(weights[t]) * (at(t) - mean) * (at(t) - mean);
      }
      variance /= v1 - v2 / v1 + 1e-8;
      output[j] = static_cast<float>(mean);
      output[dimensions + j] = static_cast<float>(std::sqrt(std::max(variance, 0.0)));
    }
  }
}

void multiply(const LeftMatrix& left, const PackedMatrix& right, int first_column, double* output,
              std::ptrdiff_t stride, bool accumulate) {
  for (int i = 0; i < left.rows; ++i) {
    for (int column = first_column; column < right.columns(); ++column) {
      const int panel = column / right.panel();
      const double* weights = right.data() +
                              static_cast<std::ptrdiff_t>(panel) * right.panel() * right.depth() +
                              column % right.panel();
      double sum = 0;
      for (int k = 0; k < right.depth(); ++k) {
        sum += left.values[i * left.row_step + k * left.depth_step] *
               weights[static_cast<std::ptrdiff_t>(k) * right.panel()];
      }
      double& out = output[i * stride + column - first_column];
      out = accumulate ? out + sum : sum;
    }
  }
}

double add_and_find_highest(double* values, const double* offsets, std::size_t count) {
  double highest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < count; ++i) {
    values[i] += offsets[i];
    highest = std::max(highest, values[i]);
  }
  return highest;
}

double exponentiate(double* values, std::size_t count, double shift) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = std::exp(values[i] - shift);
    sum += values[i];
  }
  return sum;
}

}  // namespace

KernelSet reference_kernels() {
  KernelSet set;
  set.isa = InstructionSet::scalar;
  set.panel = kPanel;
  set.contract = contract;
  set.contract_i16 = contract_i16_reference;
  set.lstm_step_i16 = lstm_step_i16_reference;
  set.lstm_cell = lstm_cell;
  set.fold_symmetric = fold_symmetric;
  set.affine_abs_max_pool = affine_abs_max_pool;
  set.max_pool = max_pool;
  set.instance_norm_leaky = instance_norm_leaky;
  set.statistics_pool = statistics_pool;
  fill_reference_winograd(set);
  fill_reference_winograd_1d(set);
  set.panel_f64 = kPanel;
  set.multiply = multiply;
  set.add_and_find_highest = add_and_find_highest;
  set.exponentiate = exponentiate;
  return set;
}

}  // namespace diarist::kernels
