#include "tests/metrics/exposition.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace holdfast::metrics {
namespace {

// Where the sample ends and its value begins: the first blank that is in no label value.
std::size_t sample_end(const std::string& line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ' ' && !quoted) {
      return i;
    }
  }
  throw std::runtime_error("no sample: " + line);
}

std::string family_name(const std::string& sample, const std::map<std::string, Family>& families) {
  const std::string name = sample.substr(0, sample.find('{'));
  for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
    if (!name.ends_with(suffix)) continue;
    const auto family = families.find(name.substr(0, name.size() - suffix.size()));
    if (family != families.end() && family->second.type == "histogram") return family->first;
  }
  return name;
}

}  // namespace

std::map<std::string, Family> families_of(const std::string& exposition) {
  std::map<std::string, Family> families;
  std::istringstream in(exposition);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string mark, kind, name, rest;
    if (line.starts_with("# ")) {
      words >> mark >> kind >> name >> std::ws;
      std::getline(words, rest);
      (kind == "HELP" ? families[name].help : families[name].type) = rest;
      continue;
    }
    const std::size_t end = sample_end(line);
    const std::string sample = line.substr(0, end);
    const auto family = families.find(family_name(sample, families));
    if (family == families.end()) throw std::runtime_error("a sample without a family: " + line);
    family->second.samples.emplace_back(sample, line.substr(end + 1));
  }
  return families;
}

std::string value_of(const std::string& exposition, const std::string& sample) {
  for (const auto& [name, family] : families_of(exposition)) {
    for (const auto& [text, value] : family.samples) {
      if (text == sample) return value;
    }
  }
  return "none";
}

std::vector<std::string> labels_of(const Family& family) {
  std::vector<std::string> names;
  for (const auto& [sample, value] : family.samples) {
    bool quoted = false;
    std::string name;
    for (std::size_t i = std::min(sample.size(), sample.find('{')); i < sample.size(); ++i) {
      const char c = sample[i];
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '{' || c == ',') {
        if (!quoted) name.clear();
      } else if (c == '=' && !quoted) {
        if (name != "le" && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      } else if (!quoted) {
        name += c;
      }
    }
  }
  return names;
}

std::vector<std::string> samples_with(const std::string& exposition, const std::string& part) {
  std::vector<std::string> found;
  for (const auto& [name, family] : families_of(exposition)) {
    for (const auto& [sample, value] : family.samples) {
      if (sample.find(part) != std::string::npos) found.push_back(sample);
    }
  }
  return found;
}

}  // namespace holdfast::metrics
