#!/usr/bin/env bash
# Runs the example API under the agent on a SQLite file that is made anew, says what to open and what to break, and
# stays until Ctrl-C. With --check it breaks everything itself, looks up in the database whether each claim holds, and
# ends; it exits 1 with the reason where one does not.
#   HOLDFAST_BINARY           the program (build/release/bin/holdfast)
#   HOLDFAST_DEMO_FOLDER      where the database goes (build/demo)
#   HOLDFAST_DEMO_API_PORT    8000; with --check a free one
#   HOLDFAST_DEMO_AGENT_PORT  8790; with --check a free one
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

check=no
case ${1:-} in
  '') ;;
  --check) check=yes ;;
  *)
    echo "error: $1: scripts/demo_agent.sh: it takes --check, or nothing" >&2
    exit 64
    ;;
esac

holdfast=${HOLDFAST_BINARY:-build/release/bin/holdfast}
folder=${HOLDFAST_DEMO_FOLDER:-build/demo}
database=$folder/popup_campaigns.db
agent_process=''

tell() { printf '%s\n' "$@"; }
ok() { printf '  ok: %s\n' "$1"; }
step_number=0
step() {
  step_number=$((step_number + 1))
  printf '\n--- %d. %s\n' "$step_number" "$1"
}
broken() {
  printf 'error: the demo did not come out as it should: %s\n' "$1" >&2
  if [[ $check == yes && -f $folder/agent.log ]]; then
    printf 'the end of %s:\n' "$folder/agent.log" >&2
    tail -n 30 "$folder/agent.log" >&2
  fi
  exit 1
}

# free_port WANTED NAME: that one if nobody has it; without a wanted one any.
free_port() {
  /usr/bin/python3 - "$@" <<'PYTHON'
import random, socket, sys
wanted = int(sys.argv[1] or 0)
for _ in range(200):
    port = wanted or random.randrange(15000, 32000)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            if wanted:
                sys.exit(f"error: somebody else has port {port}: 127.0.0.1: set {sys.argv[2]} to another one")
            continue
        print(port)
        break
else:
    sys.exit("error: no free port in 200 tries: 127.0.0.1: end some servers")
PYTHON
}

# The shell as a stranger would use it, but for waiting when the database is locked. What looks never makes a file.
sql() { sqlite3 -batch -cmd '.timeout 5000' "$database" "$1"; }
look() { sqlite3 -batch -readonly -cmd '.timeout 5000' "$database" "$1" 2>&1 || true; }
fetch() { curl --silent --show-error --fail --noproxy '*' --max-time 20 "$@"; }

# within SECONDS COMMAND…: whether it succeeds by then; looks every 50 ms, and not any more when the agent has ended.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [[ $SECONDS -lt $end ]] || return 1
    [[ -z $agent_process ]] || kill -0 "$agent_process" 2>/dev/null || return 1
    sleep 0.05
  done
}

is() { [[ $(look "$2") == "$1" ]]; }
# expect WHAT WANTED QUERY [SECONDS]: a claim, looked up in the database until it holds.
expect() {
  within "${4:-20}" is "$2" "$3" || broken "$1: $2 expected, $(look "$3") found"
  ok "$1"
}

ids="SELECT group_concat(id) FROM (SELECT id FROM campaigns WHERE id <= 12 ORDER BY id)"
twelve=1,2,3,4,5,6,7,8,9,10,11,12
sale='{"name": "Summer Sale", "tune_url": "https://example.com/s", "logo_url": "https://example.com/s.png"'
sale+=', "main_image_url": "https://example.com/s.jpg", "properties": ["mff"]}'
post=(-X POST -H 'Content-Type: application/json')
prizies="INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES (' PRIZIES ', '', '', '')"

prepare() {
  [[ -x $holdfast ]] || broken "$holdfast is not there (./dev build makes it)"
  local api=${HOLDFAST_DEMO_API_PORT:-} agent=${HOLDFAST_DEMO_AGENT_PORT:-}
  if [[ $check == no ]]; then
    api=${api:-8000} agent=${agent:-8790}
  fi
  api=$(free_port "$api" HOLDFAST_DEMO_API_PORT)
  agent=$(free_port "$agent" HOLDFAST_DEMO_AGENT_PORT)
  api_url=http://127.0.0.1:$api
  agent_url=http://127.0.0.1:$agent
  mkdir -p "$folder"
  # With what the agent remembers of it: a database made anew would be called wiped.
  rm -f "$database" "$database"-{wal,shm,journal} "$database.holdfast" "$folder/agent.log"
  export POPUP_DATABASE=$database PYTHONDONTWRITEBYTECODE=1
  # Debian's uvicorn by its path: another one on PATH belongs to another Python.
  run=("$holdfast" run -f desired-state/popup --database "popup=sqlite:$database" --listen "127.0.0.1:$agent"
    --start-timeout 30s --
    /usr/bin/uvicorn --app-dir examples/popup-api app:app --port "$api" --workers 2 --log-level warning)
}

