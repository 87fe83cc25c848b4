#include "tests/simulation/simulation.h"

#include "reconcilers/core/sha256.h"
#include "tests/simulation/world.h"

namespace holdfast::simulation {
namespace {

constexpr std::size_t most_steps = 60;

std::string digest_of(World& world) {
  Sha256 digest;
  for (const std::string& line : world.trace) digest.add(line + "\n");
  for (const auto& [table, rows] : world.contents()) {
    for (const auto& [place, row] : rows) digest.add(table + " " + place + " " + shown(row.values) + "\n");
  }
  return digest.hex();
}

}  // namespace

Life live(std::uint64_t seed, Mutant mutant) {
  Life life;
  life.seed = seed;
  World world(seed, mutant);
  try {
    world.start();
    for (life.step = 1; life.step <= most_steps; ++life.step) {
      world.trace.push_back("step " + std::to_string(life.step));
      world.step();
    }
    world.settle();
  } catch (const Broken& broken) {
    life.broken = broken.what();
  }
  life.digest = digest_of(world);
  life.trace = std::move(world.trace);
  life.seen = std::move(world.seen);
  for (const std::string& what : world.troubles()) ++life.seen[what];
  return life;
}

std::string report(const Life& life) {
  std::string text;
  for (const std::string& line : life.trace) text += line + "\n";
  const std::string seed = std::to_string(life.seed);
  if (life.broken.empty()) return text + "seed " + seed + ": every promise is kept\n";
  return text + "seed " + seed + ", step " + std::to_string(life.step) + ": " + life.broken +
         "\nagain: ./dev simulate --seed " + seed + "\n";
}

}  // namespace holdfast::simulation
