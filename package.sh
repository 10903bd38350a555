#!/bin/sh
# Makes a Debian package of harmonize for this machine's release and architecture, and the notes of a release.
set -eu
umask 022

usage="Usage: ./package.sh [FOLDER]
       ./package.sh --check
       ./package.sh --notes TAG

Builds harmonize and puts its Debian package into FOLDER (.build/package); prints the package's path. --check only finds
what is wrong with the parts of it, without a build. --notes prints what CHANGELOG.md says of a release: 0.1.0, v0.1.0
or Unreleased. The maintainer is DEBFULLNAME with DEBEMAIL, or else the author of the last commit."

fail() {
    printf 'Error: %s\nHint: %s\n' "$1" "$2" >&2
    exit "${3-1}"
}

# What CHANGELOG.md says of a version.
section() { awk -v heading="## $1" '/^## / { inside = $0 == heading; next } inside' CHANGELOG.md | sed '/./,$!d'; }

# The same as an entry of a Debian changelog: section, version, distribution, date. It has lines of 80 columns.
entry() {
    printf 'harmonize (%s) %s; urgency=medium\n\n' "$2" "$3"
    section "$1" | awk '
        function put(    words, count, line, k) {
            count = split(item, words, " ")
            line = "  *"
            for (k = 1; k <= count; k++) {
                if (length(line " " words[k]) > 79) { print line; line = "   " }
                line = line " " words[k]
            }
            if (count) print line
        }
        /^- / { put(); item = substr($0, 3); next }
        { item = item " " $0 }
        END { put() }'
    printf '\n -- %s  %s\n\n' "$maintainer" "$4"
}

# When a version was released: the date of its tag, or of the commit that gave it its section.
released() {
    for tag in "v$1" "$1"; do
        ! git log -1 --format=%cD "refs/tags/$tag" -- 2>/dev/null || return 0
    done
    found=$(git log --format=%cD -S"## $1" -- CHANGELOG.md 2>/dev/null | tail -n 1)
    printf '%s\n' "${found:-$now}"
}

# All of CHANGELOG.md as a Debian changelog.
changelog() {
    sed -n 's/^## //p' CHANGELOG.md | while read -r name; do
        case "$name" in
        Unreleased) entry "$name" "$version" UNRELEASED "$now" ;;
        *) entry "$name" "$name" unstable "$(released "$name")" ;;
        esac
    done
}

check=false
folder=$PWD/.build/package
case "${1-}" in
-h | --help)
    printf '%s\n' "$usage"
    exit
    ;;
--notes)
    [ $# = 2 ] || fail "--notes takes one TAG" "./package.sh --help says what there is" 64
    cd "$(dirname "$0")"
    notes=$(section "${2#v}")
    [ -n "$notes" ] || fail "CHANGELOG.md has no section ${2#v}" "it has $(sed -n 's/^## //p' CHANGELOG.md | xargs)" 65
    printf '%s\n' "$notes"
    exit
    ;;
--check)
    check=true
    shift
    ;;
