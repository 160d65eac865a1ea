// Which form of a result a client wants: Accept and ?format=, as RFC 9110 has them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "diarist/formats.hpp"

namespace diarist::server {

/// A format's media type.
std::string_view media_type_of(FileFormat format);

/// The job itself, or its result in a format.
struct Wanted {
  std::optional<FileFormat> format;  ///< Empty: the job.
};

/// `format` is the query's and decides where it is there; `accept` the header's, empty for none.
/// Throws Problem{422} for a format that is none and Problem{406} where nothing is acceptable.
Wanted negotiated(const std::optional<std::string>& format, std::string_view accept);

/// The weight ("q") of an item of such a list, 0 to 1000: the most where none is told.
int weight_of(std::string_view item);

/// Whether `accept` takes a media type; an empty one takes all.
bool accepts(std::string_view accept, std::string_view media_type);

}  // namespace diarist::server
