#!/usr/bin/env bash
# Lets the system refuse what a job wants of the folder of its runs.
#
# A folder that cannot be written: mounted to be read only, without the right to write, with the lock of another user. Each
# job ends in an error that names the folder and says what to do; nothing is changed or left; what only reads goes on; and
# the job succeeds when the folder can be written.
#
# A file that another program holds open, as Excel does on a share: the system says that it is busy, as it does of what
# something is mounted on. The error says so, nothing is lost, and the next run goes on where this one stopped.
#
#   tests/refused.sh                              (KAA names the program)
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
trap 'cd /; { grep -o " $work[^ ]*" /proc/mounts || true; } | sort -r | xargs -r umount; rm -rf "$work"' EXIT
"$kaa" demo "$work" 2>/dev/null
cd "$work"
cp -a output before
cp -a exempelby inbox-before

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

# Files of earlier runs that are open while a purge wants to replace one and remove the other.
how="a file that is open elsewhere" job=purge
as_before() { rm -rf output exempelby; cp -a before output; cp -a inbox-before exempelby; }
run purge >said 2>&1 || fail "undisturbed: $(cat said)"
run_folder=output/9901-exempelby/manad-2026-10-20
replaced=$(diff -rq before output | grep -o "$run_folder/[a-z_.]* differ" | head -1 | cut -d' ' -f1 || true)
[ -n "$replaced" ] && [ ! -e $run_folder/avstamning.xlsx ] || fail "nothing goes"
for file in "$(basename "$replaced")" avstamning.xlsx; do
  file=manad-2026-10-20/$file
  as_before
  mount --bind "before/9901-exempelby/$file" "output/9901-exempelby/$file"
  code=0
  run purge >said 2>&1 || code=$?
  [ $code = 1 ] || fail "it ended with $code: $(cat said)"
  grep -q "$(basename $file).*öppen i ett annat program. Stäng den i Excel och kör igen" said || fail "it said: $(cat said)"
  run verify >said 2>&1 || fail "$(cat said)"
  grep -q "En gallring avbröts" said || fail "it said: $(cat said)"
  # No run passes by a purge that is not done.
  code=0
  with kaa.toml monthly --as-of 2026-11-22 >said 2>&1 || code=$?
  [ $code = 1 ] || fail "a run ended with $code: $(cat said)"
  umount "output/9901-exempelby/$file"
  with kaa.toml monthly --as-of 2026-11-22 >said 2>&1 || fail "closed: $(cat said)"
  run verify >said 2>&1 || fail "$(cat said)"
  [ -d output/9901-exempelby/gallring-2027-07-01 ] || fail "the purge is not finished"
done
# An earlier hold whose reasons somebody reads.
how="a hold that is open elsewhere" job=monthly
as_before
mkdir aside
mv exempelby/inbox/IST_elevplaceringar_* aside
code=0
run monthly >said 2>&1 || code=$?
[ $code = 3 ] || fail "it ended with $code: $(cat said)"
held=output/9901-exempelby/manad-2026-11-21-stoppad
mount --bind $held $held
code=0
run monthly >said 2>&1 || code=$?
[ $code = 1 ] || fail "it ended with $code: $(cat said)"
grep -q "manad-2026-11-21-stoppad.*öppen i ett annat program" said || fail "it said: $(cat said)"
umount $held
code=0
run monthly >said 2>&1 || code=$?
[ $code = 3 ] || fail "closed it ended with $code: $(cat said)"
mv aside/* exempelby/inbox/
echo "a file that is open elsewhere: said, nothing lost, and done when it is closed"

how="a folder that can be written again"
for job in monthly board purge verify; do
  run $job >said 2>&1 || fail "$(cat said)"
done
echo "$how: the jobs succeed"
