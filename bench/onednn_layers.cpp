#include "onednn_layers.hpp"

#include <dnnl.hpp>
#include <memory>
#include <omp.h>
#include <unordered_map>

namespace diarist::bench {
namespace {

using dnnl::memory;
using Type = memory::data_type;
using Tag = memory::format_tag;

struct Prepared {
  dnnl::stream stream;
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
};

/// Of the layout that the primitive asks for; values do not matter to speed, but denormals would.
memory filled(const memory::desc& description, const dnnl::engine& engine) {
  memory data(description, engine);
  auto* bytes = static_cast<unsigned char*>(data.get_data_handle());
  const std::size_t size = description.get_size();
  if (description.data_type() == Type::f32) {
    auto* values = static_cast<float*>(data.get_data_handle());
    for (std::size_t i = 0; i < size / sizeof(float); ++i) {
      values[i] = static_cast<float>(i % 61) / 61.0F - 0.5F;
    }
  } else {
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(i % 61);
  }
  return data;
}

dnnl::primitive_attr attributes(const Layer& layer, OnednnArithmetic arithmetic) {
  dnnl::primitive_attr attr;
  if (arithmetic == OnednnArithmetic::u8s8) attr.set_output_scales(0, {0.001F});
  dnnl::post_ops post;
  if (layer.residual) post.append_sum(1.0F);
  post.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
  attr.set_post_ops(post);
  return attr;
}

template <class Description>
std::function<void()> prepare(const Description& description, const dnnl::engine& engine) {
  auto prepared = std::make_shared<Prepared>();
  prepared->stream = dnnl::stream(engine);
  prepared->arguments = {{DNNL_ARG_SRC, filled(description.src_desc(), engine)},
                         {DNNL_ARG_WEIGHTS, filled(description.weights_desc(), engine)},
                         {DNNL_ARG_BIAS, filled(description.bias_desc(), engine)},
                         {DNNL_ARG_DST, filled(description.dst_desc(), engine)}};
  prepared->primitive = dnnl::primitive(description);
  return [prepared] {
    prepared->primitive.execute(prepared->stream, prepared->arguments);
    prepared->stream.wait();
  };
}

}  // namespace

bool cap_onednn(InstructionSet isa) {
  omp_set_num_threads(1);
  switch (isa) {
    case InstructionSet::sse4:
      return dnnl::set_max_cpu_isa(dnnl::cpu_isa::sse41) == dnnl::status::success;
    case InstructionSet::avx2:
      return dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2) == dnnl::status::success;
    case InstructionSet::avx512:
      return dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core) == dnnl::status::success;
    case InstructionSet::avx512_vnni:
      return dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core_vnni) == dnnl::status::success;
    case InstructionSet::neon:
      return true;
    case InstructionSet::scalar:
      break;
  }
  return false;
}

std::string onednn_version() {
  const dnnl::version_t* version = dnnl::version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->patch);
}

std::function<void()> onednn_layer(const Layer& layer, OnednnArithmetic arithmetic) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const bool eight_bit = arithmetic == OnednnArithmetic::u8s8;
  const Type source = eight_bit ? Type::u8 : Type::f32;
  const Type weight = eight_bit ? Type::s8 : Type::f32;
  const dnnl::primitive_attr attr = attributes(layer, arithmetic);
  const auto inference = dnnl::prop_kind::forward_inference;
  if (layer.is_product()) {
    const memory::desc src({layer.rows, layer.inputs}, source, Tag::any);
    const memory::desc weights({layer.outputs, layer.inputs}, weight, Tag::any);
    const memory::desc bias({layer.outputs}, Type::f32, Tag::any);
    const memory::desc dst({layer.rows, layer.outputs}, Type::f32, Tag::any);
    const dnnl::inner_product_forward::desc what(inference, src, weights, bias, dst);
    return prepare(dnnl::inner_product_forward::primitive_desc(what, attr, engine), engine);
  }
  const memory::dim pad = layer.border ? 1 : 0;
  const memory::dim line_pad = layer.kernel_lines == 1 ? 0 : pad;
  const memory::desc src({1, layer.inputs, layer.input_lines(), layer.input_rows()}, source,
                         Tag::any);
  const memory::desc weights({layer.outputs, layer.inputs, layer.kernel_lines, layer.kernel_rows},
                             weight, Tag::any);
  const memory::desc bias({layer.outputs}, Type::f32, Tag::any);
  const memory::desc dst({1, layer.outputs, layer.lines, layer.rows}, source, Tag::any);
  // What the kernel does not cover at the far side needs no padding: strides leave it out.
  const auto far_pad = [&](int input, int output, int kernel, int stride, memory::dim near) {
    return static_cast<memory::dim>((output - 1) * stride + kernel - input) - near;
  };
  const int line_stride = layer.kernel_lines == 1 ? 1 : layer.stride;
  const dnnl::convolution_forward::desc what(
      inference, dnnl::algorithm::convolution_direct, src, weights, bias, dst,
      {line_stride, layer.stride}, {line_pad, pad},
      {far_pad(layer.input_lines(), layer.lines, layer.kernel_lines, line_stride, line_pad),
       far_pad(layer.input_rows(), layer.rows, layer.kernel_rows, layer.stride, pad)});
  return prepare(dnnl::convolution_forward::primitive_desc(what, attr, engine), engine);
}

}  // namespace diarist::bench
