#include "agent/core/quiet_files.h"

#include <algorithm>
#include <utility>

namespace holdfast::agent {

QuietFiles::QuietFiles(FileSet taken, std::chrono::milliseconds quiet_for)
    : quiet_for_(quiet_for), taken_(std::move(taken)), latest_(taken_) {}

void QuietFiles::moved(Time now) {
  now_ = std::max(now_, now);
  last_move_ = now_;
  if (!changing_since_) changing_since_ = now_;
}

void QuietFiles::touch(Time now) {
  touched_ = true;
  moved(now);
}

QuietFiles::State QuietFiles::see(FileSet files, Time now) {
  now_ = std::max(now_, now);
  if (files != latest_) {
    latest_ = std::move(files);
    moved(now);
  }
  if (!touched_ && latest_ == taken_) {
    changing_since_.reset();
    return State::Same;
  }
  if (now_ - last_move_ < quiet_for_) return State::Changing;
  taken_ = latest_;
  touched_ = false;
  changing_since_.reset();
  return State::Settled;
}

void QuietFiles::add(const std::string& path, const FileFacts& facts) {
  if (taken_.contains(path) || latest_.contains(path)) return;
  taken_.emplace(path, facts);
  latest_.emplace(path, facts);
}

void QuietFiles::remove(const std::string& path) {
  taken_.erase(path);
  latest_.erase(path);
}

std::optional<QuietFiles::Time> QuietFiles::look_again() const {
  if (!changing_since_) return std::nullopt;
  return last_move_ + quiet_for_;
}

}  // namespace holdfast::agent