-*) fail "unknown option $1" "./package.sh --help says what there is" 64 ;;
?*)
    case "$1" in
    /*) folder=$1 ;;
    *) folder=$PWD/$1 ;;
    esac
    shift
    ;;
esac
[ $# = 0 ] || fail "more arguments than one" "./package.sh --help says what there is" 64

cd "$(dirname "$0")"
for tool in dpkg-deb dpkg-shlibdeps dpkg-gencontrol dpkg-parsechangelog; do
    command -v "$tool" >/dev/null ||
        fail "$tool is not installed" "on Debian or Ubuntu, as root: apt-get install dpkg-dev"
done
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH-$(git log -1 --format=%ct 2>/dev/null)} ||
    fail "there is no commit to take the date from" "set SOURCE_DATE_EPOCH, in seconds since 1970"
export SOURCE_DATE_EPOCH
now=$(date -u -R -d "@$SOURCE_DATE_EPOCH" 2>/dev/null) ||
    fail "SOURCE_DATE_EPOCH is '$SOURCE_DATE_EPOCH'" "it is a number of seconds since 1970"
# shellcheck source=.ci/setup
. .ci/setup

# --- The parts, found out before the build, which takes minutes ------------------------------------------------------

if [ -n "${DEBEMAIL-}" ]; then
    maintainer="${DEBFULLNAME:-The harmonize authors} <$DEBEMAIL>"
else
    maintainer=$(git log -1 --format='%an <%ae>' 2>/dev/null) ||
        fail "there is no commit to take the maintainer from" "set DEBFULLNAME and DEBEMAIL"
fi

base=$(sed -n 's/^ *version: "\([^"]*\)",$/\1/p' Sources/harmonize/Harmonize.swift)
newest=$(sed -n 's/^## //p' CHANGELOG.md | head -n 1)
case "$newest" in
"$base") version=$base ;;
# Later than the release before, earlier than the next.
Unreleased) version=$base+$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S) ;;
*) fail "CHANGELOG.md begins with $newest, but the program is $base" "bring Harmonize.swift and CHANGELOG.md together" ;;
esac

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
trap 'exit 130' INT TERM HUP
mkdir "$stage/debian"
{ printf 'Maintainer: %s\n' "$maintainer" && cat debian/control; } >"$stage/debian/control"
changelog >"$stage/debian/changelog"

# What dpkg does not understand it warns of.
faults=$(dpkg-parsechangelog --all -l "$stage/debian/changelog" 2>&1 >"$stage/parsed") || :
[ -z "$faults" ] || fail "CHANGELOG.md gives no Debian changelog: $faults" "items begin with '- ', sections with '## '"
for name in $(sed -n 's/.*"identity" : "\(.*\)",/\1/p' Package.resolved); do
    grep -q "^[F ].* $name/\*\$" debian/copyright ||
        fail "debian/copyright lacks $name, which is linked in" "add its licence, and what it has inside"
done
! command -v desktop-file-validate >/dev/null || desktop-file-validate debian/harmonize.desktop
! $check || exit 0

# --- The program -----------------------------------------------------------------------------------------------------

root=$stage/root
share=$root/usr/share
DESTDIR=$root ./install.sh /usr >&2
program=$root/usr/bin/harmonize
[ "$("$program" --version)" = "$base" ] ||
    fail "the program says that it is $("$program" --version), not $base" "is its version still in Harmonize.swift?"
! ldd "$program" | grep -e libswift -e lib_*Foundation -e libdispatch >&2 ||
    fail "the program needs Swift's libraries" "install.sh is to link them in"

# --- What Debian has elsewhere, or besides ---------------------------------------------------------------------------

mkdir -p "$share/doc/harmonize" "$share/applications" "$share/icons/hicolor/scalable/apps"
# It is read, not run.
sed -i '1{/^#!/d}' "$share/bash-completion/completions/harmonize"
mv "$share/zsh/site-functions" "$share/zsh/vendor-completions"
gzip -9n "$share/man/man1/harmonize.1"
gzip -9nc "$stage/debian/changelog" >"$share/doc/harmonize/changelog.gz"
cp debian/copyright "$share/doc/harmonize"
cp debian/harmonize.desktop "$share/applications"
cp Sources/CStudioPage/page/icon.svg "$share/icons/hicolor/scalable/apps/harmonize.svg"

# Where libheif comes without its codecs.
recommended=
for plugin in $plugins; do
    ! apt-cache show "$plugin" >/dev/null 2>&1 || recommended="$recommended${recommended:+, }$plugin"
done

mkdir "$root/DEBIAN"
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$stage/md5sums"
mv "$stage/md5sums" "$root/DEBIAN"
cd "$stage"
dpkg-shlibdeps -Tdebian/substvars "$program"
dpkg-gencontrol -Tdebian/substvars -Vplugins:Recommends="$recommended" -Proot
mkdir -p "$folder"
package=$folder/harmonize_${version}_$(dpkg --print-architecture).deb
dpkg-deb --root-owner-group -Zxz --build root "$package.new" >&2
mv -f "$package.new" "$package"
printf '%s\n' "$package"
