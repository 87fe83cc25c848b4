// Findings of `holdfast doctor` as people and programs read them. PURE but for the Sink.
#pragma once

#include <string>
#include <vector>

#include "agent/core/doctor/finding.h"
#include "agent/render/sink.h"
#include "agent/render/style.h"

namespace holdfast::agent {

struct ExaminedDatabase {
  std::string name;
  std::string location;  // no secrets
  doctor::Findings findings;
};

// Warnings and problems.
std::size_t count_wrong(const doctor::Findings& findings);

void render_doctor_text(const std::vector<ExaminedDatabase>& databases, const Style& style, Sink& out);
void render_doctor_json(const std::vector<ExaminedDatabase>& databases, int exit, Sink& out);

}  // namespace holdfast::agent
