#include "modeltools/npz.hpp"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/packs.hpp"
#include "modeltools/archives.hpp"
#include "testing/shared.hpp"

namespace diarist::modeltools {
namespace {

using diarist::testing::error_of;
using diarist::testing::kDeflated;
using diarist::testing::kStored;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string header_of(const std::string& descr, const std::string& shape,
                      const std::string& order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

/// An .npy file of format `version` with `values` behind the header.
template <typename T>
std::vector<std::byte> npy(std::string header, const std::vector<T>& values, char version = 1) {
  header += '\n';
  std::string text = "\x93NUMPY";
  text += version;
  text += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) {
    text += static_cast<char>((header.size() >> (8 * i)) & 0xff);
  }
  text += header;
  std::vector<std::byte> bytes(text.size() + values.size() * sizeof(T));
  std::memcpy(bytes.data(), text.data(), text.size());
  if (!values.empty()) {
    std::memcpy(bytes.data() + text.size(), values.data(), values.size() * sizeof(T));
  }
  return bytes;
}

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::path(::testing::TempDir()) / ("npz_test_" + name);
}

void write(const std::filesystem::path& file, const std::vector<std::byte>& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

using Members = std::vector<std::pair<std::string, std::vector<std::byte>>>;

std::filesystem::path write_npz(const std::string& name, const Members& members, int compression) {
  const std::filesystem::path file = temporary(name);
  testing::write_archive(file, members, compression);
  return file;
}

std::vector<std::byte> contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::byte> bytes(std::filesystem::file_size(file));
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

TEST(Npy, ReadsShapesOfAnyRank) {
  const NpyArray scalar = parse_npy("x", npy<double>(header_of("<f8", "()"), {2.5}));
  EXPECT_TRUE(scalar.shape.empty());
  EXPECT_EQ(scalar.size(), 1u);
  EXPECT_THAT(scalar.doubles(), ElementsAre(2.5));
  EXPECT_THAT(parse_npy("x", npy<float>(header_of("<f4", "(3,)"), {1, 2, 3})).shape,
              ElementsAre(3));
  const NpyArray matrix = parse_npy("x", npy<float>(header_of("<f4", "(2, 1)"), {1, 2}));
  EXPECT_THAT(matrix.shape, ElementsAre(2, 1));
  EXPECT_THAT(matrix.floats(), ElementsAre(1, 2));
  EXPECT_EQ(parse_npy("x", npy<float>(header_of("<f4", "(0, 7)"), {})).size(), 0u);
}

TEST(Npy, ReadsAllVersions) {
  for (const char version : {1, 2, 3}) {
    const auto bytes = npy<double>(header_of("<f8", "(1,)"), {7}, version);
    EXPECT_THAT(parse_npy("x", bytes).doubles(), ElementsAre(7)) << int{version};
  }
  const auto bytes = npy<double>(header_of("<f8", "(1,)"), {7}, 4);
  EXPECT_THAT(error_of([&] { parse_npy("x", bytes); }).what(), HasSubstr("version 4"));
}

TEST(Npy, ConvertsEveryType) {
  const auto integers = [](const std::string& descr, const auto& values) {
    return parse_npy("x", npy(header_of(descr, "(2,)"), values)).int64s();
  };
  EXPECT_THAT(integers("<i8", std::vector<std::int64_t>{-5, 1LL << 40}),
              ElementsAre(-5, 1LL << 40));
  EXPECT_THAT(integers("<i4", std::vector<std::int32_t>{-5, 5}), ElementsAre(-5, 5));
  EXPECT_THAT(integers("<i2", std::vector<std::int16_t>{-5, 5}), ElementsAre(-5, 5));
  EXPECT_THAT(integers("|i1", std::vector<std::int8_t>{-5, 5}), ElementsAre(-5, 5));
  EXPECT_THAT(integers("<u8", std::vector<std::uint64_t>{0, 5}), ElementsAre(0, 5));
  EXPECT_THAT(integers("<u4", std::vector<std::uint32_t>{4294967295u, 5}),
              ElementsAre(4294967295, 5));
  EXPECT_THAT(integers("<u2", std::vector<std::uint16_t>{65535, 5}), ElementsAre(65535, 5));
  EXPECT_THAT(integers("|u1", std::vector<std::uint8_t>{255, 5}), ElementsAre(255, 5));
  EXPECT_THAT(integers("|b1", std::vector<std::uint8_t>{0, 1}), ElementsAre(0, 1));
  const NpyArray halves =
      parse_npy("x", npy<std::uint16_t>(header_of("<f2", "(2,)"), {0x3c00, 0xc000}));
  EXPECT_THAT(halves.doubles(), ElementsAre(1, -2));
  const NpyArray big = parse_npy("x", npy<std::int64_t>(header_of("<i8", "(1,)"), {1LL << 40}));
  EXPECT_THAT(big.doubles(), ElementsAre(std::ldexp(1.0, 40)));
}

TEST(Npy, IntegersAreNeverRounded) {
  const NpyArray floats = parse_npy("x", npy<double>(header_of("<f8", "(1,)"), {1}));
  EXPECT_EQ(error_of([&] { floats.int64s(); }).code(), ErrorCode::invalid_argument);
  const NpyArray huge = parse_npy("x", npy<std::uint64_t>(header_of("<u8", "(1,)"), {~0ull}));
  EXPECT_EQ(error_of([&] { huge.int64s(); }).code(), ErrorCode::invalid_argument);
}

TEST(Npy, RefusesWhatItWouldMisread) {
  const auto refused = [](const std::string& header, const std::string& message) {
    const Error error = error_of([&] { parse_npy("x.npy", npy<double>(header, {1, 2})); });
    EXPECT_EQ(error.code(), ErrorCode::corrupt_model) << header;
    EXPECT_THAT(error.what(), HasSubstr(message)) << header;
  };
  refused(header_of("<f8", "(2,)", "True"), "Fortran");
  refused(header_of(">f8", "(2,)"), "'>f8'");
  refused(header_of("<c16", "(1,)"), "'<c16'");
  refused(header_of("|O", "(2,)"), "'|O'");
  refused(header_of("<f8", "(3,)"), "needs 24");
  refused(header_of("<f8", "(1,)"), "needs 8");
  refused(header_of("<f8", "(4294967296, 4294967296)"), "beyond any model");
  refused(header_of("<f8", "(9999999999999999999,)"), "header");
  refused(header_of("<f8", "(-2,)"), "header");
  refused(header_of("<f8", "(2"), "header");
  refused(header_of("<f8", "2"), "header");
  refused("{'descr': '<f8', 'shape': (2,)}", "header");
  refused("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", "header");
  refused(header_of("<f8", "(2,)") + "x", "header");
  refused("", "header");
}

TEST(Npy, CutAnywhereIsRefused) {
  const auto whole = npy<double>(header_of("<f8", "(2,)"), {1, 2});
  for (std::size_t kept = 0; kept < whole.size(); ++kept) {
    const std::span<const std::byte> part(whole.data(), kept);
    EXPECT_EQ(error_of([&] { parse_npy("x", part); }).code(), ErrorCode::corrupt_model) << kept;
  }
}

TEST(Npz, ReadsStoredAndDeflatedMembers) {
  const std::vector<double> values(5000, 0.25);
  for (const int compression : {kStored, kDeflated}) {
    const auto file = write_npz("sound.npz",
                                {{"a.npy", npy(header_of("<f8", "(5000,)"), values)},
                                 {"b.npy", npy<std::int64_t>(header_of("<i8", "()"), {3})}},
                                compression);
    const auto arrays = read_npz(file);
    ASSERT_EQ(arrays.size(), 2u);
    EXPECT_EQ(arrays.at("a").doubles(), values);
    EXPECT_THAT(arrays.at("b").int64s(), ElementsAre(3));
    std::filesystem::remove(file);
  }
}

TEST(Npz, NamesTheMemberToBlame) {
  const auto file = write_npz("bad_member.npz", {{"a.npy", npy<double>("{}", {})}}, kStored);
  const Error error = error_of([&] { read_npz(file); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_model);
  EXPECT_THAT(error.what(), HasSubstr("array 'a'"));
  const auto other = write_npz("other.npz", {{"data.pkl", npy<double>("{}", {})}}, kStored);
  EXPECT_THAT(error_of([&] { read_npz(other); }).what(), HasSubstr("'data.pkl'"));
  std::filesystem::remove(file);
  std::filesystem::remove(other);
}

TEST(Npz, EncryptedIsRefusedByName) {
  const auto file = write_npz("encrypted.npz", {{"a.npy", npy<double>("{}", {})}}, kStored);
  std::vector<std::byte> bytes = contents(file);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  bytes[text.find("PK\1\2") + 8] |= std::byte{1};  // in the directory's flags
  write(file, bytes);
  const Error error = error_of([&] { read_npz(file); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_model);
  EXPECT_THAT(error.what(), HasSubstr("encrypted member, 'a.npy'"));
  std::filesystem::remove(file);
}

TEST(Npz, CutOrDamagedIsRefused) {
  for (const int compression : {kStored, kDeflated}) {
    const auto file = write_npz(
        "damaged.npz", {{"a.npy", npy<double>(header_of("<f8", "(8,)"), {1, 2, 3, 4, 5, 6, 7, 8})}},
        compression);
    const std::vector<std::byte> whole = contents(file);
    for (std::size_t kept = 0; kept < whole.size(); ++kept) {
      write(file, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept)});
      ASSERT_EQ(error_of([&] { read_npz(file); }).code(), ErrorCode::corrupt_model) << kept;
    }
    // A flipped byte in the middle is in the values: only the checksum can tell.
    std::vector<std::byte> flipped = whole;
    flipped[whole.size() / 3] ^= std::byte{0x40};
    write(file, flipped);
    EXPECT_EQ(error_of([&] { read_npz(file); }).code(), ErrorCode::corrupt_model);
    std::filesystem::remove(file);
  }
}

TEST(Npz, ReadsTheReferencesIntermediates) {
  DIARIST_NEEDS_SHARED();
  const auto folder = testing::shared_dir() / "goldens" / "02_pyannote_sample";
  const NpyArray segmentations = read_npz(folder / "segmentations.npz").at("segmentations");
  EXPECT_THAT(segmentations.shape, ElementsAre(21, 589, 3));
  EXPECT_EQ(segmentations.dtype, "f4");
  const auto vbx = read_npz(folder / "vbx_state.npz");
  EXPECT_THAT(vbx.at("fa").doubles(), ElementsAre(0.07));
  EXPECT_THAT(vbx.at("max_iters").int64s(), ElementsAre(20));
  EXPECT_EQ(read_npy(folder / "ahc_init_labels.npy").int64s().size(), 37u);
}

}  // namespace
}  // namespace diarist::modeltools
