"""Writes the test pictures of this folder, and what other programs see in them. Run it with no arguments.

Needs Pillow, pillow-heif, tifffile, imagecodecs, numpy and ImageMagick's `convert`. Each picture NAME is written by one of
these, and REFERENCE.png holds the pixels that went in or, where a format loses something, what that program reads again:
pictures.txt lists both, with the largest difference in steps of 8 bits.
"""

import io
import pathlib
import subprocess

import imagecodecs
import numpy as np
import pillow_heif
import tifffile
from PIL import Image, ImageCms, ImageOps

FOLDER = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 37, 21
PICTURES = []


def texture(largest, channels, number=np.uint16):
    """Smooth and noisy parts; the alpha channel has every kind of opacity, and 0."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    noise = np.random.default_rng(7).random((HEIGHT, WIDTH))
    planes = [x / (WIDTH - 1), y / (HEIGHT - 1), 0.5 + 0.35 * np.sin(x / 3 + y / 2) + 0.1 * noise]
    if channels in (1, 2):
        planes = [planes[2]]
    if channels in (2, 4):
        planes += [np.where(x < 5, 0, np.where(x > 30, 1, (x + y) / (WIDTH + HEIGHT)))]
    values = np.stack(planes[:channels], axis=-1) * largest
    return values.round().astype(number) if largest > 1 else values.astype(number)


RGB8, RGBA8, GRAY8 = texture(255, 3, np.uint8), texture(255, 4, np.uint8), texture(255, 1, np.uint8)
RGB16, RGBA16, GRAY16 = texture(65535, 3), texture(65535, 4), texture(65535, 1)


def reference(name, pixels):
    """Pixels of 8 or 16 bits."""
    pixels = np.squeeze(pixels)
    (FOLDER / f"{name}.png").write_bytes(imagecodecs.png_encode(np.ascontiguousarray(pixels), level=9))


def picture(name, reference, steps=0.0):
    PICTURES.append(f"{name} {reference}.png {steps}")
    return FOLDER / name


def tiff(name, pixels, expected, steps=0.0, **options):
    options.setdefault("photometric", "rgb" if pixels.shape[-1] >= 3 else "minisblack")
    options.setdefault("metadata", None)
    options.setdefault("software", False)
    if pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    tifffile.imwrite(picture(name, expected, steps), pixels, **options)


def magick(name, expected, pixels, *options, steps=0.0):
    file = io.BytesIO()
    file.write(imagecodecs.png_encode(np.ascontiguousarray(np.squeeze(pixels)), level=9))
    subprocess.run(
        ["convert", "png:-", *options, str(picture(name, expected, steps))], input=file.getvalue(), check=True)


def scaled(values, bits, wanted):
    largest, most = 2**bits - 1, 2**wanted - 1
    return (values.astype(np.uint64) * most + largest // 2) // largest


def tiffs():
    strips = {"rowsperstrip": 5}
    tiff("plain.tif", RGB8, "rgb-8", **strips)
    for kind in ["lzw", "zlib", "packbits", "zstd", "lzma"]:
        tiff(f"{kind}.tif", RGB8, "rgb-8", compression=kind, predictor=kind in ("lzw", "zlib") or None, **strips)
    tiff("tiles.tif", RGB8, "rgb-8", tile=(16, 16), compression="zlib")
    tiff("planes.tif", np.moveaxis(RGB8, -1, 0), "rgb-8", photometric="rgb", planarconfig="separate", **strips)
    tiff("plane-tiles.tif", np.moveaxis(RGB16, -1, 0), "rgb-16", photometric="rgb", planarconfig="separate",
         tile=(16, 16), compression="lzw")
    tiff("big-endian.tif", RGB16, "rgb-16", byteorder=">", **strips)
    tiff("bigtiff.tif", RGB16, "rgb-16", bigtiff=True, compression="zlib", predictor=True)
    tiff("gray-8.tif", GRAY8, "gray-8")
    tiff("gray-16.tif", GRAY16, "gray-16")
    tiff("white-is-zero.tif", 255 - GRAY8, "gray-8", photometric="miniswhite")
    tiff("rgba-8.tif", RGBA8, "rgba-8", extrasamples=["unassalpha"], compression="zlib")
    tiff("rgba-16-planes.tif", np.moveaxis(RGBA16, -1, 0), "rgba-16", photometric="rgb", planarconfig="separate",
         extrasamples=["unassalpha"], compression="zlib")
    tiff("graya-8.tif", np.stack([GRAY8[..., 0], RGBA8[..., 3]], axis=-1), "graya-8", photometric="minisblack",
         planarconfig="contig", extrasamples=["unassalpha"])
    # Multiplied by alpha and rounded, and back: as near as that leaves it.
    share = RGBA16[..., 3:].astype(np.float64) / 65535
    multiplied = np.concatenate([(RGBA16[..., :3] * share).round().astype(np.uint16), RGBA16[..., 3:]], axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        back = np.where(share > 0, multiplied[..., :3] / share, 0)
    reference("rgba-multiplied", np.concatenate([np.minimum(back + 0.5, 65535), RGBA16[..., 3:]], axis=-1)
              .astype(np.uint16))
    tiff("multiplied.tif", multiplied, "rgba-multiplied", extrasamples=["assocalpha"], compression="zlib")
    # Another channel than alpha is not looked at.
    tiff("extra-channel.tif", RGBA8, "rgb-8", extrasamples=["unspecified"], compression="zlib")
    for number, bits in [(np.float32, 32), (np.float64, 64)]:
        tiff(f"float-{bits}.tif", (RGB16 / 65535).astype(number), "rgb-16", compression="zlib", predictor=True)
    tiff("uint-32.tif", RGB16.astype(np.uint32) * 65537, "rgb-16", compression="zlib")
    cmyk = np.stack([255 - RGBA8[..., 0], 255 - RGBA8[..., 1], 255 - RGBA8[..., 2], RGBA8[..., 0] // 3], axis=-1)
    light = 255 - cmyk.astype(np.uint32)
    reference("cmyk", ((light[..., :3] * light[..., 3:] + 127) // 255).astype(np.uint8))
    tiff("cmyk-8.tif", cmyk, "cmyk", photometric="separated", compression="zlib")
    tiff("cmyk-16.tif", cmyk.astype(np.uint16) * 257, "cmyk", 0.6, photometric="separated", compression="zlib")

    image = Image.fromarray(GRAY8[..., 0])
    bitmap = image.convert("1")
    reference("bitmap", np.array(bitmap).astype(np.uint8) * 255)
    bitmap.save(picture("bitmap.tif", "bitmap"))
    bitmap.save(picture("fax-4.tif", "bitmap"), compression="group4")
    palette = Image.fromarray(RGB8).quantize(64)
    reference("palette", np.array(palette.convert("RGB")))
    palette.save(picture("palette-8.tif", "palette"), compression="tiff_lzw")
    jpeg = picture("jpeg.tif", "jpeg", 2)
    Image.fromarray(RGB8).save(jpeg, compression="jpeg", quality=90)
    reference("jpeg", np.array(Image.open(jpeg)))
    gray4 = GRAY8 // 17
    reference("gray-4", gray4 * 17)
    magick("gray-4.tif", "gray-4", gray4 * 17, "-depth", "4", "-define", "tiff:rows-per-strip=4")
    magick("rgb-12.tif", "tiff-12", RGB16, "-depth", "12", "-type", "TrueColor")
    reference("tiff-12", scaled(tifffile.imread(FOLDER / "rgb-12.tif"), 12, 16).astype(np.uint16))
    magick("ycbcr.tif", "ycbcr", RGB8, "-colorspace", "YCbCr", "-depth", "8", steps=2)
    again = subprocess.run(["convert", str(FOLDER / "ycbcr.tif"), "png:-"], capture_output=True, check=True)
    reference("ycbcr", imagecodecs.png_decode(again.stdout))

    quadrants = np.zeros((12, 20, 3), np.uint8)
    quadrants[:6, :10], quadrants[:6, 10:], quadrants[6:, :10] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    for orientation in range(1, 9):
        path = picture(f"orientation-{orientation}.tif", f"upright-{orientation}")
        Image.fromarray(quadrants).save(path, tiffinfo={274: orientation}, compression="tiff_lzw")
        with Image.open(path) as file:
            reference(f"upright-{orientation}", np.array(ImageOps.exif_transpose(file)))

    swapped = RGB8[..., ::-1].copy()
    with tifffile.TiffWriter(picture("pages.tif", "rgb-8")) as file:
        for pixels in [RGB8, swapped]:
            file.write(pixels, photometric="rgb", compression="zlib", metadata=None, software=False)
    with tifffile.TiffWriter(picture("thumbnail-first.tif", "rgb-8")) as file:
        file.write(swapped[::4, ::4].copy(), photometric="rgb", subfiletype=1, metadata=None, software=False)
        file.write(RGB8, photometric="rgb", compression="zlib", metadata=None, software=False)
    Image.fromarray(RGB8).save(picture("dpi.tif", "rgb-8"), dpi=(300, 300), compression="tiff_deflate",
                               icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # Not in the list: these are refused, or clipped.
    with tifffile.TiffWriter(FOLDER / "raw-inside.tif") as file:
        file.write(swapped[::4, ::4].copy(), photometric="rgb", subifds=1, metadata=None, software=False)
        file.write(GRAY16[..., 0], photometric="cfa", subfiletype=0, metadata=None, software=False,
                   extratags=[(33421, 3, 2, (2, 2), True), (33422, 1, 4, (0, 1, 1, 2), True)])
    tifffile.imwrite(FOLDER / "signed.tif", RGB16.astype(np.int16), photometric="rgb", metadata=None, software=False)
    tifffile.imwrite(FOLDER / "bright.tif", texture(1, 3, np.float32) * 3, photometric="rgb", metadata=None,
                     software=False, compression="zlib")


def inks():
    """CMYK with alpha: plain, of 16 bits with inks multiplied by alpha, in planes."""
    cmyk = np.stack([RGBA16[..., 1], RGBA16[..., 2], RGBA16[..., 0], RGBA16[..., 0] // 3], axis=-1)
    share = RGBA16[..., 3:].astype(np.float64) / 65535
    multiplied = (cmyk * share).round()
    with np.errstate(divide="ignore", invalid="ignore"):
        back = np.where(share > 0, np.minimum(np.floor(multiplied / share + 0.5), 65535), 0)
    for name, plain, most, alpha in [
        ("cmyk-alpha-8", (cmyk // 257), 255, RGBA8[..., 3:]), ("cmyk-alpha-16", back, 65535, RGBA16[..., 3:])]:
        light = most - plain.astype(np.uint64)
        colors = (light[..., :3] * light[..., 3:] + most // 2) // most
        reference(name, np.concatenate([colors, alpha], axis=-1).astype(alpha.dtype))
    options = {"photometric": "separated", "compression": "zlib"}
    pixels = np.concatenate([cmyk // 257, RGBA8[..., 3:]], axis=-1).astype(np.uint8)
    tiff("cmyk-alpha-8.tif", pixels, "cmyk-alpha-8", extrasamples=["unassalpha"], **options)
    tiff("cmyk-alpha-planes.tif", np.moveaxis(pixels, -1, 0), "cmyk-alpha-8", extrasamples=["unassalpha"],
         planarconfig="separate", **options)
    pixels = np.concatenate([multiplied, RGBA16[..., 3:]], axis=-1).astype(np.uint16)
    tiff("cmyk-alpha-16.tif", pixels, "cmyk-alpha-16", extrasamples=["assocalpha"], **options)


def from_lab(values):
    """CIELAB of D50 in sRGB, 0...1, by formula (IEC 61966-2-1, Bradford)."""
    lightness = (values[..., 0] + 16) / 116
    f = np.stack([lightness + values[..., 1] / 500, lightness, lightness - values[..., 2] / 200], axis=-1)
    light = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.9642, 1, 0.8249]
    matrix = np.array([[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169],
                       [0.0139322, 0.0971045, 0.7141733]])
    linear = np.clip(light @ np.linalg.inv(matrix).T, 0, 1)
    return np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)


def labs():
    """CIELAB, which Pillow writes with 8 bits. Pillow reads it by a coarse table, so it is converted by formula."""
    sRGB, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    image = ImageCms.profileToProfile(Image.fromarray(RGB8), sRGB, lab, outputMode="LAB")
    image.save(picture("lab-8.tif", "lab-8", 1), compression="tiff_lzw")
    stored = np.array(image).astype(np.float64)
    eight = np.concatenate([stored[..., :1] / 2.55, stored[..., 1:].astype(np.uint8).view(np.int8)], axis=-1)
    reference("lab-8", (from_lab(eight) * 255).round().astype(np.uint8))

    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    values = np.stack([20 + 1.8 * x, 1.2 * (x - 18), 2.5 * (y - 10)], axis=-1)
    reference("lab-16", (from_lab(values) * 65535).round().astype(np.uint16))
    signed = np.concatenate([values[..., :1] * 655.35, values[..., 1:] * 256], axis=-1).round().astype(np.int32)
    # Clipped colours are at the steep end of sRGB's curve.
    tiff("lab-16.tif", (signed & 0xFFFF).astype(np.uint16), "lab-16", 0.5, photometric="cielab", compression="zlib")
    offset = np.concatenate([values[..., :1] * 652.8, (values[..., 1:] + 128) * 256], axis=-1).round()
    tiff("icclab-16.tif", offset.astype(np.uint16), "lab-16", 0.5, photometric="icclab", compression="zlib")
    # Not in the list: it is refused.
    tifffile.imwrite(FOLDER / "lab-float.tif", values.astype(np.float32), photometric="cielab", metadata=None,
                     software=False, compression="zlib")
    raw = tifffile.imread(FOLDER / "lab-8.tif").view(np.uint8) ^ np.array([0, 128, 128], np.uint8)
    tiff("icclab-8.tif", raw, "lab-8", 1, photometric="icclab", compression="zlib")


def read_again(path, name, mode=None):
    with Image.open(path) as image:
        reference(name, np.array(image.convert(mode) if mode else image))


def webps():
    image, alpha = Image.fromarray(RGB8), Image.fromarray(RGBA8)
    image.save(picture("lossless.webp", "rgb-8"), lossless=True)
    alpha.save(picture("lossless-alpha.webp", "rgba-8"), lossless=True, exact=True)
    for name, source in [("lossy", image), ("lossy-alpha", alpha)]:
        path = picture(f"{name}.webp", f"webp-{name}", 1)
        source.save(path, quality=80)
        read_again(path, f"webp-{name}")
    exif = Image.Exif()
    exif[274], exif[282], exif[283], exif[296] = 6, 300.0, 200.0, 2
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = picture("turned.webp", "webp-turned")
    image.save(path, lossless=True, exif=exif.tobytes(), icc_profile=profile)
    reference("webp-turned", np.array(ImageOps.exif_transpose(Image.open(path))))
    path = picture("animation.webp", "webp-animation")
    alpha.save(path, lossless=True, exact=True, save_all=True, append_images=[image.convert("RGBA")], duration=100)
    read_again(path, "webp-animation", "RGBA")


def heifs():
    def write(name, pixels, mode, expected, steps=0.0, **options):
        path = picture(name, expected, steps)
        file = pillow_heif.from_bytes(mode, (WIDTH, HEIGHT), np.ascontiguousarray(pixels).tobytes())
        file.save(path, **options)

    lossless = {"quality": -1, "chroma": 444, "matrix_coefficients": 0}
    write("rgb-8.heic", RGB8, "RGB", "rgb-8", **lossless)
    write("rgba-8.heic", RGBA8, "RGBA", "rgba-8", **lossless)
    for bits in [10, 12]:
        for channels in [3, 4]:
            pixels = texture(2**bits - 1, channels)
            mode = "RGB" if channels == 3 else "RGBA"
            name = f"{mode.lower()}-{bits}"
            reference(name, scaled(pixels, bits, 16).astype(np.uint16))
            pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
            write(f"{name}.heic", scaled(pixels, bits, 16).astype(np.uint16), f"{mode};16", name, **lossless)
    pillow_heif.options.SAVE_HDR_TO_12_BIT = False
    path = picture("lossy.heic", "heic-lossy", 4)
    heif = pillow_heif.from_pillow(Image.fromarray(RGB8))
    heif.save(path, quality=80)
    reference("heic-lossy", np.asarray(pillow_heif.open_heif(path)))

    for name, pixels, bits, expected in [
        ("rgb-8.avif", RGB8, 8, "rgb-8"), ("rgba-8.avif", RGBA8, 8, "rgba-8"),
        ("rgb-10.avif", texture(1023, 3), 10, "rgb-10"), ("rgba-10.avif", texture(1023, 4), 10, "rgba-10"),
        ("rgb-12.avif", texture(4095, 3), 12, "rgb-12"), ("rgba-12.avif", texture(4095, 4), 12, "rgba-12"),
    ]:
        picture(name, expected).write_bytes(imagecodecs.avif_encode(
            pixels, level=100, bitspersample=bits, pixelformat="444", speed=6, primaries=1, transfer=13, matrix=0))
    picture("gray-8.avif", "gray-8").write_bytes(imagecodecs.avif_encode(
        GRAY8[..., 0], level=100, bitspersample=8, pixelformat="400", speed=6))
    path = picture("lossy.avif", "avif-lossy", 2)
    Image.fromarray(RGB8).save(path, quality=80, subsampling="4:4:4")
    read_again(path, "avif-lossy")
    # Programs widen small colour planes in different ways, which shows little where colours change little.
    path = picture("subsampled.avif", "avif-subsampled", 6)
    Image.fromarray(96 + RGB8[..., [2, 2, 1]] // 8).save(path, quality=90, subsampling="4:2:0")
    read_again(path, "avif-subsampled")


for stale in FOLDER.iterdir():
    if stale.name not in ("generate.py",):
        stale.unlink()
for name, pixels in [("rgb-8", RGB8), ("rgba-8", RGBA8), ("gray-8", GRAY8), ("rgb-16", RGB16), ("rgba-16", RGBA16),
                     ("gray-16", GRAY16), ("graya-8", np.stack([GRAY8[..., 0], RGBA8[..., 3]], axis=-1))]:
    reference(name, pixels)
tiffs()
inks()
labs()
webps()
heifs()
(FOLDER / "pictures.txt").write_text("\n".join(PICTURES) + "\n")
