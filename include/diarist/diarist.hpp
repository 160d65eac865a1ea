// All of diarist's C++ API.
#pragma once

#include "diarist/clustering.hpp"
#include "diarist/diarization.hpp"
#include "diarist/diarizer.hpp"
#include "diarist/embedder.hpp"
#include "diarist/error.hpp"
#include "diarist/features.hpp"
#include "diarist/formats.hpp"
#include "diarist/instruction_set.hpp"
#include "diarist/model.hpp"
#include "diarist/modeltools.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"
#include "diarist/scoring.hpp"
#include "diarist/segmenter.hpp"
#include "diarist/self_check.hpp"
#include "diarist/version.hpp"
