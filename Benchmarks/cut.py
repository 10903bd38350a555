#!/usr/bin/env python3
"""Cuts objects with known masks out of photographs, and measures how well.

    Benchmarks/cut.py [--cases FOLDER] [--sheet SHEET.png] [--only NAME,...]

Photographs: the sample's cup; with --cases, the surroundings of the object in each published composite (FOLDER holds a
folder for each: naive.jpg and c_mask.jpg), and cutouts of these laid onto scikit-image's photographs, with an alpha that
is known exactly. Each is cut with the mask's bounding box grown by 4 % of its sides, then with two strokes as well: one
of --keep where most of the object is missing, one of --drop where most of the background was taken. Beside it stands
OpenCV's grabCut with the same box, five iterations at full size.

Prints a Markdown table: intersection over union (IoU); the mean distance of each contour from the other, in pixels;
seconds of processor time. The sheet shows photograph, OpenCV's result, and ours without and with strokes, on magenta.
Needs numpy, scipy, pillow, scikit-image, OpenCV for Python, and a build of harmonize.
"""
import argparse, json, resource, subprocess, sys, tempfile, time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage
from skimage import data, morphology

root = Path(__file__).resolve().parent.parent


class Case:
    """A photograph (H×W×3, 8 bits) and the object's alpha in it (H×W, 0…1)."""

    def __init__(self, name, photo, alpha):
        self.name, self.photo, self.alpha = name, photo, alpha
        self.mask = alpha > 0.5
        rows, columns = np.nonzero(self.mask)
        height, width = alpha.shape
        x, y = columns.min(), rows.min()
        w, h = columns.max() + 1 - x, rows.max() + 1 - y
        left, top = max(0, x - round(0.04 * w) - 1), max(0, y - round(0.04 * h) - 1)
        right, bottom = min(width, x + w + round(0.04 * w) + 1), min(height, y + h + round(0.04 * h) + 1)
        self.box = (int(left), int(top), int(right - left), int(bottom - top))


def cropped(photo, alpha, share):
    """The surroundings of the object: its bounding box grown by a share of its longer side."""
    rows, columns = np.nonzero(alpha > 0.5)
    margin = round(share * max(np.ptp(rows), np.ptp(columns)))
    top, left = max(0, rows.min() - margin), max(0, columns.min() - margin)
    part = np.s_[top:rows.max() + margin + 1, left:columns.max() + margin + 1]
    return photo[part], alpha[part]


def published(folder):
    photo = np.array(Image.open(folder / "naive.jpg").convert("RGB"))
    alpha = np.array(Image.open(folder / "c_mask.jpg").convert("L")) / 255
    # The masks are JPEGs: faint specks far from the object.
    return photo, np.where(alpha > 0.1, alpha, 0)


def laid(photo, alpha, background, height):
    """The object, shrunk by two pixels so that nothing of its first background is left, on another photograph."""
    photo, alpha = cropped(photo, alpha, 0.05)
    inside = ndimage.binary_erosion(alpha > 0.9, iterations=2)
    alpha = np.clip(ndimage.gaussian_filter(inside.astype(float), 0.8), 0, 1)
    share = height * background.shape[0] / alpha.shape[0]
    share = min(share, 0.8 * background.shape[1] / alpha.shape[1])
    size = [max(1, round(side * share)) for side in alpha.shape[::-1]]
    def resized(plane): return np.array(Image.fromarray(plane.astype(np.float32)).resize(size, Image.BICUBIC))
    alpha, colors = np.clip(resized(alpha), 0, 1), np.dstack([resized(photo[..., c]) for c in range(3)])
    top, left = (background.shape[0] - size[1]) // 2, (background.shape[1] - size[0]) // 2
    result, whole = background.astype(float), np.zeros(background.shape[:2])
    part = np.s_[top:top + size[1], left:left + size[0]]
    whole[part] = alpha
    result[part] = alpha[..., None] * colors + (1 - alpha[..., None]) * result[part]
    return np.clip(result + 0.5, 0, 255).astype(np.uint8), whole


def cases(folder):
    cup = np.array(Image.open(root / "samples/coffee-cup.png").convert("RGB"))
    mask = np.array(Image.open(root / "samples/coffee-cup-mask.png").convert("L")) / 255
    yield Case("cup", cup, mask)
    if not folder: return
    for path in sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: int(path.name)):
        yield Case(path.name, *cropped(*published(path), 0.3))
    def enlarged(photo, factor): return np.array(Image.fromarray(photo).resize(
        [side * factor for side in photo.shape[1::-1]], Image.BICUBIC))
    for name, background, height, factor in (
            ("1", "coffee", 0.7, 2), ("7", "chelsea", 0.8, 2), ("3", "rocket", 0.7, 1), ("30", "astronaut", 0.6, 2),
            ("9", "coffee", 0.6, 2), ("28", "stereo_motorcycle", 0.7, 1), ("20", "rocket", 0.6, 2),
            ("33", "grass", 0.6, 2), ("12", "chelsea", 0.6, 3), ("0", "stereo_motorcycle", 0.6, 1)):
        photo = getattr(data, background)()
        photo = photo[0] if isinstance(photo, tuple) else photo
        photo = photo if photo.ndim == 3 else np.dstack([photo] * 3)
        yield Case(f"{name} on {background.removeprefix('stereo_')}",
                   *laid(*published(folder / name), enlarged(photo, factor), height))


