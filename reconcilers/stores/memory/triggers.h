// What a running trigger sees of the writer: its statements are the writer's, one level deeper. Internal to this
// folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/stores/memory/definition.h"
#include "reconcilers/stores/memory/writer.h"

namespace holdfast::stores {

class TriggerRun : public TriggerScope {
 public:
  explicit TriggerRun(Writer& writer) : writer_(writer) {}

  std::vector<RowImage> find(std::string_view table, std::string_view column, const Value& value) override;
  void insert(std::string_view table, const Cells& cells) override;
  void update(std::string_view table, const Locator& at, const Cells& cells) override;
  void erase(std::string_view table, const Locator& at) override;

  // The first failure among the statements; the rest were not tried.
  const WriteOutcome& outcome() const { return outcome_; }

 private:
  bool resolve(std::string_view table, const Cells& cells, Writer::Cells& resolved);
  void note(const Writer::Change& change, WriteOutcome outcome);

  Writer& writer_;
  WriteOutcome outcome_;
};

}  // namespace holdfast::stores
