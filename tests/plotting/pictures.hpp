// An SVG taken apart again.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/plot.hpp"

namespace diarist::testing {

struct Picture {
  pugi::xml_document document;

  explicit Picture(const std::string& svg) {
    const pugi::xml_parse_result parsed = document.load_buffer(
        svg.data(), svg.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
    EXPECT_TRUE(parsed) << parsed.description() << " at " << parsed.offset;
  }

  pugi::xml_node root() const { return document.child("svg"); }

  /// Elements of a class, in order.
  std::vector<pugi::xml_node> of(const std::string& role) const {
    std::vector<pugi::xml_node> found;
    for (const pugi::xml_node node : root().children()) {
      if (node.attribute("class").value() == role) found.push_back(node);
    }
    return found;
  }

  /// Texts of a class.
  std::vector<std::string> texts(const std::string& role) const {
    std::vector<std::string> found;
    for (const pugi::xml_node node : of(role)) found.emplace_back(node.text().get());
    return found;
  }
};

inline double number(const pugi::xml_node& node, const char* attribute) {
  return node.attribute(attribute).as_double();
}

inline std::string hint(const pugi::xml_node& node) { return node.child_value("title"); }

}  // namespace diarist::testing
