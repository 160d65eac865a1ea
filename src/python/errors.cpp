// diarist::Error becomes the exception of python/diarist/_errors.py that stands for its code.
#include "diarist/error.hpp"

#include "python/bindings.hpp"
#include "python/text.hpp"

namespace diarist::python {
namespace nb = nanobind;

void bind_errors(nb::module_& /*module*/) {
  nb::register_exception_translator(
      [](const std::exception_ptr& thrown, void* /*payload*/) {
        try {
          std::rethrow_exception(thrown);
        } catch (const Error& error) {
          nb::object exception =
              nb::module_::import_("diarist._errors")
                  .attr("error_of")(to_string(error.code()), text(error.subject()),
                                    text(error.problem()), text(error.advice()));
          PyErr_SetObject(exception.type().ptr(), exception.ptr());
        }
      },
      nullptr);
}

}  // namespace diarist::python
