// A whole life of the agent beside a database, other writers, people and trouble, played from one number: the same
// number, the same life, to the last row. Every promise that can be judged is judged after every step.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace holdfast::simulation {

// Agents and stores that are broken on purpose: for the proof that the simulation would notice.
enum class Mutant : std::uint8_t {
  None,
  LosesAWrite,      // the store takes back one of our changes after the commit, and says nothing
  WritesAStranger,  // the store changes a row that nobody named, along with a commit of ours
  IgnoresPauses,    // the agent does not look at what is held, paused rows and fights
  IsDeaf,           // the agent runs when an event comes, and at no interval
};

struct Life {
  std::uint64_t seed = 0;
  std::string broken;                       // the promise that did not hold, and where; empty: all of them did
  std::size_t step = 0;                     // the last one
  std::vector<std::string> trace;           // a line for everything that happened
  std::string digest;                       // of the trace and of what the database holds in the end
  std::map<std::string, std::size_t> seen;  // what happened, and how often
};

Life live(std::uint64_t seed, Mutant mutant = Mutant::None);

// For people: what broke, the trace, and how to see it again.
std::string report(const Life& life);

}  // namespace holdfast::simulation
