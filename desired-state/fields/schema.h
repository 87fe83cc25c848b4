// The JSON Schema of the documents, made from the same descriptions that the decoder reads by. PURE.
#pragma once

#include <string>

namespace holdfast {

// The schema (draft 7, which editors know) of one document, as indented JSON: docs/schema/holdfast.schema.json.
std::string json_schema();

}  // namespace holdfast
