#include "agent/edges/server/peers.h"

#include <algorithm>
#include <utility>

namespace holdfast::agent {

void Peers::enter(std::shared_ptr<Peer> peer, PeerKind kind) {
  const Peer* key = peer.get();
  entries_[key] = {std::move(peer), kind};
}

void Peers::leave(const Peer* peer) {
  const auto found = entries_.find(peer);
  if (found == entries_.end()) return;
  const std::shared_ptr<Peer> kept = std::move(found->second.peer);  // the caller is one of its methods
  entries_.erase(found);
  if (!entries_.empty() || !empty_) return;
  const std::function<void()> empty = std::exchange(empty_, nullptr);
  empty();
}

std::size_t Peers::count(PeerKind kind) const {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.second.kind == kind; }));
}

void Peers::finish(std::function<void()> empty) {
  finishing_ = true;
  empty_ = std::move(empty);
  for (const std::shared_ptr<Peer>& peer : all()) peer->finish();
  if (!entries_.empty() || !empty_) return;
  const std::function<void()> call = std::exchange(empty_, nullptr);
  call();
}

void Peers::abort() {
  for (const std::shared_ptr<Peer>& peer : all()) peer->abort();
}

void Peers::events_changed() {
  for (const std::shared_ptr<Peer>& peer : all()) peer->events_changed();
}

std::vector<std::shared_ptr<Peer>> Peers::all() const {
  std::vector<std::shared_ptr<Peer>> peers;
  peers.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) peers.push_back(entry.peer);
  return peers;
}

}  // namespace holdfast::agent
