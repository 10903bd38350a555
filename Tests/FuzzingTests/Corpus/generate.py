"""Writes inputs next to this file, READER/sound-NAME those that are read. Needs Pillow; run it with no arguments.

The pictures of Tests/ImagingTests are inputs to begin with too; here is what they lack: PNGs with profiles and
densities, whose streams are stored so that a changed byte of them can be repaired; and JPEGs with restarts, subsampling
and profiles. Everything else is written byte by byte. Inputs that once did harm have names without `sound-`.
"""

import io
import json
import pathlib
import struct
import zlib

from PIL import Image

FOLDER = pathlib.Path(__file__).parent


def write(reader, name, data, prefix="sound-"):
    folder = FOLDER / reader
    folder.mkdir(exist_ok=True)
    (folder / f"{prefix}{name}").write_bytes(data if isinstance(data, bytes) else data.encode())


def write_harmful(reader, name, data):
    write(reader, name, data, prefix="")


# ICC profiles (ICC.1:2022, 7 and 10)

def s15(*values):
    return struct.pack(f">{len(values)}i", *(round(v * 65536) for v in values))


def tag_xyz(*xyz):
    return b"XYZ \0\0\0\0" + s15(*xyz)


def tag_curve(*values):
    return b"curv\0\0\0\0" + struct.pack(f">I{len(values)}H", len(values), *values)


def tag_parametric(kind, *values):
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + s15(*values)


def tag_text(text):
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2 * len(text), 28) + text.encode("utf-16-be")


def tag_old_text(text):
    data = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(data)) + data + bytes(4 + 4 + 2 + 1 + 67)


def tag_lut8(inputs, outputs=3, steps=2):
    ramp = bytes(range(256))
    clut = bytes(37 * i % 256 for i in range(steps**inputs * outputs))
    head = b"mft1\0\0\0\0" + struct.pack(">BBBB", inputs, outputs, steps, 0) + s15(1, 0, 0, 0, 1, 0, 0, 0, 1)
    return head + ramp * inputs + clut + ramp * outputs


def tag_lut16(inputs, outputs=3, steps=2):
    clut = struct.pack(f">{steps**inputs * outputs}H", *(9973 * i % 65536 for i in range(steps**inputs * outputs)))
    head = b"mft2\0\0\0\0" + struct.pack(">BBBB", inputs, outputs, steps, 0) + s15(1, 0, 0, 0, 1, 0, 0, 0, 1)
    return head + struct.pack(">HH", 2, 2) + struct.pack(">HH", 0, 65535) * inputs + clut + struct.pack(">HH", 0, 65535) * outputs


def tag_a_to_b(inputs, kind=b"mAB ", outputs=3):
    curves = tag_parametric(0, 1.5)
    steps = bytes([2] * inputs) + bytes(16 - inputs)
    nodes = 2**inputs * outputs
    clut = steps + bytes([2, 0, 0, 0]) + struct.pack(f">{nodes}H", *(7919 * i % 65536 for i in range(nodes)))
    clut += bytes(-len(clut) % 4)
    b_curves, m_curves, a_curves = curves * outputs, curves * outputs, curves * inputs
    matrix = s15(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)
    at, offsets = 32, []
    for part in (b_curves, matrix, m_curves, clut, a_curves):
        offsets.append(at)
        at += len(part)
    head = kind + b"\0\0\0\0" + struct.pack(">BBH", inputs, outputs, 0) + struct.pack(">5I", *offsets)
    return head + b_curves + matrix + m_curves + clut + a_curves


def icc(space, tags, kind=b"mntr", pcs=b"XYZ ", version=0x04200000):
    at = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += struct.pack(">4sII", name.encode(), at + len(data), len(content))
        data += content
    header = struct.pack(">I4sI4s4s4s12s4s", at + len(data), b"lcms", version, kind, space, pcs, bytes(12), b"acsp")
    header += bytes(28 - 4) + bytes(4) + s15(0.9642, 1, 0.8249)
    return header + bytes(128 - len(header)) + table + data


TEXTS = {"desc": tag_text("x"), "cprt": tag_text("x")}
WHITE = {"wtpt": tag_xyz(0.9642, 1, 0.8249)}
PRIMARIES = {
    "rXYZ": tag_xyz(0.4361, 0.2225, 0.0139), "gXYZ": tag_xyz(0.3851, 0.7169, 0.0971),
    "bXYZ": tag_xyz(0.1431, 0.0606, 0.7141),
}


