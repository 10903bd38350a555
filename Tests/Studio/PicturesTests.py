"""How pictures come in, and how they are shown."""

import base64
import io
import pathlib
import tempfile
import unittest

from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from studio import MASK, PAINTING, PHOTOGRAPH, PageCase, until


def png(picture):
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


class PicturesTests(PageCase):
    def paste(self, picture):
        """Puts a picture on the clipboard, and presses Ctrl-V."""
        self.driver.execute_cdp_cmd("Browser.grantPermissions", {
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
        problem = self.driver.execute_async_script(
            """
            const [data, done] = arguments, bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            const blob = new Blob([bytes], { type: "image/png" });
            navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]).then(() => done(null), (e) => done(`${e}`));
            """, base64.b64encode(png(picture)).decode())
        self.assertIsNone(problem)
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("v").key_up(Keys.CONTROL).perform()

    def test_pictures_are_pasted(self):
        studio = self.studio()
        page = self.page(studio)
        until(lambda: page["card-painting"].is_displayed())
        self.paste(Image.open(PAINTING).resize((361, 285)))
        state = studio.wait(lambda state: state.get("painting"))
        self.assertEqual((state["painting"]["width"], state["painting"]["height"]), (361, 285))
        until(lambda: "there" in page["card-painting"].get_attribute("class"))
        self.check_accessible("one picture")
        self.paste(Image.open(PHOTOGRAPH))
        state = studio.wait(lambda state: state.get("object"))
        self.assertEqual(state["photograph"]["width"], 440)
        # A third one replaces the photograph.
        self.paste(Image.open(PHOTOGRAPH).resize((220, 200)))
        state = studio.wait(lambda state: state["photograph"]["width"] == 220)
        self.assertEqual(state["painting"]["width"], 361)
        until(lambda: any("becomes the photograph" in text for text in page.notices), what="word of it")
        self.check_quiet(page)

    def test_a_photograph_with_a_shape_of_its_own_is_not_cut(self):
        studio = self.studio(PAINTING)
        page = self.page(studio)
        studio.wait(lambda state: state.get("painting"))
        cup = Image.open(PHOTOGRAPH).convert("RGB")
        cup.putalpha(Image.open(MASK).convert("L"))
        self.assertEqual(studio.put("photograph", png(cup), "cup.png"), 200)
        state = studio.wait(lambda state: state["look"].get("id"))
        self.assertEqual(state["object"]["kind"], "shape")
        self.assertNotIn("--cut", state["command"])
        until(lambda: page["panel-place"].is_displayed())
        self.assertFalse(page["tab-cut"].is_displayed())
        self.driver.refresh()
        until(lambda: page["panel-place"].is_displayed())
        self.assertFalse(page["panel-cut"].is_displayed())
        # One without, in its place, is.
        self.assertEqual(studio.put("photograph", PHOTOGRAPH), 200)
        until(lambda: page["panel-cut"].is_displayed())
        self.check_quiet(page)

    def seen(self, x, y, side):
        """Pixels of the canvas."""
        data = self.driver.execute_script(
            """
            const [x, y, side] = arguments, copy = new OffscreenCanvas(side, side);
            const context = copy.getContext("2d", { willReadFrequently: true });
            context.drawImage(document.getElementById("view"), -x, -y);
            return [...context.getImageData(0, 0, side, side).data];
            """, x, y, side)
        return Image.frombytes("RGBA", (side, side), bytes(data)).convert("RGB")

    def check_own_pixels(self, page, picture, at, what):
        """Whether the canvas shows a picture's own pixels at a place, given from its middle."""
        box = page["view"].size
        left, top = round((box["width"] - picture.width) / 2), round((box["height"] - picture.height) / 2)
        x, y = box["width"] // 2 + at[0], box["height"] // 2 + at[1]

        def isSharp():
            there = self.seen(x, y, 48).tobytes()
            # Half a pixel in the middle is rounded one way or the other.
            return any(picture.crop((x - left + u, y - top + v, x - left + u + 48, y - top + v + 48)).tobytes() == there
                       for u in (-1, 0, 1) for v in (-1, 0, 1))
        until(isSharp, 30, what)

    def test_large_pictures_are_shown_to_the_pixel(self):
        painting = Image.effect_noise((5000, 640), 80).convert("RGB")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "noise.png"
            path.write_bytes(png(painting))
            studio, page = self.placing(path, PHOTOGRAPH)
            studio.change(
                place={"x": 2450, "y": 280, "scale": 0.2, "rotate": 0, "flip": False},
                settings={"detail": 0.5, "ownColors": False, "matching": 0.5, "quality": "draft"})
            page["zoom-full"].click()
            self.check_own_pixels(page, painting, (-300, -100), "the painting's own pixels")
            page["repaint"].click()
            studio.wait(lambda state: state.get("result"), 60)
            until(lambda: page["panel-save"].is_displayed())
            page["zoom-full"].click()
            result = Image.open(io.BytesIO(studio.request("save/stage2")[1])).convert("RGB")
            self.assertNotEqual(result.tobytes(), painting.tobytes())
            # On both sides of the border; what is repainted is right of it.
            page.keys(Keys.HOME, on="split")
            self.check_own_pixels(page, result, (-24, -24), "the result's own pixels")
            page.keys(Keys.END, on="split")
            self.check_own_pixels(page, painting, (-300, -100), "the painting's own pixels, compared")
        self.check_quiet(page)

    def test_what_is_replaced_is_removed(self):
        studio = self.studio(PAINTING, PHOTOGRAPH)
        (base,) = (pathlib.Path(studio.base) / name for name in studio.folders)

        def settled():
            return studio.wait(lambda state: state["look"].get("id") and not state["cut"].get("isWorking")
                               and state["look"]["inputs"] == state["inputs"] and not state.get("reading"))

        settled()
        counts = []
        for number in range(6):
            self.assertEqual(studio.put("painting", PAINTING), 200)
            self.assertEqual(studio.put("painting", b"no picture"), 200)
            settled()
            studio.change(cut={"box": [number, 0, 400, 400], "strokes": []})
            settled()
            counts.append(len(list(base.iterdir())))
        self.assertLessEqual(max(counts[2:]), counts[2], counts)


if __name__ == "__main__":
    unittest.main()
