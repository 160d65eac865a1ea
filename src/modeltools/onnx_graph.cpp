#include "modeltools/onnx_graph.hpp"

#include <algorithm>
#include <cstring>
#include <protozero/pbf_reader.hpp>
#include <utility>

#include "diarist/error.hpp"

#include "model/read_whole.hpp"
#include "modeltools/printable.hpp"

namespace diarist::modeltools {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 31;  // protobuf's own limit
constexpr std::size_t kMaxParts = 100'000;                       // nodes, tensors
constexpr std::size_t kMaxRank = 8;
constexpr std::uint64_t kMaxValues = std::uint64_t{1} << 40;

/// Field numbers of onnx.proto.
namespace model_field {
constexpr int kGraph = 7;
constexpr int kOpset = 8;
constexpr int kFunctions = 25;
}  // namespace model_field
namespace graph_field {
constexpr int kNode = 1;
constexpr int kInitializer = 5;
constexpr int kInput = 11;
constexpr int kOutput = 12;
constexpr int kSparseInitializer = 15;
}  // namespace graph_field
namespace node_field {
constexpr int kInput = 1;
constexpr int kOutput = 2;
constexpr int kName = 3;
constexpr int kOp = 4;
constexpr int kAttribute = 5;
constexpr int kDomain = 7;
}  // namespace node_field
namespace attribute_field {
constexpr int kName = 1;
constexpr int kReal = 2;
constexpr int kInteger = 3;
constexpr int kText = 4;
constexpr int kTensor = 5;
constexpr int kIntegers = 8;
}  // namespace attribute_field
namespace tensor_field {
constexpr int kShape = 1;
constexpr int kType = 2;
constexpr int kFloats = 4;
constexpr int kInt32s = 5;
constexpr int kInt64s = 7;
constexpr int kName = 8;
constexpr int kRaw = 9;
constexpr int kDoubles = 10;
constexpr int kExternal = 13;
}  // namespace tensor_field

/// A field with the wire type that it must have to be read: any other is skipped.
constexpr std::uint32_t chunk(int field) {
  return protozero::tag_and_type(static_cast<protozero::pbf_tag_type>(field),
                                 protozero::pbf_wire_type::length_delimited);
}
constexpr std::uint32_t varint(int field) {
  return protozero::tag_and_type(static_cast<protozero::pbf_tag_type>(field),
                                 protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t fixed32(int field) {
  return protozero::tag_and_type(static_cast<protozero::pbf_tag_type>(field),
                                 protozero::pbf_wire_type::fixed32);
}

/// TensorProto.DataType of the types that we know.
std::optional<model::DataType> data_type(std::int32_t number) {
  using Type = model::DataType;
  switch (number) {
    case 1:
      return Type::f32;
    case 2:
      return Type::u8;
    case 3:
      return Type::i8;
    case 4:
      return Type::u16;
    case 5:
      return Type::i16;
    case 6:
      return Type::i32;
    case 7:
      return Type::i64;
    case 9:
      return Type::boolean;
    case 10:
      return Type::f16;
    case 11:
      return Type::f64;
    case 12:
      return Type::u32;
    case 13:
      return Type::u64;
    case 16:
      return Type::bf16;
    default:
      return std::nullopt;
  }
}

class Reader {
 public:
  Reader(const std::string& name, const std::vector<std::byte>& bytes)
      : start_(reinterpret_cast<const char*>(bytes.data())), size_(bytes.size()) {
    graph_.file = name;
  }

  OnnxGraph read() {
    try {
      model(protozero::pbf_reader(start_, size_));
    } catch (const protozero::exception& error) {
      bad("is damaged or truncated (" + std::string(error.what()) + ")");
    }
    return std::move(graph_);
  }

 private:
  [[noreturn]] void bad(const std::string& problem) const {
    throw Error(ErrorCode::corrupt_model, graph_.file,
                "as an ONNX model " + problem + " in the message at byte " + std::to_string(at_),
                "fetch or make the file anew");
  }
  [[noreturn]] void bad_tensor(const std::string& tensor, const std::string& problem) const {
    throw Error(
        ErrorCode::corrupt_model, graph_.file,
        "tensor '" + printable(tensor) + "' " + problem + " (byte " + std::to_string(at_) + ")");
  }
  /// Where a message begins, for what may be wrong in it.
  protozero::pbf_reader entered(protozero::pbf_reader message) {
    at_ = static_cast<std::size_t>(message.data().data() - start_);
    return message;
  }

  void model(protozero::pbf_reader message) {
    bool has_graph = false;
    bool has_opset = false;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case chunk(model_field::kGraph):
          if (std::exchange(has_graph, true)) bad("has two graphs");
          graph(entered(message.get_message()));
          at_ = 0;
          break;
        case chunk(model_field::kOpset):
          has_opset = true;
          message.skip();
          break;
        case chunk(model_field::kFunctions):
          throw Error(ErrorCode::wrong_model, graph_.file, "has functions of its own",
                      "export it without: as one graph of ONNX's operators");
        default:
          message.skip();
      }
    }
    if (!has_graph || !has_opset) bad("lacks its graph or its operator set");
  }

  void graph(protozero::pbf_reader message) {
    while (message.next()) {
      switch (message.tag_and_type()) {
        case chunk(graph_field::kNode):
          if (graph_.nodes.size() == kMaxParts) bad("has too many nodes");
          graph_.nodes.push_back(node(entered(message.get_message())));
          break;
        case chunk(graph_field::kInitializer): {
          if (graph_.tensors.size() == kMaxParts) bad("has too many tensors");
          auto [name, tensor] = this->tensor(entered(message.get_message()));
          add(name, std::move(tensor));
          break;
        }
        case chunk(graph_field::kInput):
          graph_.inputs.push_back(value_name(entered(message.get_message())));
          break;
        case chunk(graph_field::kOutput):
          graph_.outputs.push_back(value_name(entered(message.get_message())));
          break;
        case chunk(graph_field::kSparseInitializer):
          throw Error(ErrorCode::wrong_model, graph_.file, "has sparse tensors",
                      "export it with dense ones");
        default:
          message.skip();
      }
    }
    for (const OnnxNode& node : graph_.nodes) {
      if (node.op == "Constant" && node.value && node.outputs.size() == 1) {
        add(node.outputs[0], *node.value);
      }
    }
  }

  void add(const std::string& name, std::optional<OnnxTensor> tensor) {
    if (!tensor) return;
    if (!graph_.tensors.emplace(name, std::move(*tensor)).second) bad_tensor(name, "occurs twice");
  }

  static std::string value_name(protozero::pbf_reader message) {
    std::string name;
    while (message.next()) {
      if (message.tag_and_type() == chunk(1)) {
        name = message.get_string();
      } else {
        message.skip();
      }
    }
    return name;
  }

  OnnxNode node(protozero::pbf_reader message) {
    OnnxNode node;
    std::string domain;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case chunk(node_field::kInput):
          node.inputs.push_back(message.get_string());
          break;
        case chunk(node_field::kOutput):
          node.outputs.push_back(message.get_string());
          break;
        case chunk(node_field::kName):
          node.name = message.get_string();
          break;
        case chunk(node_field::kOp):
          node.op = message.get_string();
          break;
        case chunk(node_field::kDomain):
          domain = message.get_string();
          break;
        case chunk(node_field::kAttribute):
          attribute(message.get_message(), node);
          break;
        default:
          message.skip();
      }
    }
    if (node.outputs.empty()) bad("has a node without outputs");
    if (!domain.empty() && domain != "ai.onnx") node.op = domain + "::" + node.op;
    return node;
  }

  void attribute(protozero::pbf_reader message, OnnxNode& node) {
    std::string name;
    std::vector<std::int64_t> integers;
    std::optional<double> real;
    std::optional<std::string> text;
    std::optional<OnnxTensor> value;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case chunk(attribute_field::kName):
          name = message.get_string();
          break;
        case fixed32(attribute_field::kReal):
          real = static_cast<double>(message.get_float());
          break;
        case varint(attribute_field::kInteger):
          integers.push_back(message.get_int64());
          break;
        case chunk(attribute_field::kText):
          text = message.get_string();
          break;
        case chunk(attribute_field::kTensor):
          value = tensor(message.get_message()).second;
          break;
        case varint(attribute_field::kIntegers):
        case chunk(attribute_field::kIntegers):
          append(message, integers);
          break;
        default:
          message.skip();
      }
    }
    if (!integers.empty()) node.integers[name] = std::move(integers);
    if (real) node.reals[name] = *real;
    if (text) node.texts[name] = *text;
    if (value && name == "value") node.value = std::move(value);
  }

  /// A repeated integer, packed or not.
  static void append(protozero::pbf_reader& message, std::vector<std::int64_t>& values) {
    if (message.has_wire_type(protozero::pbf_wire_type::length_delimited)) {
      for (const std::int64_t value : message.get_packed_int64()) values.push_back(value);
    } else {
      values.push_back(message.get_int64());
    }
  }

  /// Name and tensor; no tensor where it is of a type that holds no numbers.
  std::pair<std::string, std::optional<OnnxTensor>> tensor(protozero::pbf_reader message) {
    OnnxTensor tensor;
    std::string name;
    std::int32_t type = 0;
    std::vector<std::byte> bytes;
    std::vector<std::int64_t> integers;
    bool is_external = false;
    const auto take = [&bytes](protozero::data_view view) {
      const auto* data = reinterpret_cast<const std::byte*>(view.data());
      bytes.insert(bytes.end(), data, data + view.size());
    };
    while (message.next()) {
      switch (message.tag_and_type()) {
        case varint(tensor_field::kShape):
        case chunk(tensor_field::kShape):
          append(message, tensor.shape);
          break;
        case varint(tensor_field::kType):
          type = message.get_int32();
          break;
        case chunk(tensor_field::kName):
          name = message.get_string();
          break;
        case chunk(tensor_field::kRaw):
        case chunk(tensor_field::kFloats):
        case chunk(tensor_field::kDoubles):
          take(message.get_view());  // Packed: the same bytes in all three.
          break;
        case varint(tensor_field::kInt32s):
        case chunk(tensor_field::kInt32s):
        case varint(tensor_field::kInt64s):
        case chunk(tensor_field::kInt64s):
          append(message, integers);
          break;
        case chunk(tensor_field::kExternal):
          is_external = true;
          message.skip();
          break;
        default:
          message.skip();
      }
    }
    if (is_external) {
      throw Error(ErrorCode::wrong_model, graph_.file,
                  "tensor '" + printable(name) + "' lies in another file",
                  "save the model with its weights inside");
    }
    const auto known = data_type(type);
    if (!known) return {name, std::nullopt};
    tensor.type = *known;
    const std::size_t width = model::bytes_per_value(tensor.type);
    for (const std::int64_t value : integers) {  // Little-endian, cut to their type.
      const auto* data = reinterpret_cast<const std::byte*>(&value);
      bytes.insert(bytes.end(), data, data + width);
    }
    std::uint64_t count = 1;  // Of axes that are not empty, so that no product overflows.
    bool is_empty = false;
    for (const std::int64_t extent : tensor.shape) {
      if (extent < 0 || (extent > 0 && count > kMaxValues / static_cast<std::uint64_t>(extent))) {
        bad_tensor(name, "has an impossible shape");
      }
      is_empty = is_empty || extent == 0;
      if (extent > 0) count *= static_cast<std::uint64_t>(extent);
    }
    if (is_empty) count = 0;
    if (tensor.shape.size() > kMaxRank) bad_tensor(name, "has more than eight axes");
    if (count * width != bytes.size()) {
      bad_tensor(name, "of shape " + model::shape_to_string(tensor.shape) + " has " +
                           std::to_string(bytes.size()) + " bytes of values, expected " +
                           std::to_string(count * width));
    }
    tensor.bytes = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    return {name, std::move(tensor)};
  }

  const char* start_;
  std::size_t size_;
  std::size_t at_ = 0;
  OnnxGraph graph_;
};

}  // namespace

OnnxGraph parse_onnx(const std::string& name, const std::vector<std::byte>& bytes) {
  return Reader(name, bytes).read();
}

OnnxGraph read_onnx(const std::filesystem::path& file) {
  return parse_onnx(file.string(), model::read_whole(file, kMaxFileBytes));
}

}  // namespace diarist::modeltools
