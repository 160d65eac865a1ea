// NumPy's files: .npy (one array) and .npz (a zip of them), as numpy.save and numpy.savez write
// them.
//
// Format: NEP 1 of NumPy ("A simple file format for NumPy arrays"), versions 1.0, 2.0 and 3.0.
// All functions are safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "modeltools/zip_archive.hpp"

namespace diarist::modeltools {

/// An array in C order (last axis fastest), little-endian.
struct NpyArray {
  std::vector<std::int64_t> shape;  ///< Empty for a scalar.
  std::string dtype;                ///< "f8", "f4", "f2", "i8" to "i1", "u8" to "u1" or "b1".
  std::vector<std::byte> bytes;

  std::size_t size() const;  ///< Number of values: the product of `shape`.

  /// The values converted, from any dtype; may round. Values that are not finite are kept.
  std::vector<double> doubles() const;
  std::vector<float> floats() const;
  /// The values of an integer or boolean array. Throws Error{invalid_argument} for floats and for
  /// u8 beyond the range of int64.
  std::vector<std::int64_t> int64s() const;
};

/// Throws Error{not_found, io}; Error{corrupt_model} where the bytes are not what their header
/// says, are in Fortran order, big-endian, or of a dtype that is not listed above.
NpyArray read_npy(const std::filesystem::path& file);

/// The same over bytes; `name` stands for the file in messages.
NpyArray parse_npy(const std::string& name, std::span<const std::byte> bytes);

/// All arrays of an archive under their names (without ".npy"); members may be deflated.
/// Throws as read_npy does, and names the member.
std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file);
std::map<std::string, NpyArray> arrays_of(const ZipArchive& archive);

}  // namespace diarist::modeltools
