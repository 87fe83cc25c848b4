#!/usr/bin/env bash
# Shows on a scratch database what Holdfast does: brings the twelve popup campaigns in, breaks them in four ways, heals
# them. Everything it claims is looked up in the database; it exits 1 with the reason where a claim does not hold.
#   HOLDFAST_BINARY       the program (build/release/bin/holdfast)
#   HOLDFAST_DEMO_FOLDER  where the scratch database goes (build/demo); a database of that name there is made anew
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

holdfast=${HOLDFAST_BINARY:-build/release/bin/holdfast}
folder=${HOLDFAST_DEMO_FOLDER:-build/demo}
database=$folder/popup_campaigns.db
target=(-f desired-state/popup --database "popup=sqlite:$database")

step_number=0
step() {
  step_number=$((step_number + 1))
  printf '\n--- %d. %s\n' "$step_number" "$1"
}
tell() { printf '%s\n' "$@"; }
broken() {
  printf 'error: the demo did not come out as it should: %s: look at %s\n' "$1" "$database" >&2
  exit 1
}
sql() { sqlite3 -batch "$database" "$1"; }

# expect WHAT WANTED QUERY: a claim, looked up.
expect() {
  local found
  found=$(sql "$3")
  [[ $found == "$2" ]] || broken "$1: $2 expected, $found found"
  printf '  ok: %s\n' "$1"
}

# run WANTED-EXIT-CODE COMMAND…: shows the command as one would type it, and runs it.
more=()
run() {
  local wanted=$1 code=0
  shift
  printf '\n$ %s %s\n' "$holdfast" "$*"
  "$holdfast" "$@" "${more[@]}" || code=$?
  [[ $code -eq $wanted ]] || broken "holdfast $1 ended with $code, $wanted expected"
}

# run_short LINES WANTED-EXIT-CODE COMMAND…: the same, with the middle of a long output left out.
run_short() {
  local lines=$1 out total more=(--color never)
  shift
  [[ ! -t 1 || -n ${NO_COLOR:-} ]] || more=(--color always)  # the pipe would hide the terminal
  out=$(run "$@") || exit 1
  total=$(wc -l <<<"$out")
  head -n $((lines + 2)) <<<"$out"
  printf '  … %d lines more …\n' $((total - lines - 4))
  tail -n 2 <<<"$out"
}

[[ -x $holdfast ]] || broken "$holdfast is not there (./dev build makes it)"
mkdir -p "$folder"
rm -f "$database" "$database"-{wal,shm,journal} "$database.holdfast"

tell "Holdfast keeps the rows that matter in a database where they belong." \
  "The rows are written down in desired-state/popup; the scratch database is $database."

step "There is no database yet. What would be done?"
run_short 30 0 plan "${target[@]}"
[[ ! -e $database ]] || broken "a plan has made a file"
tell "" "That was a plan only: nothing was written, not even a file."

step "Do it."
run_short 7 0 apply "${target[@]}"
expect "twelve campaigns are there" 12 "SELECT count(*) FROM campaigns"
expect "under the ids that reports use" "1,2,3,4,5,6,7,8,9,10,11,12" \
  "SELECT group_concat(id) FROM (SELECT id FROM campaigns ORDER BY id)"
expect "each on its property" 12 "SELECT count(*) FROM campaign_properties p JOIN campaigns c ON c.id = p.campaign_id"

step "Now somebody breaks it, in four ways."
sql "INSERT INTO clicks (campaign_id, property_code) SELECT id, 'mmm' FROM campaigns WHERE id IN (1, 7);
     DELETE FROM campaigns WHERE name = 'Trading Tips';
     UPDATE campaigns SET offer_id = '9999' WHERE name = 'Daily Goodie Box';
     INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES
       (' PRIZIES ', 'https://example.com/p', 'https://example.com/p.png', 'https://example.com/p.jpg'),
       ('Summer Sale', 'https://example.com/s', 'https://example.com/s.png', 'https://example.com/s.jpg');
     INSERT INTO campaign_properties (campaign_id, property_code)
       SELECT id, 'mff' FROM campaigns WHERE name IN (' PRIZIES ', 'Summer Sale');
     INSERT INTO clicks (campaign_id, property_code) SELECT id, 'mff' FROM campaigns WHERE name IN (' PRIZIES ', 'Summer Sale');
     INSERT INTO clicks (campaign_id, property_code) SELECT id, 'mff' FROM campaigns WHERE name = ' PRIZIES ';"
tell "  a row is deleted:          Trading Tips" \
  "  a row is changed:          Daily Goodie Box gets another offer_id" \
  "  a forbidden one comes in:  \" PRIZIES \", with two clicks and a property" \
  "  a user adds a campaign:    Summer Sale, with a click and a property of its own"
user_before=$(sql "SELECT * FROM campaigns WHERE name = 'Summer Sale'")

step "What is wrong now? (With --detailed-exitcode, 2 means: there is drift.)"
run 2 plan --detailed-exitcode "${target[@]}"

step "Heal it."
run 0 apply "${target[@]}"
expect "Trading Tips is back, under its id" 2 "SELECT id FROM campaigns WHERE name = 'Trading Tips'"
expect "Daily Goodie Box has its offer again" 6571 "SELECT offer_id FROM campaigns WHERE id = 7"
expect "Prizies is gone" 0 "SELECT count(*) FROM campaigns WHERE lower(trim(name)) = 'prizies'"
expect "and what hung on it, and only that" "1,7,14" \
  "SELECT group_concat(campaign_id) FROM (SELECT campaign_id FROM clicks ORDER BY campaign_id)"
expect "no row has lost its campaign" 0 \
  "SELECT (SELECT count(*) FROM clicks WHERE campaign_id NOT IN (SELECT id FROM campaigns)) +
          (SELECT count(*) FROM campaign_properties WHERE campaign_id NOT IN (SELECT id FROM campaigns))"
[[ $(sql "SELECT * FROM campaigns WHERE name = 'Summer Sale'") == "$user_before" ]] || broken "the user's campaign was changed"
tell "  ok: the user's Summer Sale is as it was, to the letter: nobody named it, so nobody touched it"

step "Do it once more: a second run changes nothing."
before=$(sql .dump | sha256sum)
run 0 apply "${target[@]}"
[[ $(sql .dump | sha256sum) == "$before" ]] || broken "the second run changed the database"
tell "  ok: the database is the same, to the letter"

tell "" "--- Try next, from this folder ($PWD):" \
  "  sqlite3 $database \"DELETE FROM campaigns WHERE id < 4\"" \
  "  $holdfast plan ${target[*]}" \
  "  $holdfast plan -o json ${target[*]}" \
  "  $holdfast apply ${target[*]}" \
  "  $holdfast history ${target[*]}" \
  "  $holdfast undo last --dry-run ${target[*]}" \
  "  $holdfast --help" \
  "and look into desired-state/popup: change a row there, and plan again."