def rgb(curve, **more):
    return icc(b"RGB ", TEXTS | WHITE | PRIMARIES | {"rTRC": curve, "gTRC": curve, "bTRC": curve}, **more)


SRGB_CURVE = tag_parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
PROFILES = {
    "srgb": rgb(SRGB_CURVE),
    "gamma": rgb(tag_curve(563)),
    "table": rgb(tag_curve(0, 1000, 9000, 30000, 65535)),
    "old": icc(
        b"RGB ", {"desc": tag_old_text("x")} | WHITE | PRIMARIES
        | {name: tag_curve(461) for name in ("rTRC", "gTRC", "bTRC")}, version=0x02100000),
    "rgb-lut8": icc(b"RGB ", TEXTS | WHITE | {"A2B0": tag_lut8(3), "B2A0": tag_lut8(3)}, b"prtr", b"Lab "),
    "rgb-lut16": icc(b"RGB ", TEXTS | WHITE | {"A2B0": tag_lut16(3), "B2A0": tag_lut16(3)}, b"scnr", b"Lab "),
    "rgb-mab": icc(
        b"RGB ", TEXTS | WHITE | {"A2B0": tag_a_to_b(3), "B2A0": tag_a_to_b(3, b"mBA ")}, b"spac", b"Lab "),
    "gray": icc(b"GRAY", TEXTS | WHITE | {"kTRC": tag_curve(461)}),
    "cmyk-lut16": icc(b"CMYK", TEXTS | WHITE | {"A2B0": tag_lut16(4)}, b"prtr", b"Lab "),
    "cmyk-mab": icc(b"CMYK", TEXTS | WHITE | {"A2B0": tag_a_to_b(4), "A2B1": tag_a_to_b(4)}, b"prtr", b"Lab "),
}


# PNG

def stored(data):
    return (
        b"\x78\x01\x01" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data + struct.pack(">I", zlib.adler32(data)))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(colour, depth, size, chunks=b"", interlaced=0, data=None):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = (size * channels * depth + 7) // 8
    # Each row with a filter of its own.
    rows = data or b"".join(bytes([y % 5]) + bytes((29 * x + 71 * y) % 2**min(depth, 8) for x in range(row)) for y in range(size))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, depth, colour, 0, 0, interlaced))
        + chunks + chunk(b"IDAT", stored(rows)) + chunk(b"IEND", b""))


def iccp(profile):
    return chunk(b"iCCP", b"x\0\0" + stored(profile))


PHYS = chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))


# EXIF (Exif 2.32, 4.6)

def exif(order, entries, tail=b""):
    at = 8 + 2 + 12 * len(entries) + 4
    data, table = b"", struct.pack(order + "H", len(entries))
    for tag, kind, value in entries:
        if kind == 5:
            field = struct.pack(order + "I", at + len(data))
            data += struct.pack(order + "II", *value)
        else:
            field = struct.pack(order + "HH", value, 0)
        table += struct.pack(order + "HHI", tag, kind, 1) + field
    return b"Exif\0\0" + (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8) + table + bytes(4) + data + tail


# Weights

NAMES = "1_1 1_2 2_1 2_2 3_1 3_2 3_3 4_1 4_2 4_3 5_1".split()
INDICES = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24]
NORMALIZED = [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34]


def shapes():
    return [(1, 3 if i == 0 else 1, 3, 3) for i in range(len(NAMES))]


def floats(count, first=0):
    return struct.pack(f"<{count}f", *(((7 * (first + i)) % 23 - 11) / 8 for i in range(count)))


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def raw_weights(pooling):
    data = b"".join(floats(o * i * 9 + o) for o, i, _, _ in shapes())
    at = 44 + sum(28 + 7 for _ in NAMES)
    head = b"HARMNET\n" + struct.pack("<III6f", 1, pooling, len(NAMES), 0.5, 0.5, 0.5, 0.25, 0.25, 0.25)
    for name, (o, i, h, w) in zip(NAMES, shapes()):
        head += struct.pack("<I7s4IQ", 7, f"conv{name}".encode(), o, i, h, w, at)
        at += 4 * (o * i * 9 + o)
    body = head + data
    return body + struct.pack("<Q", fnv1a(body))


