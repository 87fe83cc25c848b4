// Where a run came from; the same for all of its rows in the journal. A plain value.
#pragma once

#include <string>

namespace holdfast {

struct RunOrigin {
  std::string trigger = "command";
  std::string revision;  // of the documents, as people name it
  std::string digest;    // of the documents; the same when nothing in them has changed
  std::string who;
  std::string undoes;  // the id of the run that it takes back
};

}  // namespace holdfast
