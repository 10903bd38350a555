#!/bin/sh
# Tests `harmonize studio` in a real browser and under attack. Installs what that takes: Chromium, and Selenium and
# axe in a folder of their own. Builds the program first unless HARMONIZE names one.
set -eu
cd "$(dirname "$0")/.."

. .ci/install

browser_present() {
    [ -x /usr/bin/chromium ] && [ -x /usr/bin/chromedriver ] && python3 -c 'import venv, ensurepip' 2>/dev/null
}

browser_present || install_packages "Chromium, its driver or Python's venv" browser_present \
    "chromium chromium-driver python3-venv"

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