# The first answer that it gives is kept, whatever it says: that is what the first user got.
first_answer=''
api_answers() { first_answer=$(curl --silent --noproxy '*' --max-time 20 "$api_url/api/campaigns"); }
agent_is_ready() { fetch "$agent_url/readyz"; }

# --- by hand

what_to_do() {
  tell "" "The example API runs under the agent. Open" \
    "  $api_url/api/campaigns             the twelve campaigns (every address: $api_url/docs)" \
    "  $agent_url/api/v1/status           what the agent sees" \
    "  $agent_url/api/v1/events           what it has found and done" \
    "  $agent_url/metrics                 the same for Prometheus" \
    "and break something, from this folder ($PWD) in another terminal. Look at $api_url/api/campaigns after each:" \
    "" "  a row is deleted: it comes back under its own id" \
    "    sqlite3 $database \"DELETE FROM campaigns WHERE name = 'Trading Tips'\"" \
    "  a value is changed: it is put right" \
    "    sqlite3 $database \"UPDATE campaigns SET offer_id = '9999' WHERE id = 7\"" \
    "  a forbidden campaign comes in: it goes" \
    "    sqlite3 $database \"$prizies\"" \
    "  a user adds a campaign of their own: nobody named it, so nobody touches it (four, for what comes next)" \
    "    for i in 1 2 3 4; do curl -H 'Content-Type: application/json' $api_url/api/campaigns -d '$sale'; done" \
    "  the API's own emergency endpoint deletes everything and puts twelve back: the users' rows are lost," \
    "  and the agent says so (vanish); without a backup it cannot bring them back" \
    "    curl -X POST $api_url/api/emergency-restore" \
    "    curl $agent_url/api/v1/events" \
    "  the whole database is gone, as after a deploy: tables and rows come back" \
    "    rm $database" \
    "" "Breaking the same row more than five times a minute is a fight: it is then held for a while, and told." \
    "Ctrl-C ends the API and the agent."
}

# Waits beside the agent and tells when all is there; ends with it.
tell_when_ready() {
  agent_process=$1
  within 60 fetch "$api_url/health" || return 0  # the agent or the API has said why
  within 20 agent_is_ready || tell "" "The agent has not decided about every row set yet; its messages say why."
  what_to_do
}

by_hand() {
  tell "Starting the API and the agent on $database:" "" "\$ ${run[*]}" ""
  tell_when_ready $$ &
  exec "${run[@]}"
}

# --- by itself

end_all() {
  [[ -n $agent_process ]] || return 0
  kill -TERM "$agent_process" 2>/dev/null || return 0
  local end=$((SECONDS + 15))
  while kill -0 "$agent_process" 2>/dev/null; do
    if [[ $SECONDS -ge $end ]]; then
      kill -KILL "$agent_process" 2>/dev/null || true
      return 1
    fi
    sleep 0.05
  done
}

metric_is_set() { fetch "$agent_url/metrics" | grep -E "^$1 " | grep -qvE ' 0(\.0+)?$'; }
status_has() {
  fetch "$agent_url/api/v1/status" |
    /usr/bin/python3 -c "import json, sys; status = json.load(sys.stdin); sys.exit(not ($1))"
}
campaign_set="next(s for d in status['databases'] for s in d['rowsets'] if s['name'] == 'campaigns')"
ids_in() { /usr/bin/python3 -c "import json, sys; print(*sorted(row['id'] for row in json.load(sys.stdin)), sep=',')"; }
api_lists() { [[ $(fetch "$api_url/api/campaigns" | ids_in) == "$1" ]]; }
in_sync() {
  within 20 status_has "status['ready'] and status['in_sync']" || broken "the agent does not call itself in sync"
  ok "the agent calls itself ready and in sync"
}

