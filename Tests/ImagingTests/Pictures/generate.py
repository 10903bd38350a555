"""Writes the test pictures next to this file. Needs Pillow and numpy; run it with no arguments.

PNG: every colour type, depth and interlacing, with and without tRNS, as KIND-DEPTH[-trns][-interlaced].png. The sample
of channel c at (x, y) is given by `sample`, which PNGFixture.swift repeats.
JPEG: one textured picture in each colour space with the pixels that Pillow decodes (NAME-reference.png), six flat
patches of whole inks (inks.jpg), and four flat quadrants stored in each EXIF orientation.
"""

import itertools
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 13, 9
COLOUR_TYPES = {"gray": (0, 1), "rgb": (2, 3), "palette": (3, 1), "graya": (4, 2), "rgba": (6, 4)}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def sample(x, y, c, depth):
    factor = 613 if depth == 16 else 1
    return (x * (7 + 2 * c) + y * (11 + 4 * c) + 5 * c) * factor % 2**depth


def palette_entry(i):
    return (37 * i % 256, (91 * i + 20) % 256, (255 - 53 * i) % 256)


def palette_alpha(i):
    return (255 - 29 * i) % 256


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_row(samples, depth):
    bits = "".join(format(s, f"0{depth}b") for s in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def png(kind, depth, trns, interlaced):
    colour_type, channels = COLOUR_TYPES[kind]
    rows = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        columns = range(x0, WIDTH, dx)
        for y in range(y0, HEIGHT, dy) if columns else []:
            rows += b"\0" + packed_row([sample(x, y, c, depth) for x in columns for c in range(channels)], depth)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour_type, 0, 0, int(interlaced))
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    entries = 2**depth
    if kind == "palette":
        file += chunk(b"PLTE", bytes(v for i in range(entries) for v in palette_entry(i)))
    if trns and kind == "palette":  # the first half of the entries; the others are opaque
        file += chunk(b"tRNS", bytes(palette_alpha(i) for i in range(entries // 2)))
    elif trns:  # the colour of pixel (1, 1)
        file += chunk(b"tRNS", b"".join(struct.pack(">H", sample(1, 1, c, depth)) for c in range(channels)))
    return file + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def write_pngs():
    depths = {"gray": [1, 2, 4, 8, 16], "rgb": [8, 16], "palette": [1, 2, 4, 8], "graya": [8, 16], "rgba": [8, 16]}
    for kind in COLOUR_TYPES:
        transparencies = [False] if kind in ("graya", "rgba") else [False, True]
        for depth, trns, interlaced in itertools.product(depths[kind], transparencies, [False, True]):
            name = f"{kind}-{depth}" + "-trns" * trns + "-interlaced" * interlaced + ".png"
            (FOLDER / name).write_bytes(png(kind, depth, trns, interlaced))


def texture():
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    rgb = np.stack([x * 255 / (WIDTH - 1), y * 255 / (HEIGHT - 1), 128 + 90 * np.sin(x / 3 + y / 2)], axis=-1)
    return Image.fromarray(rgb.round().astype(np.uint8))


def write_reference(name):
    image = Image.open(FOLDER / f"{name}.jpg")
    if image.mode == "CMYK":
        ink = np.asarray(image).astype(np.float64)
        rgb = (255 - ink[..., :3]) * (255 - ink[..., 3:]) / 255
        image = Image.fromarray(rgb.round().astype(np.uint8))
    image.convert("RGB").save(FOLDER / f"{name}-reference.png")


def write_colour_spaces():
    rgb = texture()
    rgb.save(FOLDER / "baseline.jpg", quality=92)
    rgb.save(FOLDER / "progressive.jpg", quality=92, progressive=True)
    rgb.save(FOLDER / "rgb.jpg", quality=92, keep_rgb=True)
    rgb.convert("L").save(FOLDER / "gray.jpg", quality=92)

    black = np.tile(np.linspace(0, 120, WIDTH).astype(np.uint8), (HEIGHT, 1))
    ink = np.dstack([255 - np.asarray(rgb), black])
    Image.fromarray(ink, "CMYK").save(FOLDER / "cmyk.jpg", quality=92)

    # Pillow writes no YCCK. It stores 255 − ink, so inks chosen to be stored as Y, Cb, Cr and black, with the Adobe
    # marker then saying that they are, make the same file.
    luma_chroma = np.asarray(rgb.convert("YCbCr"))
    stored = np.dstack([255 - luma_chroma, black])
    Image.fromarray(stored, "CMYK").save(FOLDER / "ycck.jpg", quality=92)
    file = bytearray((FOLDER / "ycck.jpg").read_bytes())
    marker = file.index(b"Adobe")
    assert file[marker + 11] == 0
    file[marker + 11] = 2
    (FOLDER / "ycck.jpg").write_bytes(file)

    for name in ["baseline", "progressive", "rgb", "gray", "cmyk", "ycck"]:
        write_reference(name)


def write_inks():
    patches = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255), (0, 255, 255, 0)]
    picture = np.repeat(np.repeat(np.array([patches], np.uint8), 8, axis=0), 8, axis=1)
    Image.fromarray(picture, "CMYK").save(FOLDER / "inks.jpg", quality=100)


def exif(orientation):
    order, mark = ("<", b"II") if orientation % 2 else (">", b"MM")
    entries = [(0x010F, 2, 4, b"cam\0"), (0x0112, 3, 1, struct.pack(order + "HH", orientation, 0))]
    body = b"".join(struct.pack(order + "HHI", tag, kind, n) + value for tag, kind, n, value in entries)
    return b"Exif\0\0" + mark + struct.pack(order + "HIH", 42, 8, len(entries)) + body + struct.pack(order + "I", 0)


def write_orientations():
    upright = Image.new("RGB", (64, 32))
    for box, colour in {
        (0, 0, 32, 16): (220, 40, 40),
        (32, 0, 64, 16): (40, 200, 60),
        (0, 16, 32, 32): (50, 60, 210),
        (32, 16, 64, 32): (230, 220, 50),
    }.items():
        upright.paste(colour, box)
    turn = Image.Transpose
    stored_by = [
        None, turn.FLIP_LEFT_RIGHT, turn.ROTATE_180, turn.FLIP_TOP_BOTTOM,
        turn.TRANSPOSE, turn.ROTATE_90, turn.TRANSVERSE, turn.ROTATE_270,
    ]  # fmt: skip
    for orientation, transposition in enumerate(stored_by, start=1):
        stored = upright if transposition is None else upright.transpose(transposition)
        path = FOLDER / f"orientation-{orientation}.jpg"
        stored.save(path, quality=92, subsampling="4:4:4", exif=exif(orientation))
        shown = np.asarray(ImageOps.exif_transpose(Image.open(path))).astype(int)
        assert shown.shape == (32, 64, 3) and abs(shown - np.asarray(upright)).max() <= 4, orientation


write_pngs()
write_colour_spaces()
write_inks()
write_orientations()
