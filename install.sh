#!/bin/sh
# Builds harmonize and installs it with its manual page and completions for bash, zsh and fish.
set -eu
umask 022

usage="Usage: ./install.sh [--uninstall] [PREFIX]

Builds harmonize and installs it, its manual page and its completions below PREFIX: /usr/local or, where that cannot be
written to, ~/.local. Packagers may set DESTDIR, a folder to put before PREFIX. --uninstall removes what was installed."

files="bin/harmonize
share/man/man1/harmonize.1
share/bash-completion/completions/harmonize
share/zsh/site-functions/_harmonize
share/fish/vendor_completions.d/harmonize.fish"

fail() {
    printf 'Error: %s\nHint: %s\n' "$1" "$2" >&2
    exit 1
}

uninstall=false
case "${1-}" in
-h | --help)
    printf '%s\n' "$usage"
    exit
    ;;
--uninstall)
    uninstall=true
    shift
    ;;
esac
case "${1-}" in -*) fail "unknown option $1" "./install.sh --help says what there is" ;; esac
[ $# -le 1 ] || fail "more than one PREFIX" "./install.sh --help says what there is"

if [ -n "${1-}" ]; then
    case "$1" in
    /*) prefix=${1%/} ;;
    *) prefix=$PWD/${1%/} ;;
    esac
elif [ -n "${DESTDIR-}" ] || [ -w /usr/local/bin ]; then
    prefix=/usr/local
else
    prefix=${HOME:?}/.local
fi
root=${DESTDIR-}$prefix

if $uninstall; then
    for file in $files; do
        if [ -e "$root/$file" ]; then
            rm "$root/$file"
            echo "removed $root/$file"
        fi
    done
    exit
fi

# Found out before the build, which takes minutes.
for file in $files; do
    folder=$(dirname "$root/$file")
    { mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ]; } ||
        fail "cannot write to $folder" "run this as root, or give a folder of your own: ./install.sh ~/.local"
done

cd "$(dirname "$0")"
# shellcheck source=.ci/setup
. .ci/setup

stage=$(mktemp -d)
clean_up() {
    rm -rf "$stage"
    for file in $files; do rm -f "$root/$file.new"; done
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# A folder of its own: other flags would make an ordinary build start over.
build() { swift build --scratch-path .build/install "$@"; }
set -- -c release --product harmonize
# With Swift's libraries inside, the program runs where there is no Swift.
[ "$(uname)" != Linux ] || set -- "$@" --static-swift-stdlib -Xlinker -s
build "$@" >&2
program=$(build "$@" --show-bin-path)/harmonize
build --product generate-manual >&2
manual=$(build --show-bin-path)/generate-manual

for file in $files; do mkdir -p "$stage/$(dirname "$file")"; done
cp "$program" "$stage/bin/harmonize"
"$manual" "$program" --output-directory "$stage"
# An empty line is no paragraph to man.
sed 's/^$/.Pp/' "$stage/harmonize.1" >"$stage/share/man/man1/harmonize.1"
"$program" --generate-completion-script bash >"$stage/share/bash-completion/completions/harmonize"
"$program" --generate-completion-script zsh >"$stage/share/zsh/site-functions/_harmonize"
"$program" --generate-completion-script fish >"$stage/share/fish/vendor_completions.d/harmonize.fish"

# All or nothing: what may fail comes first, then files take their names, each at once.
for file in $files; do
    cp "$stage/$file" "$root/$file.new"
    chmod 644 "$root/$file.new"
done
chmod 755 "$root/bin/harmonize.new"
for file in $files; do
    mv -f "$root/$file.new" "$root/$file"
    echo "installed $root/$file"
done

if [ -z "${DESTDIR-}" ]; then
    [ "$(command -v harmonize)" = "$prefix/bin/harmonize" ] ||
        echo "Put $prefix/bin first in your PATH to run it as harmonize."
    case "$prefix" in
    /usr | /usr/local) ;;
    *) echo "zsh finds its completions after fpath+=($prefix/share/zsh/site-functions) before compinit." ;;
    esac
fi
