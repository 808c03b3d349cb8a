#!/usr/bin/env bash
# Lets the disk fill up at each 5 % of what a job writes: a clear error that names the folder, no partial run, earlier
# runs as they were, and success when there is room again. Each run has an encrypted archive: where there is room for the
# run alone, the run is whole and has no archive, and gets it when it is made again.
#
#   tests/disk_full.sh                            (KAA names the program)
#
# The disk is a small one in memory, mounted in a namespace of its own. Where that is not allowed, the size of files is
# limited instead.
set -euo pipefail
cd "$(dirname "$0")/.."
kaa=$(realpath "${KAA:-${CARGO_TARGET_DIR:-target}/release/kaa}")
export KAA=$kaa
# Swedish, whatever the language of the system.
export LC_ALL=C
if [ "${1:-}" != inside ] && unshare --user --map-root-user --mount true 2>/dev/null; then
  exec unshare --user --map-root-user --mount "$0" inside
elif [ "${1:-}" != inside ] && unshare --mount true 2>/dev/null; then
  exec unshare --mount "$0" inside
fi

work=$(mktemp -d)
trap 'cd /; mountpoint -q "$work/output" && umount "$work/output"; rm -rf "$work"' EXIT
"$kaa" demo "$work" 2>/dev/null
rm -rf "$work/output"
mkdir "$work/output"
cd "$work"
# A recipient whose private key nobody has.
for config in exempelby/kaa.toml exempelby/kaa-rattat.toml; do
  printf '\n[arkiv]\nmottagare = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]\n' >>$config
done

run() {
  case $1 in
    october) "$kaa" -c exempelby/kaa.toml monthly --as-of 2026-10-20 ;;
    november) "$kaa" -c exempelby/kaa.toml monthly --as-of 2026-11-20 ;;
    scb) "$kaa" -c exempelby/kaa-rattat.toml scb --period 2026H1 --as-of 2026-11-20 ;;
    board) "$kaa" -c exempelby/kaa.toml board --period 2026H1 --as-of 2026-11-20 ;;
    # Half a year and more on: names go, and tables are written anew.
    purge) "$kaa" -c exempelby/kaa.toml purge --on 2027-07-01 --yes ;;
  esac
}
fail() { echo "$job with $percent % of its room: $*" >&2; exit 1; }
verify() { "$kaa" -c exempelby/kaa.toml verify >said 2>&1 || fail "verify: $(cat said)"; }
# Every file but the lock and the archives; a chain that a run did not come to join is none.
files() {
  (cd "$1" && find . -type f -not -name .las -not -name .kedja-ny -not -path '*/arkiv/*' -exec sha256sum {} + | sort)
}
# The bytes of an archive differ each time.
archives() { (cd "$1" && find . -path '*/arkiv/*' -printf '%P %s\n' | sort); }
same() { diff -r --exclude=arkiv "$1" "$2" && diff <(archives "$1") <(archives "$2"); }
kibibytes() { du -sk --apparent-size "$1" | cut -f1; }

if mount -t tmpfs -o size=64m tmpfs output 2>/dev/null; then
  umount output
  by="a full disk"
  # A disk with the earlier runs on it and this much room.
  small_disk() {
    mount -t tmpfs tmpfs output
    cp -a before/. output
    local used
    used=$(df --block-size=1024 --output=used output | tail -1 | tr -d ' ')
    # One page more: a size of nothing would be no limit.
    mount -o "remount,size=$((used + $1 + 4))k" output
  }
  more_room() { mount -o remount,size=64m output; }
  gone() { umount output; }
  limited() { run "$job"; }
else
  by="a limit on files"
  small_disk() { rm -rf output; cp -a before output; limit=$1; }
  more_room() { :; }
  gone() { :; }
  # What the program says is no file of its own.
  limited() { (trap '' XFSZ; ulimit -f "$limit"; run "$job") 2>&1 | cat; }
fi

for job in october november scb board purge; do
  percent=100
  cp -a exempelby inbox-before
  rm -rf before
  cp -a output before
  run "$job" >said 2>&1 || fail "undisturbed: $(cat said)"
  rm -rf after exempelby-after
  cp -a output after
  cp -a exempelby exempelby-after
  rm -rf output exempelby
  mkdir output
  # A purge needs the room of its new versions before the old ones go.
  need=$(($(kibibytes after) - $(kibibytes before)))
  [ "$job" = purge ] && need=$(kibibytes before)
  [ "$by" = "a full disk" ] || need=$(($(find after -type f -printf '%k\n' | sort -n | tail -1)))
  refused=0 without_archive=0
  code=1
  for ((percent = 0; code != 0; percent += 5)); do
    [ $percent -le 300 ] || fail "it was never enough"
    cp -a inbox-before exempelby
    small_disk $((need * percent / 100))
    if limited >said 2>&1; then code=0; else code=$?; fi
    verify_said=$(cat said)
    if [ $code != 0 ]; then
      refused=$((refused + 1))
      [ $code = 1 ] || fail "it ended with $code: $verify_said"
      grep -q "output/9901-exempelby.*disken är full" <<<"$verify_said" || fail "it said: $verify_said"
      verify
      # Nothing but what was there, and perhaps a purge that is finished later.
      if [ "$job" != purge ]; then
        if diff <(files before) <(files output) >said; then
          :
        elif diff <(files after) <(files output) >/dev/null; then
          without_archive=$((without_archive + 1))
        else
          fail "something is left: $(cat said)"
        fi
        diff <(archives before) <(archives output) >said || fail "half an archive: $(cat said)"
      fi
    fi
    more_room
    run "$job" >said 2>&1 || fail "with room: $(cat said)"
    verify
    same output after >said || fail "with room it differs: $(cat said)"
    diff -r exempelby exempelby-after >said || fail "with room the inbox differs: $(cat said)"
    gone
    rm -rf exempelby
  done
  [ $refused -gt 0 ] || fail "it was never refused"
  echo "$job: refused $refused times by $by, $without_archive times but for the archive, done with $((percent - 5)) % of its room"
  rm -rf output inbox-before
  cp -a after output
  cp -a exempelby-after exempelby
done
echo "the disk was full: a clear error, nothing partial, and success with room"
