#include "metrics/recorder.h"

namespace holdfast::metrics {

std::string_view to_string(RunResult result) {
  switch (result) {
    case RunResult::InSync: return "in-sync";
    case RunResult::Corrected: return "corrected";
    case RunResult::DriftLeft: return "drift-left";
    case RunResult::Failed: return "failed";
  }
  return "";
}

}  // namespace holdfast::metrics
