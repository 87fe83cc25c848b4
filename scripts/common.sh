# shellcheck shell=bash
# Helpers of ./dev and .ci/run: what is printed, and how packages come. Sourced, with the repository as the folder.

step_color='' error_color='' plain_color=''
if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
  step_color=$'\e[1;34m' error_color=$'\e[1;31m' plain_color=$'\e[0m'
fi

say() { printf '%s==>%s %s\n' "$step_color" "$plain_color" "$*"; }

# fail WHAT WHERE WHAT-TO-DO: the form of every message of Holdfast's.
fail() {
  printf '%serror:%s %s: %s: %s\n' "$error_color" "$plain_color" "$1" "$2" "$3" >&2
  exit 1
}

# The packages of some groups that are not installed, one a line.
missing_packages() {
  local group wanted=() package
  for group in "$@"; do
    # shellcheck disable=SC2207  # package names have no blanks
    wanted+=($(awk -v group="$group" '$1 == group { for (i = 2; i <= NF; i++) print $i }' scripts/packages))
  done
  local installed
  # dpkg-query fails when it does not know one of the names; what it does know is printed all the same.
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "${wanted[@]}" 2>/dev/null | awk '$1 == "ii" { print $2 }') || true
  for package in $(printf '%s\n' "${wanted[@]}" | sort -u); do
    grep -qxF -- "$package" <<<"$installed" || printf '%s\n' "$package"
  done
}

# need GROUP…: installs what is missing. The second time it only asks dpkg, without the network.
need() {
  [[ -n "${HOLDFAST_SKIP_PACKAGES:-}" ]] && return 0
  command -v dpkg-query >/dev/null ||
    fail "this is not Debian" "dpkg-query is not there" \
      "use Debian 12, or install what scripts/packages names and set HOLDFAST_SKIP_PACKAGES=1"
  local missing
  missing=$(missing_packages "$@")
  [[ -z "$missing" ]] && return 0
  local packages
  read -r -d '' -a packages <<<"$missing" || true

  local as_root=()
  if [[ $(id -u) -ne 0 ]]; then
    local by_hand="apt-get update && apt-get install --no-install-recommends ${packages[*]}"
    command -v sudo >/dev/null || fail "packages are missing and you are not root" "${packages[*]}" "as root run: $by_hand"
    as_root=(sudo)
    if [[ ! -t 0 ]]; then
      sudo -n true 2>/dev/null ||
        fail "packages are missing and sudo asks for a password" "${packages[*]}" "as root run: $by_hand"
      as_root=(sudo -n)
    fi
  fi
  say "Installing ${#packages[@]} packages: ${packages[*]}"
  mkdir -p build/log
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
  if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${packages[@]}"; } >build/log/apt.log 2>&1; then
    tail -n 15 build/log/apt.log >&2
    fail "apt-get could not install the packages" "build/log/apt.log" "mend what it says there (Debian 12 has them all), then run this again"
  fi
}

# configure PRESET: quiet unless it fails.
configure() {
  mkdir -p build/log
  if ! cmake --preset "$1" >"build/log/configure-$1.log" 2>&1; then
    tail -n 40 "build/log/configure-$1.log" >&2
    fail "cmake could not configure the preset $1" "build/log/configure-$1.log" "mend what it says there"
  fi
}

# compile PRESET [TARGET…]: ninja's own progress on a terminal, one line otherwise.
compile() {
  local preset=$1
  shift
  if [[ -t 1 ]]; then
    ninja -C "build/$preset" "$@" || fail "the build failed" "build/$preset" "mend what the compiler says above"
  elif ! ninja -C "build/$preset" "$@" >"build/log/compile-$preset.log" 2>&1; then
    grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "build/log/compile-$preset.log" | tail -n 80 >&2
    fail "the build failed" "build/log/compile-$preset.log" "mend what the compiler says above"
  fi
}
