"""Makes the pictures and the expected traces of this folder.

    python generate.py SAMPLES ORACLE WEIGHTS

SAMPLES: the folder with starry-night.jpg, coffee-cup.png and coffee-cup-mask.png.
ORACLE: the reference implementation, painterly.py; it needs PyTorch.
WEIGHTS: vgg16-quarter.safetensors, the weights of the built-in model.

Needs Pillow. The pictures are the sample made small: the painting, the cup with its mask (apart and as alpha), and
"framed" versions of the painting's size, as the oracle takes them. A trace holds what the oracle computes at the
start of each pass.
"""
import json, subprocess, sys, tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

HERE = Path(__file__).parent
PAINTING, CUP, CORNER = (240, 190), (110, 100), (105, 70)


def small(path, mode, size):
    return Image.open(path).convert(mode).resize(size, Image.Resampling.LANCZOS)


def framed(picture, corner=CORNER):
    frame = Image.new(picture.mode, PAINTING)
    frame.paste(picture, corner)
    return frame


def drawn(draw):
    mask = Image.new("L", PAINTING)
    draw(ImageDraw.Draw(mask))
    return mask


def save(picture, name, **options):
    picture.save(HERE / name, **({"optimize": True} | options))


def pictures(samples):
    painting = small(samples / "starry-night.jpg", "RGB", PAINTING)
    cup, mask = small(samples / "coffee-cup.png", "RGB", CUP), small(samples / "coffee-cup-mask.png", "L", CUP)
    save(painting, "painting.png")
    save(painting, "painting.jpg", quality=90)
    save(cup, "cup.png")
    save(mask, "cup-mask.png")
    cut = cup.copy()
    cut.putalpha(mask)
    save(cut, "cup-alpha.png")
    save(framed(cup), "framed-cup.png")
    save(framed(mask), "framed-mask.png")
    # A box that takes in more than the mask, at grey levels on both sides of 0.1 (25.5 of 255).
    save(drawn(lambda d: (d.rectangle((90, 60, 224, 179), 25), d.rectangle((98, 64, 218, 174), 26))), "framed-loose.png")
    # Neither wide enough for the deepest tap: three pixels thick, and a dot of five pixels.
    save(drawn(lambda d: d.rectangle((112, 118, 206, 120), 255)), "framed-line.png")
    save(drawn(lambda d: (d.line((149, 121, 151, 121), 255), d.line((150, 120, 150, 122), 255))), "framed-dot.png")
    save(drawn(lambda d: d.ellipse((145, 116, 155, 126), 255)), "framed-dot-loose.png")
    # A painting of odd sides, smoothed until it is halfway between calm and grainy.
    sharp = painting.resize((97, 75))
    save(Image.blend(sharp.filter(ImageFilter.GaussianBlur(1.5)), sharp, 0.92), "calm-painting.png")
    save(framed(cup).resize((97, 75)), "calm-cup.png")
    save(framed(mask).resize((97, 75)), "calm-mask.png")


def traces(oracle, weights):
    for name, painting, cup, mask, *options in [
        ("cup", "painting", "framed-cup", "framed-mask"),
        ("loose", "painting", "framed-cup", "framed-mask", "--loose-mask", "framed-loose.png"),
        ("line", "painting", "framed-cup", "framed-line"),
        ("dot", "painting", "framed-cup", "framed-dot", "--loose-mask", "framed-dot-loose.png"),
        ("calm", "calm-painting", "calm-cup", "calm-mask", "--tau", "10"),
    ]:
        with tempfile.TemporaryDirectory() as folder:
            trace = Path(folder) / "trace.json"
            files = ["--painting", painting + ".png", "--object", cup + ".png", "--mask", mask + ".png"]
            subprocess.run(
                [sys.executable, oracle, *files, *options, "--weights", weights, "--iterations", "0",
                 "--output", folder, "--trace", trace], cwd=HERE, check=True)
            found = json.loads(trace.read_text())
        kept = {key: found[key] for key in ("scale", "pass1", "pass2", "weights2")}
        (HERE / f"trace-{name}.json").write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    samples, oracle, weights = (Path(argument).resolve() for argument in sys.argv[1:])
    pictures(samples)
    traces(oracle, weights)
