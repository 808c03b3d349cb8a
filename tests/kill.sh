#!/usr/bin/env bash
# Kills the jobs at random moments, as a lost power supply or a full memory does.
#
#   tests/kill.sh [NUMBER OF KILLS] [SEED]        (KAA names the program; 20 kills and seed 1 otherwise)
#
# After each kill `kaa verify` is clean, the runs that were complete are as they were, a run under way is whole or not
# there, and the job made again leaves the same files, byte for byte, as one that nobody disturbed. Each run has an
# encrypted archive, which is whole or not there; its bytes differ each time, so that its name and size are compared. The
# moments are drawn from the measured time of each job.
set -euo pipefail
cd "$(dirname "$0")/.."
kaa=$(realpath "${KAA:-${CARGO_TARGET_DIR:-target}/release/kaa}")
kills=${1:-20}
RANDOM=${2:-1}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$kaa" demo "$work/now" 2>/dev/null
rm -rf "$work/now/output"
mkdir "$work/now/output"
cd "$work"
# A recipient whose private key nobody has.
for config in now/exempelby/kaa.toml now/exempelby/kaa-rattat.toml; do
  printf '\n[arkiv]\nmottagare = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]\n' >>$config
done

jobs=(october november scb board purge)
run() {
  local config=now/exempelby/kaa.toml corrected=now/exempelby/kaa-rattat.toml
  case $1 in
    october) exec "$kaa" -c $config monthly --as-of 2026-10-20 ;;
    november) exec "$kaa" -c $config monthly --as-of 2026-11-20 ;;
    scb) exec "$kaa" -c $corrected scb --period 2026H1 --as-of 2026-11-20 ;;
    board) exec "$kaa" -c $config board --period 2026H1 --as-of 2026-11-20 ;;
    # Two years on: names, extracts and those who turned 21 go.
    purge) exec "$kaa" -c $config purge --on 2027-12-01 --yes ;;
  esac
}
fail() { echo "kill $kill of $kills: $job after $delay us: $*" >&2; exit 1; }
verify() { "$kaa" -c now/exempelby/kaa.toml verify >said 2>&1 || fail "verify: $(cat said)"; }
microseconds() { echo $((${EPOCHREALTIME/[.,]/})); }
runs() {
  (cd "$1/output" && find . -mindepth 2 -maxdepth 2 -type d -not -name '.*' -not -path '*/.*' -not -name arkiv | sort)
}
archives() { (cd "$1/output" && find . -path '*/arkiv/*' -printf '%P %s\n' | sort); }
same() { diff -r --exclude=arkiv "$1" "$2" && diff <(archives "$1") <(archives "$2"); }

# What nobody disturbs: the state before and after each job, and how long it takes.
declare -A time
kill=0 delay=0
for job in "${jobs[@]}"; do
  cp -a now "before-$job"
  started=$(microseconds)
  (run "$job") >said 2>&1 || fail "undisturbed: $(cat said)"
  time[$job]=$(($(microseconds) - started))
  verify
  cp -a now "after-$job"
done

declare -A died
for ((kill = 1; kill <= kills; kill++)); do
  job=${jobs[$((RANDOM % ${#jobs[@]}))]}
  delay=$(((RANDOM * 32768 + RANDOM) % (time[$job] * 11 / 10)))
  rm -rf now
  cp -a "before-$job" now
  run "$job" >said 2>&1 &
  process=$!
  sleep "$(printf '%d.%06d' $((delay / 1000000)) $((delay % 1000000)))"
  builtin kill -9 $process 2>/dev/null || true
  if wait $process 2>/dev/null; then code=0; else code=$?; fi
  [ "$code" = 0 ] || [ "$code" = 137 ] || fail "it ended with $code: $(cat said)"
  [ "$code" = 0 ] || died[$job]=$((${died[$job]:-0} + 1))

  verify
  for folder in $(runs now); do
    if [ ! -d "before-$job/output/$folder" ]; then
      diff -r "now/output/$folder" "after-$job/output/$folder" >said || fail "half a run: $(cat said)"
    elif [ "$job" != purge ]; then
      diff -r "now/output/$folder" "before-$job/output/$folder" >said || fail "an earlier run: $(cat said)"
    fi
  done
  for folder in $(runs "before-$job"); do
    [ -d "now/output/$folder" ] || fail "$folder is lost"
  done
  half=$(comm -23 <(archives now) <(sort -u <(archives "before-$job") <(archives "after-$job")))
  [ -z "$half" ] || fail "half an archive: $half"

  (run "$job") >said 2>&1 || fail "made again: $(cat said)"
  verify
  same now "after-$job" >said || fail "made again it differs: $(cat said)"
done
[ "$(archives after-board | wc -l)" = 4 ] || fail "archives: $(archives after-board)"
[ "$(archives after-purge | wc -l)" -lt 4 ] || fail "the purge left the archives: $(archives after-purge)"
for job in "${jobs[@]}"; do
  printf '%-9s %6d ms, killed %d times under way\n' "$job" $((time[$job] / 1000)) "${died[$job]:-0}"
done
echo "$kills kills: nothing lost, nothing half, archives too"
