#!/bin/bash
# Builds and runs each package in Examples as its user would, against this checkout, and checks what it prints.
set -euo pipefail
cd "$(dirname "$0")/.."

output=$(swift run -c release --package-path Examples/Spirals)
echo "$output"
share=$(sed -n 's/^\([0-9.]*\) % of 200 points, 100 epochs$/\1/p' <<<"$output")
awk -v share="${share:-0}" 'BEGIN { exit !(share >= 97) }' || {
    echo "Error: Examples/Spirals tells too few points apart" >&2
    exit 1
}