breaks_that_are_mended() {
  step "A user adds four campaigns, with a click on one."
  local number name
  for name in "Summer Sale" "Autumn Sale" "Winter Sale" "Spring Sale"; do
    fetch "${post[@]}" "$api_url/api/campaigns" -d "${sale/Summer Sale/$name}" >/dev/null ||
      broken "the API did not take $name"
  done
  number=$(look "SELECT id FROM campaigns WHERE name = 'Summer Sale'")
  fetch "${post[@]}" "$api_url/api/click" -d "{\"campaign_id\": $number, \"property_code\": \"mff\"}" >/dev/null ||
    broken "the API did not take a click"
  users="SELECT * FROM campaigns WHERE name LIKE '% Sale' ORDER BY id"
  users_before=$(look "$users")
  [[ $(wc -l <<<"$users_before") -eq 4 ]] || broken "the user's four campaigns are not there: $users_before"
  ok "they are there"

  step "A row is deleted."
  sql "DELETE FROM campaigns WHERE name = 'Trading Tips'"
  expect "Trading Tips is back, under its id" 2 "SELECT id FROM campaigns WHERE name = 'Trading Tips'"

  step "A value is changed."
  sql "UPDATE campaigns SET offer_id = '9999' WHERE id = 7"
  expect "Daily Goodie Box has its offer again" 6571 "SELECT offer_id FROM campaigns WHERE id = 7"

  step "A forbidden campaign comes in, with a click."
  sql "BEGIN IMMEDIATE; $prizies;
    INSERT INTO clicks (campaign_id, property_code) SELECT id, 'mff' FROM campaigns WHERE name = ' PRIZIES '; COMMIT"
  expect "Prizies is gone" 0 "SELECT count(*) FROM campaigns WHERE lower(trim(name)) = 'prizies'"
  expect "and its click; the user's click is there" "$number" "SELECT group_concat(campaign_id) FROM clicks"
  [[ $(look "$users") == "$users_before" ]] || broken "the user's campaigns were changed"
  ok "the user's campaigns are as they were, to the letter"
  in_sync
}

breaks_of_the_whole() {
  step "Somebody calls the API's emergency endpoint, which deletes everything and puts twelve back."
  fetch "${post[@]}" "$api_url/api/emergency-restore" >/dev/null || broken "the emergency endpoint did not answer"
  expect "the twelve are there, under their ids" "$twelve" "$ids"
  [[ -z $(look "$users") ]] || broken "the emergency endpoint has left the user's campaigns, and nothing can vanish"
  tell "  and the user's campaigns are gone: it looks right, and is not."
  within 20 status_has "${campaign_set}['last_vanish']" || broken "the agent has not noticed that rows vanished"
  ok "the agent has noticed: its status has the time of the vanish"
  within 20 metric_is_set 'holdfast_last_vanish_timestamp_seconds\{[^}]*rowset="campaigns"[^}]*\}' ||
    broken "the vanish is in no metric"
  ok "and so has Prometheus"

  step "The database is deleted, as by a deploy."
  rm -f "$database" "$database"-{wal,shm,journal}
  expect "the twelve are there again, under their ids" "$twelve" "$ids" 30
  expect "each on its property" 12 "SELECT count(*) FROM campaign_properties p JOIN campaigns c ON c.id = p.campaign_id"
  within 20 api_lists "$twelve" || broken "the API does not serve the twelve"
  fetch "${post[@]}" "$api_url/api/impression" -d '{"campaign_id": 2, "property_code": "mmm"}' >/dev/null ||
    broken "the API cannot write"
  ok "the API serves them, and counts an impression"
  in_sync
}

by_itself() {
  step "The API starts under the agent on a database that is not there."
  "${run[@]}" >"$folder/agent.log" 2>&1 &
  agent_process=$!
  trap 'end_all || true' EXIT
  within 40 api_answers || broken "the API does not answer at $api_url"
  [[ $(ids_in <<<"$first_answer") == "$twelve" ]] ||
    broken "the API's first answer was not the twelve campaigns: $first_answer"
  ok "the API's first answer has the twelve, under the ids that reports use"
  within 20 agent_is_ready || broken "the agent is not ready at $agent_url/readyz"
  in_sync
  within 20 metric_is_set 'holdfast_in_sync\{[^}]*rowset="campaigns"[^}]*\}' ||
    broken "holdfast_in_sync is not 1 in $agent_url/metrics"
  ok "and so does its metric"

  breaks_that_are_mended
  breaks_of_the_whole

  step "SIGTERM ends both."
  local code=0
  end_all || broken "they did not end within 15 s"
  wait "$agent_process" || code=$?
  agent_process=''
  [[ $code -eq 0 || $code -eq 143 ]] || broken "holdfast run ended with $code; 0 or 143, the API's own code, expected"
  ! api_answers >/dev/null 2>&1 || broken "the API still answers"
  ok "the API and the agent have ended"
  tell "" "All claims hold. scripts/demo_agent.sh without --check leaves it running, for you to break."
}

prepare
if [[ $check == yes ]]; then by_itself; else by_hand; fi
