#!/bin/sh
# Tests `harmonize studio` in a real browser and under attack. Installs what that takes: Chromium, and Selenium and
# axe in a folder of their own. Builds the program first unless HARMONIZE names one.
set -eu
cd "$(dirname "$0")/.."

fail() {
    printf 'Error: %s\nHint: %s\n' "$1" "$2" >&2
    exit 1
}

browser_present() { [ -x /usr/bin/chromium ] && [ -x /usr/bin/chromedriver ] && python3 -c 'import venv, ensurepip'; }

if ! browser_present 2>/dev/null; then
    needed="chromium chromium-driver python3-venv"
    command -v apt-get >/dev/null || fail "Chromium or its driver is missing" "install both, and Python's venv"
    if [ "$(id -u)" = 0 ]; then
        as_root() { "$@"; }
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        as_root() { sudo DEBIAN_FRONTEND=noninteractive "$@"; }
    else
        fail "some of $needed are missing, and installing them takes root" "run as root: apt-get install -y $needed"
    fi
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq >&2 || : # an old list may do
    # shellcheck disable=SC2086  # the list is meant to be split
    { as_root apt-get install -y -qq $needed >&2 && browser_present; } ||
        fail "the packages could not be installed" "run as root, and see what it says: apt-get install -y $needed"
fi

python=.build/studio-tests/bin/python3
if ! "$python" -c 'import selenium, axe_selenium_python, PIL' 2>/dev/null; then
    rm -rf .build/studio-tests
    python3 -m venv .build/studio-tests
    "$python" -m pip install -q selenium axe-selenium-python pillow setuptools >&2 ||
        fail "Selenium could not be installed" "the first run needs the network"
fi

if [ -z "${HARMONIZE:-}" ]; then
    swift build -c release --product harmonize >&2
    HARMONIZE=$(swift build -c release --show-bin-path)/harmonize
fi
export HARMONIZE
exec "$python" -m unittest discover -s Tests/Studio -p '*Tests.py' "$@"
