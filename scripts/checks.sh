# shellcheck shell=bash
# The checks of ./dev test, prove, lint and fuzz. Each counts what passed and failed and goes on, so that one run shows
# everything that is red; finish prints the sum as the last line and fails if anything did. Sourced by ./dev.

passed=0
failed=0
failures=()

# check NAME COMMAND…: one check that is green or red as a whole.
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    failures+=("$name")
  fi
}

finish() {
  [[ ${#failures[@]} -eq 0 ]] || printf 'failed: %s\n' "${failures[@]}"
  # .ci/run adds up what several commands found.
  [[ -z "${HOLDFAST_TALLY:-}" ]] || printf '%s %s\n' "$passed" "$failed" >>"$HOLDFAST_TALLY"
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [[ $failed -eq 0 ]]
}

build_preset() {
  say "Building everything, preset $1"
  configure "$1"
  compile "$1"
}

# What has threads, or is a process with some. TSan sees nothing in the others, and they take long under it.
threaded=(chaos incidents_run metrics run server supervisor watch)
build_threads() {
  say "Building what has threads, preset tsan"
  configure tsan
  compile tsan holdfast "${threaded[@]/%/_tests}"
}
threaded_only() { local IFS='|'; printf '^(%s)$' "${threaded[*]}"; }

# run_tests PRESET TIER [REGEX]: all of them, or those with such a name. Tests read HOLDFAST_TIER (quick or prove), and HOLDFAST_CASES where somebody asks for another
# number of cases; RapidCheck reads RC_PARAMS. The quick tier has fixed seeds, so that the same commit gives the same answer.
run_tests() {
  local preset=$1 tier=$2 only=${3:-.} rapidcheck="seed=1 max_success=100"
  [[ $tier == quick ]] || rapidcheck="max_success=1000"
  local folder=$PWD/build/$preset log=$PWD/build/log/test-$preset.log results=$PWD/build/$preset/test-results
  rm -rf "$results"
  mkdir -p "$results" build/log
  say "Running the tests, preset $preset, tier $tier (log: build/log/test-$preset.log)"
  local counts
  HOLDFAST_TIER=$tier RC_PARAMS=${RC_PARAMS:-$rapidcheck} \
    GTEST_OUTPUT="xml:$results/" \
    ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1} \
    UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1} \
    TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1} \
    ctest --test-dir "$folder" --tests-regex "$only" --parallel "$(nproc)" --timeout 1500 --no-tests=error --output-on-failure \
    --output-junit "$results/ctest.xml" >"$log" 2>&1 || grep -vE ' Passed |^ +Start ' "$log" >&2 || true
  counts=$(/usr/bin/python3 scripts/count_tests.py "$results") || counts="0 1"
  local good=${counts% *} bad=${counts#* }
  passed=$((passed + good))
  failed=$((failed + bad))
  [[ $bad -eq 0 ]] || failures+=("tests of preset $preset: $bad of $((good + bad))")
  say "Tests of preset $preset: $good passed, $bad failed"
}

run_demo() {
  local log=build/log/demo
  say "Running the demos: one run after the other, and the agent beside the example API (logs: $log*.log)"
  check "demo" demo_is_green "$1" scripts/demo.sh "$log.log"
  check "demo of the agent" demo_is_green "$1" "scripts/demo_agent.sh --check" "$log-agent.log"
}

# load or soak, with its own flags.
run_long() {
  local program=tests/examples/soak.py
  [[ $1 == soak ]] || program=tests/examples/load_test.py
  say "Running $program"
  HOLDFAST_BINARY=$PWD/build/release/bin/holdfast /usr/bin/python3 "$program" "${@:2}"
}

demo_is_green() {
  local words
  read -r -a words <<<"$2"
  HOLDFAST_BINARY=$1 HOLDFAST_DEMO_FOLDER=build/demo-test "${words[@]}" >"$3" 2>&1 && return 0
  tail -n 40 "$3" >&2
  return 1
}

check_layout() {
  say "Checking the layout: arrows, pure folders, file sizes"
  check "layout" /usr/bin/python3 scripts/check_layout.py
}

# Every C++ file that is tracked or could be.
sources() { git -c safe.directory='*' ls-files --cached --others --exclude-standard -- '*.h' '*.cpp' | sort -u | existing; }
existing() { while IFS= read -r file; do [[ ! -f $file ]] || printf '%s\n' "$file"; done; }

check_format() {
  say "Checking the form: clang-format"
  check "clang-format" format_is_clean
}

format_is_clean() { sources | xargs -r -P "$(nproc)" -n 16 clang-format --dry-run -Werror; }
fix_format() { sources | xargs -r clang-format -i; }

check_tidy() {
  say "Checking the code: clang-tidy (log: build/log/tidy.log)"
  configure lint
  make_headers build/lint
  check "clang-tidy" /usr/bin/python3 scripts/tidy.py build/lint build/log/tidy.log
}

# Headers that the build makes have to be there before sources are read one by one.
make_headers() {
  local headers
  headers=$(ninja -C "$1" -t targets all | sed -n 's/^\(.*\.h\): CUSTOM_COMMAND$/\1/p')
  # shellcheck disable=SC2086  # one word a header
  [[ -z $headers ]] || ninja -C "$1" $headers >>build/log/configure-lint.log
}

check_shell() {
  say "Checking the scripts: shellcheck"
  check "shellcheck" shellcheck -x dev .ci/run scripts/*.sh
}

run_fuzz() {
  local seconds=${HOLDFAST_FUZZ_SECONDS:-60} target name names=("$@")
  build_preset fuzz
  if [[ ${#names[@]} -eq 0 ]]; then
    for target in build/fuzz/bin/fuzz_*; do
      [[ ! -x $target ]] || names+=("${target##*/fuzz_}")
    done
  fi
  [[ ${#names[@]} -gt 0 ]] || fail "there is no fuzz target" "build/fuzz/bin" "look at tests/fuzz/CMakeLists.txt"
  for name in "${names[@]}"; do
    [[ -x build/fuzz/bin/fuzz_$name ]] || fail "there is no fuzz target $name" "build/fuzz/bin" "say one of tests/fuzz/"
    say "Fuzzing $name for $seconds s (log: build/log/fuzz-$name.log)"
    check "fuzz $name" fuzz_one "$name" "$seconds"
  done
}

# New inputs go to build/, the corpus in the repository is only read; what crashes is named at the end of the log.
fuzz_one() {
  local name=$1 seconds=$2 log=build/log/fuzz-$1.log seeds=()
  mkdir -p "build/fuzz/corpus/$name" build/fuzz/crashes
  [[ ! -d tests/fuzz/corpus/$name ]] || seeds=("tests/fuzz/corpus/$name")
  "build/fuzz/bin/fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 \
    -artifact_prefix="build/fuzz/crashes/$name-" "build/fuzz/corpus/$name" "${seeds[@]}" >"$log" 2>&1 && return 0
  tail -n 40 "$log" >&2
  return 1
}
