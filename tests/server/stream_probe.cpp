// stream_probe FILE: the events of diarist::Stream for samples of 16 bits at 16 kHz, a tenth of a
// second at a time.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/stream.hpp"

namespace {

void show(const std::vector<diarist::StreamEvent>& events) {
  for (const diarist::StreamEvent& event : events) {
    std::printf("%s %.6f %lld %.6f %.6f %s\n", to_string(event.kind).data(), event.clock_s,
                static_cast<long long>(event.turn), event.start_s, event.end_s, event.name.c_str());
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const diarist::Diarizer diarizer;
  diarist::Stream stream(diarizer);
  std::ifstream file(arguments[1], std::ios::binary);
  std::vector<std::int16_t> block(1600);
  while (file.read(reinterpret_cast<char*>(block.data()), 3200) || file.gcount() > 0) {
    std::vector<float> samples(block.begin(), block.begin() + file.gcount() / 2);
    for (float& sample : samples) sample /= 32768;
    show(stream.push(samples));
  }
  show(stream.finish().events);
  return 0;
}
