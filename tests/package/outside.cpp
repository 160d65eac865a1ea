#include <cstdio>

#include "diarist/diarist.hpp"

int main(int, char** arguments) {
  const diarist::Diarizer diarizer;
  const diarist::Diarization result = diarizer.diarize(arguments[1]);
  for (const diarist::Turn& turn : result.turns) {
    std::printf("%.2f %.2f %s\n", turn.start_s, turn.end_s,
                result.speakers[turn.speaker].name.c_str());
  }
}
