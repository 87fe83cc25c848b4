// The agent's own process under the names that all Prometheus clients use for it. Pure.
#pragma once

#include "metrics/process_facts.h"
#include "metrics/prometheus/families.h"

namespace holdfast::metrics {

// What is not set has no sample.
void collect(const ProcessFacts& facts, Families& families);

}  // namespace holdfast::metrics
