// What an actor does: a list of words, carried out one after the other. Every line that it says is one write to
// standard output, "NAME: TEXT", so that one pipe holds what all the actors of a test said, in order.
//
//   say:TEXT  time  where  environment  descriptors  signals  input      say something, or what it has and is
//   on:SIGNAL=exit:N  on:SIGNAL=stay      what a signal does from now on; "got SIGNAL" is said
//   wait                                  for signals, until one of them ends it
//   until:SIGNAL                          waits for this one and goes on
//   exit:N  die:SIGNAL                    the end
//   tell:WORD  raw:TEXT  await-go  hang-up      the agent's talk with its supervisor
//   worker:WORDS                          a child in the same process group, WORDS joined by '+'
//   orphan                                one whose parent ends at once; says whether anybody reaps it
#pragma once

#include <string>
#include <vector>

namespace holdfast::agent {

// The exit code, if no word ended the process before.
int play(const std::string& name, const std::vector<std::string>& words);

}  // namespace holdfast::agent
