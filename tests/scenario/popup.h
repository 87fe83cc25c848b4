// The first user's database, with the shipped documents, in a scenario.
#pragma once

#include <string>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {

// The shipped documents, all in one text, their Database pointed at the scenario's file.
std::string popup_documents(const Scenario& scenario);

// A scenario whose database is not there yet, with the shipped documents.
std::unique_ptr<Scenario> new_popup();

// The same after one apply.
std::unique_ptr<Scenario> filled_popup();

}  // namespace holdfast::testing
