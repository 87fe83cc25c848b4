// write_schema: prints the JSON Schema of the documents. To publish it anew after a change of a field:
//   build/dev/bin/write_schema > docs/schema/holdfast.schema.json
#include <iostream>

#include "desired-state/fields/schema.h"

int main() {
  std::cout << holdfast::json_schema();
  return std::cout.flush() ? 0 : 1;
}
