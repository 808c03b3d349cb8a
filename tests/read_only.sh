#!/usr/bin/env bash
# Lets the folder of the runs be one that cannot be written: mounted to be read only, another user's, and another user's
# but for the lock. Each job ends in an error that names the folder and says what to do; nothing is changed or left; what
# only reads goes on; and the job succeeds when the folder can be written.
#
#   tests/read_only.sh                            (KAA names the program)
#
# It needs root, or namespaces of users: the administrator of a namespace mounts, and gives its rights away to try them.
set -euo pipefail
cd "$(dirname "$0")/.."
kaa=$(realpath "${KAA:-${CARGO_TARGET_DIR:-target}/release/kaa}")
export KAA=$kaa
# Swedish, whatever the language of the system.
export LC_ALL=C
if [ "${1:-}" != inside ]; then
  if [ "$(id -u)" = 0 ]; then
    exec unshare --mount "$0" inside
  fi
  exec unshare --user --map-root-user --mount "$0" inside
fi

work=$(mktemp -d)
trap 'cd /; mountpoint -q "$work/output" && umount "$work/output"; rm -rf "$work"' EXIT
"$kaa" demo "$work" 2>/dev/null
cd "$work"
cp -a output before

run() {
  case $1 in
    monthly) with kaa.toml monthly --as-of 2026-11-21 ;;
    scb) with kaa-rattat.toml scb --period 2026H1 --as-of 2026-11-21 ;;
    board) with kaa.toml board --period 2026H1 --as-of 2026-11-21 ;;
    purge) with kaa.toml purge --on 2027-07-01 --yes ;;
    verify) with kaa.toml verify ;;
    check) with kaa.toml check --as-of 2026-11-20 ;;
    due) with kaa.toml due --on 2026-11-21 ;;
    dry) with kaa.toml purge --on 2027-07-01 ;;
  esac
}
# Without the rights that let an administrator write everywhere.
plain=(setpriv --bounding-set=-all --inh-caps=-all)
with() { local config=$1; shift; "${plain[@]}" "$kaa" -c "exempelby/$config" "$@"; }
fail() { echo "$how, $job: $*" >&2; exit 1; }

refuses() {
  how=$1
  for job in monthly scb board purge; do
    code=0
    run $job >said 2>&1 || code=$?
    [ $code = 1 ] || fail "it ended with $code: $(cat said)"
    grep -q "output/9901-exempelby.*rättigheter saknas.*Ge kontot som kör kaa rätt" said || fail "it said: $(cat said)"
    diff -r before output >said || fail "something has changed: $(cat said)"
  done
  echo "$how: four jobs refused, nothing changed"
}
reads() {
  for job in verify check due dry; do
    code=0
    run $job >said 2>&1 || code=$?
    # The sample has faults, which `check` tells of.
    [ $code = 0 ] || [ $job$code = check3 ] || fail "it ended with $code: $(cat said)"
  done
  echo "$how: what only reads goes on"
}

# A mount that can be read only. What is on the share before is there as it was.
mount -t tmpfs -o size=64m tmpfs output
cp -a before/. output
mount -o remount,ro output
refuses "a mount that can be read only"
reads
umount output

# A folder whose mode lets its owner read and no one write.
chmod -R a-w output
refuses "a folder that can be read only"
reads
# One whose lock is another's, as where two accounts run the program.
chmod -R u+w output
chmod a-rw output/9901-exempelby/.las
refuses "a lock of another user"
chmod u+rw output/9901-exempelby/.las

how="a folder that can be written again"
for job in monthly board purge verify; do
  run $job >said 2>&1 || fail "$(cat said)"
done
echo "$how: the jobs succeed"
