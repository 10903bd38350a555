#!/usr/bin/env python3
"""Repaints published cases and the sample, scores the results with an independent judge, and lays them side by side.

    Benchmarks/pictures.py --cases FOLDER --judge JUDGE.py --output FOLDER [--only 16,sample] [-- OPTIONS OF HARMONIZE]

FOLDER holds a folder for each case: target.jpg, naive.jpg (the composite), c_mask.jpg, c_mask_dilated.jpg and the
authors' own results authors_stage1.jpg, authors_stage2.png, authors_polished.png. JUDGE.py has
load(path, size, gray) and judge(painting, composite, mask, result) -> {name: value}.

Prints a Markdown table and writes, for each case, our results and sheet.png: crops around the object of composite, our
stage 1, our stage 2, and the authors' stage 2 and polished result. Needs what the judge needs, and pillow.
"""
import argparse, importlib.util, subprocess, sys, time
from pathlib import Path

from PIL import Image, ImageDraw

root = Path(__file__).resolve().parent.parent


class Case:
    """A scene: harmonize's arguments for it, and pictures to compare with."""

    def __init__(self, name, arguments, painting, composite, mask, published):
        self.name, self.arguments, self.painting, self.composite = name, arguments, painting, composite
        self.mask, self.published = mask, published

    @staticmethod
    def of(folder):
        painting, composite, mask = (folder / name for name in ("target.jpg", "naive.jpg", "c_mask.jpg"))
        arguments = ["--painting", painting, "--object", composite, "--mask", mask,
                     "--loose-mask", folder / "c_mask_dilated.jpg"]
        published = {f"authors' {name}": folder / f"authors_{file}" for name, file in
                     (("stage 1", "stage1.jpg"), ("stage 2", "stage2.png"), ("polished", "polished.png"))}
        return Case(folder.name, arguments, painting, composite, mask, published)

    @staticmethod
    def sample(output):
        """The cup in the starry night, as samples/run.sh puts it there."""
        folder, at, scale = root / "samples", (420, 330), 0.5
        painting, cup = folder / "starry-night.jpg", folder / "coffee-cup-mask.png"
        small = Image.open(cup).convert("L")
        small = small.resize([round(side * scale) for side in small.size], Image.BICUBIC)
        mask = Image.new("L", Image.open(painting).size)
        mask.paste(small, at)
        mask.save(output / "mask.png")
        arguments = ["--painting", painting, "--object", folder / "coffee-cup.png", "--mask", cup,
                     "--at", "{},{}".format(*at), "--scale", scale]
        return Case("sample", arguments, painting, folder / "pasted.png", output / "mask.png", {})


def score(judge, case, results, brief):
    """The judge's rows by name: of our results and, unless brief, of the composite and the authors' results."""
    # Kept: the judge knows a painting by its identity.
    case.loaded = painting = judge.load(case.painting)
    size = (painting.shape[2], painting.shape[1])
    composite, mask = judge.load(case.composite, size), judge.load(case.mask, size, True)
    pictures = results if brief else {"composite": case.composite, **results, **case.published}
    return {name: judge.judge(painting, composite, mask, judge.load(path, size)) for name, path in pictures.items()}


def sheet(case, results, path, margin=40):
    """Crops around the object at full size, side by side."""
    size = Image.open(case.painting).size
    left, top, right, bottom = Image.open(case.mask).convert("L").point(lambda v: 255 * (v > 127)).resize(size).getbbox()
    box = max(0, left - margin), max(0, top - margin), min(size[0], right + margin), min(size[1], bottom + margin)
    shown = {"composite": case.composite, **results, **case.published}
    shown.pop("authors' stage 1", None)
    width, height = box[2] - box[0], box[3] - box[1]
    board = Image.new("RGB", ((width + 8) * len(shown), height + 20), "white")
    for i, (name, file) in enumerate(shown.items()):
        board.paste(Image.open(file).convert("RGB").resize(size).crop(box), (i * (width + 8), 20))
        ImageDraw.Draw(board).text((i * (width + 8) + 4, 4), f"{case.name}: {name}", fill="black")
    board.save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--only", help="names of cases, separated by commas")
    parser.add_argument("--binary", type=Path, default=root / ".build/release/harmonize")
    parser.add_argument("--brief", action="store_true", help="our rows only")
    parser.add_argument("options", nargs="*", help="options of harmonize, after --")
    a = parser.parse_args()
    spec = importlib.util.spec_from_file_location("judge", a.judge)
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    a.output.mkdir(parents=True, exist_ok=True)
    cases = [Case.of(f) for f in sorted(a.cases.iterdir(), key=lambda f: (len(f.name), f.name)) if f.is_dir()]
    cases.append(Case.sample(a.output))
    if a.only: cases = [case for case in cases if case.name in a.only.split(",")]

    print("| case | picture | style | patch | content | grain | chroma | outside | seconds |\n" + "|---" * 9 + "|")
    for case in cases:
        folder = a.output / case.name
        start = time.monotonic()
        command = [a.binary, *case.arguments, "--output", folder, "--quiet", *a.options]
        if subprocess.run([str(part) for part in command]).returncode: sys.exit(f"{case.name}: harmonize failed")
        seconds = {"stage 2": f"{time.monotonic() - start:.1f}"}
        results = {"stage 1": folder / "stage1.png", "stage 2": folder / "stage2.png"}
        for name, row in score(judge, case, results, a.brief).items():
            values = " | ".join(f"{row[key]:.3f}" for key in ("style", "patch", "content", "grain", "chroma", "outside"))
            print(f"| {case.name} | {name} | {values} | {seconds.get(name, '')} |", flush=True)
        sheet(case, results, folder / "sheet.png")


if __name__ == "__main__":
    main()
