#include "reconcilers/core/state_tables.h"

#include <array>

namespace holdfast {
namespace {

constexpr auto text = Affinity::Text;
constexpr auto integer = Affinity::Integer;
constexpr auto blob = Affinity::Blob;

constexpr StateColumn meta[] = {{"name", text, 1}, {"value", text}};
constexpr StateColumn runs[] = {
    {"number", integer, 1}, {"id", text},      {"at", integer},    {"trigger", text},     {"cause", text},
    {"revision", text},     {"who", text},     {"undoes", text},   {"inserted", integer}, {"updated", integer},
    {"deleted", integer},   {"held", integer}, {"steps", integer}, {"blocks", integer},   {"bytes", integer},
};
constexpr StateColumn shapes[] = {
    {"number", integer, 1}, {"row_set", text}, {"table_name", text}, {"columns", text}, {"format", integer}};
constexpr StateColumn changes[] = {
    {"run", integer, 1}, {"block", integer, 2}, {"first", integer}, {"step_count", integer}, {"steps", blob}};
constexpr StateColumn owned[] = {
    {"row_set", text, 1}, {"block", integer, 2}, {"row_count", integer}, {"row_keys", blob}};
constexpr StateColumn holds[] = {{"row_set", text, 1}, {"row_key", blob, 2}, {"digest", text},
                                 {"at", integer},      {"who", text},        {"why", text},
                                 {"run", text},        {"table_name", text}, {"key_columns", text}};
constexpr StateColumn documents[] = {{"name", text, 1}, {"number", integer, 2}, {"text", blob}, {"at", integer}};

constexpr std::array<StateTable, 7> tables = {{
    {"_holdfast_meta", meta, true},
    {"_holdfast_runs", runs, false},
    {"_holdfast_shapes", shapes, false},
    {"_holdfast_changes", changes, true},
    {"_holdfast_owned", owned, true},
    {"_holdfast_holds", holds, true},
    {"_holdfast_documents", documents, true},
}};

}  // namespace

std::span<const StateTable> state_tables() { return tables; }

bool is_state_table(std::string_view name) { return ascii_lower(name.substr(0, state_prefix.size())) == state_prefix; }

}  // namespace holdfast
