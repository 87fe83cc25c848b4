#include "tests/bench/text_peers.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>
#include <yaml.h>

#include <istream>
#include <streambuf>

#include "tests/bench/measuring.h"

namespace holdfast::bench {
namespace {

// Reads from a string without copying it.
class View : public std::streambuf {
 public:
  explicit View(const std::string& text) {
    char* begin = const_cast<char*>(text.data());  // streambuf's interface; nothing is written
    setg(begin, begin, begin + text.size());
  }
};

class Counter : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override { ++scalars; }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
  std::uint64_t scalars = 0;
};

}  // namespace

std::uint64_t libyaml_scalars(const std::string& yaml) {
  yaml_parser_t parser;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(yaml.data()), yaml.size());
  std::uint64_t scalars = 0;
  for (bool more = true; more;) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) fail("libyaml does not take the text");
    if (event.type == YAML_SCALAR_EVENT) ++scalars;
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return scalars;
}

std::uint64_t yaml_cpp_scalars(const std::string& yaml) {
  View view(yaml);
  std::istream in(&view);
  YAML::Parser parser(in);
  Counter counter;
  while (parser.HandleNextDocument(counter)) {
  }
  return counter.scalars;
}

}  // namespace holdfast::bench
