#include "agent/core/status.h"

namespace holdfast::agent {

std::string_view to_string(Trigger trigger) {
  switch (trigger) {
    case Trigger::Start: return "start";
    case Trigger::Change: return "change";
    case Trigger::Documents: return "documents";
    case Trigger::Interval: return "interval";
    case Trigger::Person: return "person";
    case Trigger::Retry: return "retry";
    case Trigger::Resume: break;
  }
  return "resume";
}

std::string_view to_string(ConditionType type) {
  switch (type) {
    case ConditionType::Ready: return "Ready";
    case ConditionType::Reconciling: return "Reconciling";
    case ConditionType::Stalled: return "Stalled";
    case ConditionType::Drifted: return "Drifted";
    case ConditionType::Healthy: break;
  }
  return "Healthy";
}

}  // namespace holdfast::agent
