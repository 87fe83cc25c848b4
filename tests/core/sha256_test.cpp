#include "reconcilers/core/sha256.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

std::string digest(std::string_view text) {
  Sha256 sha;
  sha.add(text);
  return sha.hex();
}

// FIPS 180-4's examples, and the lengths around a block's end.
TEST(Sha256, AgreesWithTheStandard) {
  EXPECT_EQ(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameAsTheWhole) {
  for (std::size_t size : {1u, 55u, 56u, 63u, 64u, 65u, 127u, 200u}) {
    const std::string text(size, 'x');
    Sha256 pieces;
    for (const char c : text) pieces.add({&c, 1});
    EXPECT_EQ(pieces.hex(), digest(text)) << size;
  }
}

}  // namespace
}  // namespace holdfast
