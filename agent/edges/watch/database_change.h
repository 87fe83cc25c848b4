// What a watch noticed about a database's files since it was last asked: reasons to look, never the truth.
#pragma once

namespace holdfast::agent {

struct DatabaseChange {
  // What commits do. Look at the data version, and again with growing pauses for some 200 ms: with synchronous=FULL the
  // write is seen before the change is visible.
  bool database = false;  // the file was written
  bool wal = false;       // its -wal was written, or made
  bool journal = false;   // its -journal was made, written or deleted

  // What commits do not. The connection may be on a file that is not there any more: open anew, look at everything.
  bool structure =
      false;  // the file, or a link or folder on the way to it, was made, moved, deleted, or had its rights changed
  // The -wal was deleted, moved or exchanged. SQLite itself does so when the last connection closes, hence also when
  // that one belongs to whoever watches: DatabaseWatch::read_after_opening.
  bool wal_gone = false;
  bool overflow = false;  // events were lost
  bool lost = false;      // the watch was lost, or set anew: something may have happened in between

  bool any() const { return database || wal || journal || beyond_commits(); }
  bool beyond_commits() const { return structure || wal_gone || overflow || lost; }

  DatabaseChange& operator|=(const DatabaseChange& other) {
    database |= other.database;
    wal |= other.wal;
    journal |= other.journal;
    structure |= other.structure;
    wal_gone |= other.wal_gone;
    overflow |= other.overflow;
    lost |= other.lost;
    return *this;
  }
  friend bool operator==(const DatabaseChange&, const DatabaseChange&) = default;
};

}  // namespace holdfast::agent
