// diarist._native: the C++ API as Python sees it.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "diarist/instruction_set.hpp"
#include "diarist/version.hpp"

#include "python/bindings.hpp"

NB_MODULE(_native, module) {
  using namespace diarist;
  module.attr("__version__") = DIARIST_VERSION;
  module.def("instruction_sets", [] {
    std::vector<std::string> names;
    for (const InstructionSet isa : supported_instruction_sets())
      names.emplace_back(to_string(isa));
    return names;
  });
  python::bind_errors(module);
  python::bind_model(module);
  python::bind_streams(module);
  python::bind_diarizer(module);
  python::bind_stages(module);
  python::bind_scoring(module);
  python::bind_modeltools(module);
  python::bind_split(module);
  python::bind_transcripts(module);
  python::bind_voices(module);
  python::bind_linking(module);
}
