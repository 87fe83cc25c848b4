// The text that a scrape gets, read back: what the tests look at is what Prometheus would see.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace holdfast::metrics {

struct Family {
  std::string type;  // counter, gauge, histogram
  std::string help;
  // In the text's order. `holdfast_drift_rows{database="popup",class="missing"}` and its value as it stands there.
  std::vector<std::pair<std::string, std::string>> samples;
};

// By name; samples of a histogram (_bucket, _sum, _count) are in its family. Throws for a line that is none of the
// format.
std::map<std::string, Family> families_of(const std::string& exposition);

// The value of one sample, as it stands there; "none" when there is no such sample.
std::string value_of(const std::string& exposition, const std::string& sample);

// The names of all labels of a family's samples, `le` apart, in the order that they are written in.
std::vector<std::string> labels_of(const Family& family);

// All samples that have `part` in them.
std::vector<std::string> samples_with(const std::string& exposition, const std::string& part);

}  // namespace holdfast::metrics