def iou(a, b): return (a & b).sum() / max(1, (a | b).sum())


def contour_distance(a, b):
    """The mean distance of the contours of two masks, in pixels, both ways; not a number where one has none."""
    def contour(mask):
        edge = mask & ~ndimage.binary_erosion(mask, border_value=1)
        return edge
    a, b = contour(a), contour(b)
    if not a.any() or not b.any(): return float("nan")
    def one_way(a, b): return ndimage.distance_transform_edt(~b)[a].mean()
    return (one_way(a, b) + one_way(b, a)) / 2


def stroke(wrong):
    """A stroke of five pixels along the middle of the deepest part of a region; None where there is none to speak of."""
    depth = ndimage.distance_transform_edt(np.pad(wrong, 1))[1:-1, 1:-1]
    if depth.max() < 3: return None
    parts, _ = ndimage.label(wrong)
    part = parts == parts.flat[depth.argmax()]
    line = morphology.skeletonize(part & (depth > depth.max() / 2)) | (depth == depth.max()) & part
    return ndimage.binary_dilation(line, iterations=2) & wrong


def opencv(case):
    labels = np.zeros(case.mask.shape, np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setNumThreads(1)
    cv2.setRNGSeed(1)
    start = time.process_time()
    cv2.grabCut(cv2.cvtColor(case.photo, cv2.COLOR_RGB2BGR), labels, case.box, *models, 5, cv2.GC_INIT_WITH_RECT)
    return labels % 2 == 1, time.process_time() - start


def harmonize(case, folder, strokes={}):
    """The cutout (H×W×4, 8 bits), the seconds of processor time, and the warnings."""
    Image.fromarray(case.photo).save(folder / "photo.png")
    arguments = ["--box", ",".join(map(str, case.box)), "--output", folder / "cutout.png", "--json"]
    for name, region in strokes.items():
        Image.fromarray(region).save(folder / f"{name}.png")
        arguments += [f"--{name}", folder / f"{name}.png"]
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    before = spent()
    done = subprocess.run([root / ".build/release/harmonize", "cut", folder / "photo.png", *arguments],
                          capture_output=True, text=True)
    if done.returncode: sys.exit(f"{case.name}: {done.stderr}")
    warnings = [warning["warning"] for warning in json.loads(done.stdout).get("warnings", [])]
    return np.array(Image.open(folder / "cutout.png")), spent() - before, warnings


def strokes_for(case, found):
    """Where the first result is most wrong."""
    regions = {"keep": stroke(case.mask & ~found), "drop": stroke(~case.mask & found)}
    return {name: region for name, region in regions.items() if region is not None}


def panel(case, found, colors=None):
    colors = case.photo if colors is None else colors
    alpha = np.asarray(found, float)[..., None]
    picture = Image.fromarray((alpha * colors + (1 - alpha) * [255, 0, 255] + 0.5).astype(np.uint8))
    picture.thumbnail((300, 300))
    return picture


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    rows, panels = [], []
    print("| photograph | size | OpenCV: IoU, px, s | box: IoU, px, s | strokes: IoU, px, s | warning |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for case in cases(arguments.cases):
            if arguments.only and case.name not in arguments.only.split(","): continue
            theirs, their_seconds = opencv(case)
            cutout, seconds, warnings = harmonize(case, folder)
            found = cutout[..., 3] > 127
            strokes = strokes_for(case, found)
            mended, mended_seconds, _ = harmonize(case, folder, strokes) if strokes else (cutout, seconds, None)
            results = [(mask, iou(mask, case.mask), contour_distance(mask, case.mask), spent) for mask, spent in (
                (theirs, their_seconds), (found, seconds), (mended[..., 3] > 127, mended_seconds))]
            cells = [f"{score:.3f}, {distance:.1f}, {spent:.2f}" for _, score, distance, spent in results]
            print(f"| {case.name} | {case.photo.shape[1]}×{case.photo.shape[0]} | {' | '.join(cells)} | "
                  f"{'; '.join(warnings)} |", flush=True)
            rows.append([value for result in results for value in result[1:]])
            panels.append([panel(case, 1), panel(case, theirs), panel(case, cutout[..., 3] / 255, cutout[..., :3]),
                           panel(case, mended[..., 3] / 255, mended[..., :3])])
    for name, of in (("mean", np.nanmean), ("median", np.nanmedian)):
        values = of(np.array(rows), axis=0)
        cells = ["{:.3f}, {:.1f}, {:.2f}".format(*values[3 * i:3 * i + 3]) for i in range(3)]
        print(f"| {name} of {len(rows)} | | {' | '.join(cells)} | |")
    if arguments.sheet:
        sheet = Image.new("RGB", (2 * 1200, 300 * ((len(panels) + 1) // 2)), "white")
        for i, row in enumerate(panels):
            for j, picture in enumerate(row): sheet.paste(picture, (i % 2 * 1200 + 300 * j, i // 2 * 300))
        sheet.save(arguments.sheet)


if __name__ == "__main__": main()
