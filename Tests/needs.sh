# Sourced by tests that need programs which a machine may lack: they say so, and succeed.

skip() {
    echo "Skipped: $1" >&2
    exit 0
}

fail() {
    echo "Error: $1" >&2
    exit 1
}

# need CHECK PACKAGES: installs Debian's PACKAGES, unless the command CHECK succeeds already.
need() {
    "$1" && return
    [ "$(id -u)" = 0 ] || skip "installing $2 takes root"
    command -v apt-get >/dev/null || skip "there is no apt-get to install $2"
    echo "Installing $2 ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 || : # an old list may do
    # shellcheck disable=SC2086  # the list is meant to be split
    apt-get install -y -qq --no-install-recommends $2 >&2 || skip "$2 cannot be installed"
    "$1" || skip "the programs are not in $2"
}

harmonize=$(realpath "${HARMONIZE:-.build/release/harmonize}")
[ -x "$harmonize" ] || fail "$harmonize is not there: build it, or set HARMONIZE"
