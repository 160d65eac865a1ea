#include "modeltools/inspect.hpp"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "model/safetensors.hpp"
#include "model/tensor_table.hpp"

namespace diarist::modeltools {
namespace {

constexpr std::string_view kSchema = "diarist.inspect";
constexpr int kSchemaVersion = 1;

std::string_view net_of(std::string_view name) { return name.substr(0, name.find('.')); }

std::map<std::string, std::string> roles(const model::Architecture& architecture) {
  std::map<std::string, std::string> by_name;
  for (const model::Part& part : model::parts(architecture)) {
    for (const model::TensorSpec& spec : part.tensors) {
      by_name[spec.name] = model::to_string(spec.role);
    }
  }
  return by_name;
}

/// What a tensor's values or codes are stored as, for people: "F16", "palette8".
const std::string& storage_of(const TensorInfo& info) {
  return info.coding.empty() ? info.type : info.coding;
}

std::int64_t values_of(const TensorInfo& info) {
  if (info.coding.empty()) {
    return info.bytes / static_cast<std::int64_t>(model::bytes_per_value(
                            model::data_type_from_string(info.type).value()));
  }
  std::int64_t values = 1;
  for (const std::int64_t extent : info.shape) values *= extent;
  return values;
}

/// Control characters, of ASCII and of the Latin-1 block (C2 80 to C2 9F in UTF-8), made visible.
std::string harmless(const std::string& text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (byte == 0xc2 && next >= 0x80 && next <= 0x9f) {
      shown += '?';
      ++i;
    } else {
      shown += byte < 0x20 || byte == 0x7f ? '?' : text[i];
    }
  }
  return shown;
}

/// 8166155 as "8,166,155".
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string counted(std::size_t number, const std::string& noun) {
  return grouped(static_cast<std::int64_t>(number)) + " " + noun + (number == 1 ? "" : "s");
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string left_padded(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string metadata_lines(const std::map<std::string, std::string>& metadata) {
  std::size_t width = 0;
  for (const auto& [key, value] : metadata) width = std::max(width, harmless(key).size());
  std::string text;
  for (const auto& [key, value] : metadata) {
    text += "  " + padded(harmless(key), width) + "  " + harmless(value) + "\n";
  }
  return text;
}

/// A metadata value that is JSON itself (an architecture) as such, else as the text that it is.
nlohmann::ordered_json metadata_value(const std::string& value) {
  if (value.starts_with('{')) {
    auto parsed = nlohmann::ordered_json::parse(value, nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_discarded()) return parsed;
  }
  return value;
}

nlohmann::ordered_json metadata_json(const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [key, value] : metadata) json[key] = metadata_value(value);
  return json;
}

}  // namespace

Inspection inspect(const model::Pack& pack) {
  Inspection inspection;
  inspection.pack = pack.name();
  const std::map<std::string, std::string> role_of = roles(model::architecture_of(pack));
  // Tensors come by name, but "a-b.x" sorts before "a.x": the nets are collected by name.
  std::map<std::string, Inspection::Net> nets;
  for (const TensorInfo& info : pack.tensors()) {
    Inspection::Net& net = nets[std::string(net_of(info.name))];
    const auto role = role_of.find(info.name);
    const std::int64_t values = values_of(info);
    net.tensors.push_back({info, role == role_of.end() ? "" : role->second, values});
    net.values += values;
    net.bytes += info.bytes;
    inspection.values += values;
    inspection.bytes += info.bytes;
  }
  for (const auto& [key, value] : pack.metadata()) {
    if (key == model::kQuantizationKey) continue;  // Told with each tensor.
    const std::string net(net_of(key));
    const auto found = nets.find(net);
    if (found == nets.end() || key.size() == net.size()) {
      inspection.metadata[key] = value;
    } else {
      found->second.metadata[key.substr(net.size() + 1)] = value;
    }
  }
  for (auto& [name, net] : nets) {
    net.name = name;
    inspection.nets.push_back(std::move(net));
  }
  return inspection;
}

std::string to_text(const Inspection& inspection) {
  std::size_t tensors = 0;
  std::size_t name_width = 0;
  std::size_t shape_width = 0;
  std::size_t storage_width = 4;
  for (const Inspection::Net& net : inspection.nets) {
    tensors += net.tensors.size();
    for (const Inspection::Tensor& tensor : net.tensors) {
      name_width = std::max(name_width, tensor.info.name.size());
      storage_width = std::max(storage_width, storage_of(tensor.info).size());
      shape_width = std::max(shape_width, model::shape_to_string(tensor.info.shape).size());
    }
  }
  std::string text = harmless(inspection.pack) + ": " + counted(tensors, "tensor") + ", " +
                     grouped(inspection.values) + " values, " + grouped(inspection.bytes) +
                     " bytes\n" + metadata_lines(inspection.metadata);
  for (const Inspection::Net& net : inspection.nets) {
    text += "\n" + net.name + ": " + counted(net.tensors.size(), "tensor") + ", " +
            grouped(net.values) + " values, " + grouped(net.bytes) + " bytes\n" +
            metadata_lines(net.metadata);
    for (const Inspection::Tensor& tensor : net.tensors) {
      text += "  " + padded(tensor.info.name, name_width) + "  " +
              padded(storage_of(tensor.info), storage_width) + "  " +
              padded(model::shape_to_string(tensor.info.shape), shape_width) + "  " +
              left_padded(grouped(tensor.info.bytes), 10) +
              (tensor.role.empty() ? "" : "  " + tensor.role) + "\n";
    }
  }
  return text;
}

std::string to_json(const Inspection& inspection) {
  nlohmann::ordered_json json = {{"schema", kSchema},
                                 {"version", kSchemaVersion},
                                 {"pack", inspection.pack},
                                 {"values", inspection.values},
                                 {"bytes", inspection.bytes},
                                 {"metadata", metadata_json(inspection.metadata)},
                                 {"nets", nlohmann::ordered_json::array()}};
  for (const Inspection::Net& net : inspection.nets) {
    nlohmann::ordered_json tensors = nlohmann::ordered_json::array();
    for (const Inspection::Tensor& tensor : net.tensors) {
      nlohmann::ordered_json entry = {{"name", tensor.info.name},
                                      {"type", tensor.info.type},
                                      {"shape", tensor.info.shape},
                                      {"values", tensor.values},
                                      {"bytes", tensor.info.bytes}};
      if (!tensor.info.coding.empty()) entry["coding"] = tensor.info.coding;
      if (!tensor.role.empty()) entry["role"] = tensor.role;
      tensors.push_back(std::move(entry));
    }
    json["nets"].push_back({{"name", net.name},
                            {"values", net.values},
                            {"bytes", net.bytes},
                            {"metadata", metadata_json(net.metadata)},
                            {"tensors", std::move(tensors)}});
  }
  // A file name need not be UTF-8.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace diarist::modeltools
