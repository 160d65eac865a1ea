// From scores of sets of speakers to the activity of each speaker (Plaquet and Bredin 2023).
#pragma once

#include <array>
#include <cstdint>

namespace diarist::nets {

inline constexpr int kPowersetClasses = 7;
inline constexpr int kPowersetSpeakers = 3;

/// The classes in pyannote's order: nobody, each speaker alone, then the pairs.
inline constexpr std::array<std::array<std::uint8_t, kPowersetSpeakers>, kPowersetClasses>
    kPowerset{{
        {0, 0, 0},
        {1, 0, 0},
        {0, 1, 0},
        {0, 0, 1},
        {1, 1, 0},
        {1, 0, 1},
        {0, 1, 1},
    }};

/// One frame: `scores` [7] are the network's last outputs, before any softmax. `active` [3] becomes
/// the set of the best class (the first of equals), `probability` [3] the summed softmax of the
/// classes that hold the speaker, 0 to 255.
void decode_powerset(const float* scores, std::uint8_t* active, std::uint8_t* probability);

}  // namespace diarist::nets
