// The parts of the extension module diarist._native. They mirror the C++ API closely and check
// little: the Python package on top of them (python/diarist) is what people see, and says what is
// wrong in their words.
#pragma once

#include <nanobind/nanobind.h>

namespace diarist::python {

void bind_errors(nanobind::module_& module);
void bind_model(nanobind::module_& module);
void bind_streams(nanobind::module_& module);
void bind_diarizer(nanobind::module_& module);
void bind_stages(nanobind::module_& module);
void bind_scoring(nanobind::module_& module);
void bind_modeltools(nanobind::module_& module);
void bind_split(nanobind::module_& module);
void bind_transcripts(nanobind::module_& module);
void bind_voices(nanobind::module_& module);
void bind_linking(nanobind::module_& module);

}  // namespace diarist::python
