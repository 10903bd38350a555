#!/usr/bin/env python3
"""Makes the pictures of the articles: the sample with each option that changes it, side by side, and after each step.

    Benchmarks/options.py [--only NAME,...] [--harmonize PROGRAM] [--benchmarks PROGRAM]

Writes option-NAME.jpg and steps.jpg to Sources/Harmonization/Harmonization.docc/Resources. Needs pillow.
"""
import argparse, subprocess, tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

root = Path(__file__).resolve().parent.parent
resources = root / "Sources/Harmonization/Harmonization.docc/Resources"
sample = ["--painting", "samples/starry-night.jpg", "--object", "samples/coffee-cup.png",
          "--mask", "samples/coffee-cup-mask.png"]
place = ["--at", "420,330", "--scale", "0.5"]
# The cup and a little of the night around it.
crop = (393, 305, 664, 556)

# Each strip's columns: what stands below, and the options.
strips = {
    "style-level": [(f"--style-level {level}", ["--style-level", level])
                    for level in ("realist", "impressionist", "expressionist")],
    "detail": [(f"--detail {share}", ["--detail", share]) for share in ("0", "0.5", "1")],
    "style-region": [("default", []), ("--style-region 180,40,400,220", ["--style-region", "180,40,400,220"]),
                     ("--style-region 0,430,722,140", ["--style-region", "0,430,722,140"])],
    "match-colors": [(f"--match-colors {part}", ["--match-colors", part]) for part in ("0", "0.5", "1")],
    "keep-colors": [("default", []), ("--keep-colors", ["--keep-colors"])],
    "quality": [(f"--quality {name}", ["--quality", name]) for name in ("draft", "normal", "fine")],
    "iterations": [(f"--iterations {pair}", ["--iterations", pair]) for pair in ("60,0", "60,40", "60,400")],
    "size": [("default: 722 pixels wide", []), ("--size 400", ["--size", "400"]), ("--size 200", ["--size", "200"])],
    "faithful": [("default", []), ("--faithful", ["--faithful"])],
    "content-weight": [(f"--content-weight {w}", ["--content-weight", w]) for w in ("0.2", "2", "20")],
    "style-weight": [(f"--style-weight {w}", ["--style-weight", w]) for w in ("1", "4", "40")],
    "histogram-weight": [(f"--histogram-weight {w}", ["--faithful", "--histogram-weight", w])
                         for w in ("0", "2", "20")],
    "histogram-range": [(f"--histogram-range {name}",
                         ["--faithful", "--histogram-range", name, "--histogram-weight", "20"])
                        for name in ("style", "own")],
    "tv-weight": [(f"--tv-weight {w}", ["--faithful", "--tv-weight", w]) for w in ("0", "20", "200")],
    "loose-mask": [("default", []), ("--loose-mask MASK", ["--loose-mask", "samples/coffee-cup-mask.png"])],
    "placement": [("--at 420,330 --scale 0.5", place), ("--at 60,330 --scale 0.3", ["--at", "60,330", "--scale", "0.3"]),
                  ("--at 560,360 --scale 0.7", ["--at", "560,360", "--scale", "0.7"])],
}


def picture(harmonize, options, whole):
    with tempfile.TemporaryDirectory() as folder:
        where = [] if whole else place
        subprocess.run([harmonize, *sample, *where, *options, "--quiet", "--output", folder], cwd=root, check=True)
        image = Image.open(f"{folder}/stage2.png").convert("RGB")
        return image.resize((361, 285), Image.LANCZOS) if whole else image.crop(crop)


def steps(benchmarks):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([benchmarks, "steps", folder], cwd=root, check=True)
        files = sorted(Path(folder).iterdir())
        return joined([(" ".join(file.stem.split("-")[1:]), Image.open(file).convert("RGB")) for file in files])


def joined(columns):
    """Labelled pictures of one size, side by side."""
    pictures = [image for _, image in columns]
    font = ImageFont.load_default(13)
    (width, height), gap = pictures[0].size, 8
    sheet = Image.new("RGB", (len(pictures) * (width + gap) - gap, height + 22), "white")
    for column, (image, (label, _)) in enumerate(zip(pictures, columns)):
        sheet.paste(image, (column * (width + gap), 0))
        ImageDraw.Draw(sheet).text(
            (column * (width + gap) + width / 2, height + 11), label, fill="black", font=font, anchor="mm")
    return sheet


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=lambda text: text.split(","), default=[*strips, "steps"])
    for program in ("harmonize", "benchmarks"):
        parser.add_argument(f"--{program}", default=root / f".build/release/{program}")
    arguments = parser.parse_args()
    for name in arguments.only:
        if name == "steps":
            steps(arguments.benchmarks).save(resources / "steps.jpg", quality=88)
            continue
        whole = name == "placement"
        columns = [(label, picture(arguments.harmonize, options, whole)) for label, options in strips[name]]
        joined(columns).save(resources / f"option-{name}.jpg", quality=88)


if __name__ == "__main__":
    main()
