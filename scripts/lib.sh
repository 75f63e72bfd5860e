# Shared by the scripts: where things are and how they speak. Sourced, never run.
#
#   PEPAY_CACHE       what the scripts install and build; default ${XDG_CACHE_HOME:-$HOME/.cache}/pepay
#   CARGO_TARGET_DIR  build output; default $PEPAY_CACHE/target, so that every clone shares it
#   PEPAY_ANVIL       the anvil program; default the pinned one that scripts/setup puts into $PEPAY_CACHE/bin
#   PEPAY_CHROMIUM    the browser of the tests; default the first one on PATH

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PEPAY_CACHE=${PEPAY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pepay}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PEPAY_CACHE/target}
# What the machine has comes first; ~/.cargo/bin serves shells that never read rustup's env file.
export PATH=$PATH:$HOME/.cargo/bin:$PEPAY_CACHE/cargo/bin

# Functions say `return 0`: in a trap, a bare return gives the status from before the trap.
say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

chromium() {
  local name
  if [[ -n ${PEPAY_CHROMIUM:-} ]]; then printf '%s\n' "$PEPAY_CHROMIUM"; return 0; fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if type -P "$name"; then return 0; fi
  done
  return 1
}

# Debian keeps the server programs of each version in a directory of their own, off PATH.
postgres_bin() {
  local directory
  for directory in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) /usr/local/bin /usr/bin; do
    if [[ -x $directory/initdb && -x $directory/pg_ctl ]]; then printf '%s\n' "$directory"; return 0; fi
  done
  return 1
}
