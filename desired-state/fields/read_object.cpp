#include "desired-state/fields/read_object.h"

#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"

namespace holdfast::fields {

const yaml::Entry* ObjectReader::take(const char* name) {
  known_.emplace_back(name);
  return map_.find(name);
}

// "The table that the rows are in." -> "the table that the rows are in"; "CREATE …" stays.
std::string ObjectReader::sentence_as_hint(std::string sentence) {
  if (!sentence.empty() && sentence.back() == '.') sentence.pop_back();
  if (sentence.size() > 1 && sentence[1] >= 'a' && sentence[0] >= 'A' && sentence[0] <= 'Z') {
    sentence[0] = static_cast<char>(sentence[0] - 'A' + 'a');
  }
  if (sentence.substr(0, 2) == "A ") sentence[0] = 'a';
  return sentence;
}

std::string ObjectReader::either(const std::vector<std::string>& names) {
  std::string text = "say ";
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

void ObjectReader::missing(const char* name, std::string hint) {
  reading_.error(map_.mark, path_ + "." + name + " is missing", std::move(hint));
}

void ObjectReader::exactly_one(const std::vector<std::string>& names) {
  const yaml::Entry* first = nullptr;
  for (const yaml::Entry& entry : map_.entries) {
    if (std::find(names.begin(), names.end(), entry.key) == names.end()) continue;
    if (first) {
      reading_.error(entry.mark, path_ + " has both " + first->key + " and " + entry.key,
                     "exactly one of " + name_list(names));
      return;
    }
    first = &entry;
  }
  if (!first) reading_.error(map_.mark, path_ + " needs one of " + name_list(names));
}

void ObjectReader::at_least_one(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (map_.find(name)) return;
  }
  reading_.error(map_.mark, path_ + " needs at least one of " + name_list(names));
}

void ObjectReader::finish() {
  for (const yaml::Entry& entry : map_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    reading_.error(entry.mark, path_ + " has no field " + quote_text(entry.key),
                   mend_name(entry.key, known_, "its fields"));
  }
}

}  // namespace holdfast::fields
