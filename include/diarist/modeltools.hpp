// The model workshop: what is done to packs rather than with them.
#pragma once

#include "diarist/import.hpp"
#include "diarist/inspection.hpp"
#include "diarist/quantization.hpp"
#include "diarist/quantization_report.hpp"
