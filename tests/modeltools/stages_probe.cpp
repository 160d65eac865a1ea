// What a pack's networks make of samples, as JSON: for scripts that hold it against PyTorch.
//   stages_probe PACK SAMPLES.f32 f32|int8
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "diarist/embedder.hpp"
#include "diarist/error.hpp"
#include "diarist/segmenter.hpp"

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: stages_probe PACK SAMPLES.f32 f32|int8\n";
    return 2;
  }
  try {
    const diarist::Model model = diarist::Model::load(arguments[1]);
    std::ifstream file(arguments[2], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::vector<float> samples(bytes.size() / sizeof(float));
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
    diarist::PerformanceOptions performance;
    performance.precision =
        std::string(arguments[3]) == "f32" ? diarist::Precision::f32 : diarist::Precision::int8;
    const diarist::LocalActivity activity = diarist::Segmenter(model, performance).segment(samples);
    std::cout << nlohmann::json{{"embedding", diarist::Embedder(model, performance).embed(samples)},
                                {"windows", activity.windows},
                                {"speakers", activity.speakers},
                                {"active", activity.active},
                                {"probability", activity.probability}}
              << '\n';
  } catch (const diarist::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
