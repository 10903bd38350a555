#!/bin/bash
# Proves that the Debian package is whole: in a bare system of this machine's release, made by debootstrap, it is
# installed with what it depends on and no more, repaints the sample to the same bits as the program that was built
# here, and leaves nothing when it is removed.
#
# Needs root, Debian's debootstrap, which is installed where it is missing, and the mirror that apt has here; says so
# and succeeds where they cannot be had. Takes a few minutes and 1 GB below TMPDIR. Arguments: the package; without one
# package.sh makes it. Set HARMONIZE to use another build than .build/release/harmonize.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/needs.sh

debootstrap_present() { command -v debootstrap; } >/dev/null

[ "$(id -u)" = 0 ] || skip "changing the root folder takes root"
need debootstrap_present debootstrap
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# Where apt has this release and its updates from, as lines of sources.list: the bare system is to have them, too.
# shellcheck disable=SC2016  # apt's own variables
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    grep -E " $codename(-updates|-security)? (main|universe)\$" | sort -u)
mirror=$(awk -v codename="$codename" '$3 == codename && $4 == "main" { print $2; exit }' <<<"$sources")
[ -n "$mirror" ] || skip "apt has no mirror of $codename (has apt-get update run?)"

package=$(realpath "${1-$(./package.sh)}")
[ -f "$package" ] || fail "$package is not there"
version=$(dpkg-deb -f "$package" Version)

folder=$(mktemp -d)
root=$folder/root
clean_up() {
    ! mountpoint -q "$root/proc" || umount "$root/proc"
    rm -rf --one-file-system "$folder"
}
trap clean_up EXIT
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }

# --- A bare system ---------------------------------------------------------------------------------------------------

debootstrap --variant=minbase "$codename" "$root" "$mirror" >"$folder/log" 2>&1 || {
    tail -n 5 "$folder/log" >&2
    skip "debootstrap fails"
}
inside true || skip "chroot fails"
mount -t proc proc "$root/proc" || skip "/proc cannot be mounted"
mkdir -p "$root/work/samples"
cp samples/*.jpg samples/*.png "$root/work/samples"
cp "$package" "$root/work/harmonize.deb"
printf '%s\n' "$sources" >"$root/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(http|https|Check)' >"$root/etc/apt/apt.conf.d/99machine" || :
inside apt-get update -qq
# To look the page up.
inside apt-get install -y -qq --no-install-recommends man-db >"$folder/log" 2>&1 ||
    fail "man-db cannot be installed: $(tail -n 3 "$folder/log")"

inside sh -c '! command -v swift' || fail "the bare system has a swift"

# --- Installed -------------------------------------------------------------------------------------------------------

# With its dependencies there, dpkg alone must install it, and what is there now is all that may be there in the end.
depends=$(dpkg-deb -f "$package" Depends)
inside apt-get satisfy -y -qq --no-install-recommends "$depends" >"$folder/log" 2>&1 ||
    fail "what it depends on cannot be installed: $(tail -n 3 "$folder/log")"
# Logs, caches and dpkg's own records are other programs' matter; dpkg is asked below.
state() {
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./work -o -path ./var/log -o -path ./var/cache \
        -o -path ./var/lib/dpkg \) -prune -o -printf '%p %M %u %g %l\n' | LC_ALL=C sort)
}
state >"$folder/before"
inside dpkg -i /work/harmonize.deb >"$folder/log" 2>&1 || fail "dpkg -i: $(tail -n 5 "$folder/log")"
inside dpkg -L harmonize >"$folder/files"
state >"$folder/installed"
! cmp -s "$folder/before" "$folder/installed" || fail "nothing was installed"
inside dpkg --verify harmonize || fail "files differ from the package's"
case $version in
    "$(inside harmonize --version)" | "$(inside harmonize --version)+"*) ;;
    *) fail "the package is $version, the program $(inside harmonize --version)" ;;
esac
[ "$(inside man -w harmonize)" = /usr/share/man/man1/harmonize.1.gz ] || fail "man does not find the page"
inside bash -n /usr/share/bash-completion/completions/harmonize || fail "bash does not take its completions"
echo "installed harmonize $version, with $(inside dpkg-query -W | wc -l) packages in all"

# --- Used ------------------------------------------------------------------------------------------------------------

# The sample, in AVIF as well, and a chart, which takes a font.
sample() {
    "$@" --painting samples/starry-night.jpg --object samples/coffee-cup.png --mask samples/coffee-cup-mask.png \
        --at 420,330 --scale 0.5
}
installed() { inside sh -c 'cd /work && exec harmonize "$@"' sh "$@"; }
mkdir "$folder/built" "$root/work/installed"
sample "$harmonize" --output "$folder/built" --plot "$folder/built/losses.png" 2>"$folder/log" || {
    cat "$folder/log" >&2
    fail "the program that was built here fails"
}
sample installed --output installed --plot installed/losses.png 2>"$folder/log" || {
    cat "$folder/log" >&2
    fail "the installed program fails"
}
for picture in stage1.png stage2.png losses.png; do
    cmp "$folder/built/$picture" "$root/work/installed/$picture" || fail "$picture is not the same to the bit"
done
sample installed --output installed --format avif --quality draft 2>"$folder/log" || fail "AVIF: $(cat "$folder/log")"
installed --painting installed/stage2.avif --object samples/coffee-cup.png --mask samples/coffee-cup-mask.png \
    --dry-run >"$folder/log" 2>&1 || fail "AVIF: $(cat "$folder/log")"
echo "stage1.png, stage2.png and losses.png are those of the program that was built here, to the bit"

# --- Removed ---------------------------------------------------------------------------------------------------------

inside dpkg --purge harmonize >"$folder/log" 2>&1 || fail "dpkg --purge: $(cat "$folder/log")"
! inside dpkg-query -W harmonize >/dev/null 2>&1 || fail "dpkg still knows it"
while read -r file; do
    [ ! -e "$root$file" ] || [ -d "$root$file" ] || fail "$file is still there"
done <"$folder/files"
state >"$folder/after"
diff "$folder/before" "$folder/after" >&2 || fail "the system is not what it was before the package"
# In what was left out above, too.
left=$(find "$root" -xdev \( -path "$root/proc" -o -path "$root/work" \) -prune -o -iname '*harmonize*' -print)
[ -z "$left" ] || fail "left over: $left"
echo "purged: $(wc -l <"$folder/files") files and folders are gone, and nothing else has changed"
