#!/usr/bin/env bash
# What is handed out works where it is installed: the Debian package in an empty root, its units, manual pages and
# completions: tests/package.sh PROGRAM SBOM. It needs root, cargo-deb, dpkg, systemd-analyze, man, bash, zsh and fish.
set -euo pipefail
program="$(realpath "$1")" sbom="$(realpath "$2")"
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$*" >&2; exit 1; }

for tool in cargo-deb dpkg systemd-analyze man bash zsh fish; do
  command -v "$tool" >/dev/null || fail "$tool is missing"
done

# --- The package ---
release/arkiv "$program" "$sbom" release/ut
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
for once in kaa again; do
  cargo deb --quiet --no-build --no-strip --output "$work/$once.deb" >/dev/null
done
cmp "$work/kaa.deb" "$work/again.deb" || fail "the package is not the same twice"
root="$work/root"
mkdir -p "$root"/var/lib/dpkg/{info,updates}
: > "$root/var/lib/dpkg/status"
# What it depends on is in the root around it.
dpkg --root="$root" --force-depends --log=/dev/null --install "$work/kaa.deb" >/dev/null 2>"$work/said" ||
  { cat "$work/said"; fail "the package does not install"; }
scripts=$(dpkg-deb --ctrl-tarfile "$work/kaa.deb" | tar t | grep -vE '^\./(control|md5sums|conffiles)?$' || true)
[ -z "$scripts" ] || fail "the package has scripts: $scripts"
"$root/usr/bin/kaa" --version
(cd "$work" && "$root/usr/bin/kaa" init tibro --profile tibro >/dev/null 2>&1)
[ "$(stat -c %a "$work/tibro")" = 700 ] || fail "others can read the workspace"
for file in doc/kaa/docs/installation.md doc/kaa/pipelines/kaa.schema.json doc/kaa/kaa.cdx.json; do
  test -s "$root/usr/share/$file" || fail "the package has no $file"
done

# --- The units, as they are installed ---
units="$work/units"
mkdir "$units"
for kind in service timer; do
  # The instance of a workspace, and the program where it stands now.
  sed "s,/usr/bin/kaa,$root/usr/bin/kaa," "$root/usr/lib/systemd/system/kaa@.$kind" > "$units/kaa@tibro.$kind"
done
systemd-analyze verify --man=no --recursive-errors=no "$units"/* >"$work/said" 2>&1 || { cat "$work/said"; fail "a unit is wrong"; }
if grep 'kaa@' "$work/said"; then fail "a unit has something wrong"; fi
exposed=$(systemd-analyze security --offline=true --threshold=30 "$units/kaa@tibro.service") || { echo "$exposed"; fail "the service is exposed"; }
systemd-sysusers --root="$root" --dry-run "$root/usr/lib/sysusers.d/kaa.conf" >/dev/null 2>&1 || fail "sysusers refuses kaa.conf"

# --- The manual, in both languages ---
pages=0
for page in "$root"/usr/share/man/{,sv/}man1/kaa*.1*; do
  said=$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l "$page" 2>&1 >"$work/page")
  [ -z "$said" ] || fail "$page: $said"
  grep -q kaa "$work/page" || fail "$page is empty"
  pages=$((pages + 1))
done
[ "$pages" -ge 32 ] || fail "only $pages manual pages"
grep -q '^NAMN' <(LC_ALL=C.UTF-8 man -E UTF-8 -l "$root"/usr/share/man/sv/man1/kaa.1*) || fail "the Swedish page is not Swedish"

# --- Completions complete ---
share="$root/usr/share"
bash -c 'source "$1"; COMP_WORDS=(kaa mon); COMP_CWORD=1; _kaa kaa mon kaa; [ "${COMPREPLY[*]}" = monthly ]' - \
  "$share/bash-completion/completions/kaa" || fail "bash completes nothing"
zsh -f -c 'fpath=($1 $fpath); autoload -U compinit; compinit -u -d $2; [[ $_comps[kaa] = _kaa ]] && autoload +X _kaa' - \
  "$share/zsh/vendor-completions" "$work/dump" || fail "zsh knows no _kaa"
fish --no-config -c 'source $argv[1]; string match -q "monthly*" (complete -C "kaa mon")' \
  "$share/fish/vendor_completions.d/kaa.fish" || fail "fish completes nothing"
echo "the package installs, and its units, $pages manual pages and completions work"