def safetensors(tensors, metadata=None):
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, (kind, shape, values) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def checkpoint(tensors, optimizer="lbfgs", numbers=(0.25, 0.5)):
    state = {
        "records": [], "seconds": 0.5, "sizeIndex": 0, "shapes": {name: shape for name, (_, shape, _) in tensors.items()},
        "subject": {
            "mask": 1, "model": 2, "object": 3, "painting": 4, "place": [6, 6, 4, 4],
            "settings": {
                "colorMatching": 0.5, "histogramRange": "style", "iterations": {"pass1": 9, "pass2": 9},
                "keepsColors": False, "detail": 0.5, "optimizer": optimizer, "styleLevel": {"auto": {}},
                "usesPaperMethod": False,
            },
        },
        "tapScale": {},
    }
    if "x" in tensors:
        state["pass"] = {
            "evaluations": [{"content": 0, "histogram": {}, "style": {"relu3_1": 0.5}, "total": "inf", "tv": 0}],
            "best": 0.25, "numbers": numbers, "spent": 1, "vectors": sum(name.startswith("memory.") for name in tensors),
        }
    text = json.dumps(state, separators=(",", ":"), sort_keys=True)
    checksum = fnv1a(text.encode())
    for name in sorted(tensors):
        for word in struct.iter_unpack("<I", tensors[name][2]):
            checksum = (checksum ^ word[0]) * 0x100000001B3 % 2**64
    metadata = {"checksum": f"{checksum:x}", "format": "harmonize checkpoint", "state": text, "version": "4"}
    return safetensors(tensors, metadata)


def network(indices, normalized=False, kind="F32"):
    size = {"F32": 4, "F16": 2, "BF16": 2, "F64": 8}[kind]
    tensors = {}
    for index, shape in zip(indices, shapes()):
        count = shape[1] * 9
        tensors[f"features.{index}.weight"] = (kind, shape, bytes(size * count))
        tensors[f"features.{index}.bias"] = (kind, [1], bytes(size))
        if normalized:
            for part in ("weight", "bias", "running_mean", "running_var"):
                tensors[f"features.{index + 1}.{part}"] = (kind, [1], bytes(size))
    return tensors


