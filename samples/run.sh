#!/bin/sh
# Installs what is missing, builds harmonize and repaints the sample into samples/output.
set -eu
cd "$(dirname "$0")/.."
. .ci/setup

swift build -c release --product harmonize
.build/release/harmonize \
    --painting samples/starry-night.jpg \
    --object samples/coffee-cup.png --mask samples/coffee-cup-mask.png --at 420,330 --scale 0.5 \
    --output samples/output
echo "The pictures are samples/output/stage1.png and samples/output/stage2.png."
