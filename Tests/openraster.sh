#!/bin/bash
# Proves that Krita opens what `--output-file result.ora` writes, and shows stage 2 to the bit.
#
# Needs root, and Debian's krita and xvfb, which are installed where they are missing; says so and succeeds where they
# cannot be had. Takes some ten seconds. Set HARMONIZE to use another build than .build/release/harmonize.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/needs.sh

krita_present() {
    command -v krita && command -v xvfb-run
} >/dev/null

need krita_present "krita xvfb xauth"

python=.build/studio-tests/bin/python3
"$python" -c 'import PIL' 2>/dev/null || skip "Tests/studio.sh was not run, which installs Pillow"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$harmonize" --painting samples/starry-night.jpg --object samples/coffee-cup.png --mask samples/coffee-cup-mask.png \
    --at 420,330 --scale 0.5 --quality draft --output "$folder/out" --output-file "$folder/layers.ora" --quiet

# Krita's settings and caches are not to end in anybody's home.
HOME=$folder timeout 120 xvfb-run -a krita --export --export-filename "$folder/krita.png" "$folder/layers.ora" \
    >"$folder/krita.log" 2>&1 || { tail -n 20 "$folder/krita.log" >&2 && fail "Krita does not open the file"; }
"$python" - "$folder/krita.png" "$folder/out/stage2.png" <<'EOF' || fail "Krita shows another picture than stage 2"
import sys
from PIL import Image, ImageChops

shown, stage2 = (Image.open(name).convert("RGB") for name in sys.argv[1:])
sys.exit(shown.size != stage2.size or ImageChops.difference(shown, stage2).getbbox() is not None)
EOF
echo "Krita opens the layers, and shows stage 2"