def main():
    for name, profile in PROFILES.items():
        write("icc", name, profile)

    write("png", "gray-1", png(0, 1, 9, PHYS))
    write("png", "gray-profile", png(0, 8, 4, iccp(PROFILES["gray"])))
    write("png", "rgb-profile", png(2, 8, 4, iccp(PROFILES["table"]) + PHYS))
    write("png", "rgb-table-profile", png(2, 16, 3, iccp(PROFILES["rgb-mab"])))
    write("png", "palette-2", png(3, 2, 5, chunk(b"PLTE", bytes(range(12))) + chunk(b"tRNS", b"\0\x80")))
    write("png", "graya-8", png(4, 8, 4, chunk(b"tIME", bytes([7, 226, 1, 1, 0, 0, 0]))))
    write("png", "rgba-16", png(6, 16, 3, chunk(b"pHYs", struct.pack(">IIB", 1, 2, 0))))
    write("png", "interlaced", png(2, 8, 8, interlaced=1, data=b"".join(
        (b"\x04" + bytes(3 * -(-(8 - x) // dx))) for x, y, dx, dy in
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        for _ in range(y, 8, dy))))

    picture = Image.new("RGB", (24, 17))
    picture.putdata([(9 * x % 256, 13 * y % 256, 7 * (x + y) % 256) for y in range(17) for x in range(24)])
    oriented = exif("<", [(0x112, 3, 6), (0x11A, 5, (300, 1)), (0x11B, 5, (300, 1)), (0x128, 3, 2)])
    for name, mode, options in [
        ("restarts", "RGB", {"restart_marker_blocks": 1, "quality": 40}),
        ("restart-rows", "RGB", {"restart_marker_rows": 1, "quality": 40, "subsampling": 2}),
        ("subsampled", "RGB", {"subsampling": 1, "quality": 30, "dpi": (300, 150)}),
        ("progressive-subsampled", "RGB", {"progressive": True, "subsampling": 2, "quality": 20}),
        ("progressive-restarts", "RGB", {"progressive": True, "restart_marker_blocks": 2, "quality": 20}),
        ("progressive-cmyk", "CMYK", {"progressive": True, "quality": 20}),
        ("gray-progressive", "L", {"progressive": True, "quality": 50}),
        ("exif-profile", "RGB", {"exif": oriented, "icc_profile": PROFILES["table"], "quality": 30}),
        ("cmyk-profile", "CMYK", {"icc_profile": PROFILES["cmyk-lut16"], "quality": 30}),
        ("gray-profile", "L", {"icc_profile": PROFILES["gray"], "quality": 30}),
    ]:
        file = io.BytesIO()
        picture.convert(mode).save(file, "JPEG", **options)
        write("jpeg", name, file.getvalue())

    for order, name in (("<", "little"), (">", "big")):
        write("exif", f"orientation-{name}", exif(order, [(0x112, 3, 8)]))
        write("exif", f"inches-{name}", exif(order, [(0x112, 3, 5), (0x11A, 5, (300, 1)), (0x11B, 5, (1, 7)), (0x128, 3, 2)]))
    write("exif", "centimeters", exif(">", [(0x128, 3, 3), (0x11A, 5, (118, 1)), (0x11B, 5, (118, 1))]))
    write("exif", "no-number", exif("<", [(0x11A, 5, (1, 0)), (0x11B, 5, (0, 0)), (0x10F, 2, 0)]))
    write("exif", "other", b"http://ns.adobe.com/xap/1.0/\0")

    write("weights", "max", raw_weights(0))
    write("weights", "average", raw_weights(1))
    write_harmful("dump", "cut-short", floats(64))

    write("safetensors", "plain", safetensors(network(INDICES), {"pooling": "avg"}))
    write("safetensors", "halves", safetensors(network(INDICES, kind="BF16")))
    write("safetensors", "normalized", safetensors(network(NORMALIZED, normalized=True, kind="F16")))
    more = network(INDICES) | {"count": ("I32", [], bytes(4)), "kept": ("F64", [2], bytes(16)), "empty": ("I64", [0, 3], b"")}
    write("safetensors", "more-types", safetensors(more))

    def variables(count):
        return {name: ("F32", [2, 3], floats(6)) for name in ["best", *(f"memory.{i}" for i in range(count)), "x"]}

    write("checkpoint", "begun", checkpoint(variables(1)))
    write("checkpoint", "pairs", checkpoint(variables(3)))
    write("checkpoint", "moments", checkpoint(variables(2), "adam", (7,)))
    write("checkpoint", "between", checkpoint({"stage1": ("F32", [1, 2, 3], floats(6))}))

    write("jobs-csv", "commas", 'painting,object,at,name,keep-colors\r\nnight.jpg,cup.png,"420,330",cup,no\r\n\r\nday.png,a"b.png,,,\r\n')
    write("jobs-csv", "semicolons", 'painting;object;scale\nnight.jpg;"a ""cup"".png";0.5\n')
    write("jobs-csv", "tabs", "\ufeffpainting\tobject\tmatch-colors\nnight.jpg\t\"two\nlines/cup.png\"\t0.3\n")
    write("jobs-json", "array", '[{"painting": "night.jpg", "object": "cup.png", "at": [420, 330], "name": "caf\\u00e9"},\n {"scale": 0.5, "threads": 7, "mask": null}]')
    write("jobs-json", "lines", '{"painting": "night.jpg", "at": "420,330"}\n\n{"object": "cup.png", "scale": 1e-1, "faithful": true}\r\n')
    write("configuration", "options", '# harmonize.toml\npainting = "night.jpg"\nstyle-level = \'expressionist\'\nat = [420, 330]\nscale = 5e-1\n"threads" = 0x2\nobject = """\ncup.png"""\n')
    write_harmful("jobs-json", "deep-arrays", "[" + ",".join(3 * ['{"at":' + "[" * 500 + "]" * 500 + "}"]) + "]")
    write_harmful("jobs-json", "deep-objects", 3 * ('{"at":' + '{"a":' * 500 + "1" + "}" * 501 + "\n"))
    write_harmful("jobs-csv", "empty", "")
    write_harmful("configuration", "dotted-key", "a" + ".a" * 16000 + " = 1")
    write_harmful("configuration", "many-keys", "".join(f"k{i}=1\n" for i in range(4000)))
    write_harmful("configuration", "nameless-table", "scale = 1\n[\n [\"ect")
    write_harmful("configuration", "nameless-array-of-tables", "\ufeff [[[a]]]")
    write_harmful("configuration", "letter-like-a-byte-order-mark", "[ \ufefb [Z]60]/")
    write_harmful("configuration", "carriage-return-in-table", "[ \r]\ufefb")
    write_harmful("configuration", "brace-in-array", 'scale = [ }, 1 "["ect')
    write("configuration", "flags", "faithful = false\nplot = 'trace.svg'\n")


if __name__ == "__main__":
    main()
