// Whether the application that we started has our database open, or another one (incident 7). Looks in, judgement out.
//
// What an application opens for each request shows only now and then: that ours is not seen says nothing by itself.
// PURE; one for each child, one thread.
#pragma once

#include <optional>
#include <string>

#include "agent/core/doctor/host_facts.h"

namespace holdfast::agent::doctor {

class ChildFiles {
 public:
  struct Wrong {
    std::string why;       // for people
    bool certain = false;  // a former file, or one of our name; any other database may well be one beside ours
  };

  // Takes the files of the child and of what it started. Nothing when they are the right ones, or not known to be
  // wrong: a former file and one of our name at once, any other database when it is seen in three looks and ours never
  // was. A look that was not complete counts for what it found.
  std::optional<Wrong> look(const OpenFiles& files, const std::string& path);
  bool ours_seen() const { return ours_seen_; }

 private:
  static constexpr int looks_for_others = 3;
  bool ours_seen_ = false;
  int others_alone_ = 0;
};

}  // namespace holdfast::agent::doctor
