// The connections that a server has, whatever they are at: who is there, how many, and until when.
// One thread; a peer is owned by this list, and by the operations that it has under way.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace holdfast::agent {

class Peer {
 public:
  virtual ~Peer() = default;
  // Ends when what is under way has ended; at once if nothing is.
  virtual void finish() = 0;
  // Ends now. Whatever completes later does nothing.
  virtual void abort() = 0;
  // There may be new events.
  virtual void events_changed() {}
};

enum class PeerKind { Connection, Stream, Refusal };

class Peers {
 public:
  void enter(std::shared_ptr<Peer> peer, PeerKind kind);
  // Twice is once. The peer must not touch the list afterwards.
  void leave(const Peer* peer);
  std::size_t count(PeerKind kind) const;

  bool finishing() const { return finishing_; }
  // No peer should begin anything new; `empty` is called once, when the last one has left, which may be now.
  void finish(std::function<void()> empty);
  void abort();
  void events_changed();

 private:
  struct Entry {
    std::shared_ptr<Peer> peer;
    PeerKind kind;
  };
  std::vector<std::shared_ptr<Peer>> all() const;  // a copy: peers leave while they are called
  std::map<const Peer*, Entry> entries_;
  bool finishing_ = false;
  std::function<void()> empty_;
};

}  // namespace holdfast::agent
