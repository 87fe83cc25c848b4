// What a column's name says about who keeps its values. Guesses, made from names alone; whoever uses one tells people
// so. PURE; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/schema.h"

namespace holdfast {

// "main_image_url", "mainImageURL" -> main, image, url
std::vector<std::string> column_words(std::string_view name);

// A primary key that only numbers rows, or a name like id or uuid.
bool looks_like_id(const Table& table, std::uint32_t column);
// name, code, slug, key, email: what people call a row.
bool looks_like_name(std::string_view column);
// A time that the database or the application writes by itself.
bool looks_like_timestamp(const Column& column);
// hits, view_count: a number that grows while the application runs.
bool looks_like_counter(const Column& column);
// Texts, pictures and switches that people edit in the application.
bool looks_edited(std::string_view column);
bool looks_secret(std::string_view column);

}  // namespace holdfast
