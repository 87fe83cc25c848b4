#include "agent/core/undo_answer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "agent/render/change_view.h"
#include "agent/render/escape.h"

namespace holdfast::agent {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

std::string first_reasons(const Plan& plan) {
  constexpr std::size_t most = 3;
  std::vector<std::string> reasons;
  for (const SetPlan& set : plan.sets) {
    const ChangeViewer viewer(plan, set);
    for (const Change& change : set.changes) {
      if (change.outcome == Outcome::Applied) continue;
      const std::string message = viewer.view(change).message;
      const std::string reason = set.name + ": " + (message.empty() ? std::string(to_string(change.reason)) : message);
      if (std::find(reasons.begin(), reasons.end(), reason) != reasons.end()) continue;
      if (reasons.size() == most) return joined(reasons) + "; holdfast undo --dry-run says more";
      reasons.push_back(reason);
    }
  }
  return joined(reasons);
}

}  // namespace

Answer undo_answer(const RunReport& report) {
  const Summary summary = report.plan.summary();
  const std::uint64_t taken_back = summary.insert + summary.update + summary.erase;
  const std::uint64_t left = summary.blocked + summary.failed;
  std::string text = taken_back > 0 ? counted(taken_back, "change") + " taken back"
                     : left > 0     ? "nothing is taken back"
                                    : "nothing is left to take back: all of it is taken back already";
  if (left > 0) text += ", " + counted(left, "change") + " left: " + first_reasons(report.plan);
  if (report.error) text += "; it ended early: " + to_string(*report.error);
  return {taken_back > 0 ? Answer::Kind::Done : Answer::Kind::Conflict, text, report.batches > 0 ? report.run : ""};
}

Answer undo_refused(const Error& error) {
  const bool stays = error.kind == ErrorKind::Terminal || error.kind == ErrorKind::Invalid;
  return {stays ? Answer::Kind::Conflict : Answer::Kind::Unavailable, to_string(error), {}};
}

}  // namespace holdfast::agent
