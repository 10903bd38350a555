"""All that a person does in the studio, in a browser, on the sample."""

import base64
import io
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest
import zipfile

from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from studio import HARMONIZE, MASK, PAINTING, PHOTOGRAPH, PageCase, until


class StepsTests(PageCase):
    def test_every_step_and_the_same_bits_by_the_command(self):
        studio = self.studio()
        page = self.page(studio)
        until(lambda: page["card-painting"].is_displayed())
        self.check_accessible("the beginning")

        # Drop a painting and a photograph.
        page.drop("card-painting", PAINTING)
        studio.wait(lambda state: state.get("painting"))
        page.drop("card-photograph", PHOTOGRAPH)
        state = studio.wait(lambda state: state.get("object") and not state["cut"].get("isWorking"))
        self.assertEqual(state["painting"]["name"], "starry-night.jpg")
        self.assertEqual(state["object"]["kind"], "cut")
        until(lambda: page["panel-cut"].is_displayed())
        self.check_accessible("cutting out")

        # Another file that is dragged over the page, and away again.
        page.bring("view", PAINTING, "dragenter", "dragover")
        page.bring("drop-photograph", PAINTING, "dragover")
        self.assertTrue(page["dropping"].is_displayed())
        self.assertEqual(page["drop-photograph"].get_attribute("class"), "over")
        self.check_accessible("a file over the page", colours_of="dropping")
        page.bring("drop-photograph", PAINTING, "dragleave")
        until(lambda: not page["dropping"].is_displayed(), 5, "the end of it")
        self.assertEqual(studio.state["photograph"]["id"], state["photograph"]["id"])

        # A box.
        at, zoom = page.fitted((440, 400))
        page.drag(at(6, 6), at(200, 200), at(434, 394))
        state = studio.wait(lambda state: state["cut"].get("box") and not state["cut"].get("isWorking"))
        for given, wanted in zip(state["cut"]["box"], (6, 6, 428, 388)):
            self.assertAlmostEqual(given, wanted, delta=2)
        boxed = state["object"]

        # The brush, undo and redo.
        page.choose("tool", "drop")
        page.drag(at(15, 380), at(60, 380), at(120, 385))
        state = studio.wait(lambda state: len(state["cut"]["strokes"]) == 1 and not state["cut"].get("isWorking"))
        self.assertNotEqual(state["object"]["id"], boxed["id"])
        page["undo"].click()
        studio.wait(lambda state: not state["cut"]["strokes"])
        page["redo"].click()
        studio.wait(lambda state: len(state["cut"]["strokes"]) == 1)
        page.choose("tool", "keep")
        start = time.monotonic()
        page.drag(at(330, 330), at(345, 340), at(330, 350))
        studio.wait(lambda state: len(state["cut"]["strokes"]) == 2 and not state["cut"].get("isWorking"))
        self.times = {"stroke": time.monotonic() - start}
        # By keyboard: a dab.
        page.keys(Keys.ARROW_LEFT, Keys.SPACE)
        studio.wait(lambda state: len(state["cut"]["strokes"]) == 3)
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
        studio.wait(lambda state: len(state["cut"]["strokes"]) == 2 and not state["cut"].get("isWorking"))

        # Place: drag, scale, turn, flip, keys and numbers.
        self.check_accessible("the brush")
        page["to-place"].click()
        until(lambda: page["hint"].text.startswith("Drag the thing"), what="what the hand can do")
        before = studio.state["place"]
        at, zoom = page.fitted((722, 570))
        x, y, width, height = studio.state["object"]["bounds"]
        left, top = before["x"] + x * before["scale"], before["y"] + y * before["scale"]
        middle = (left + width * before["scale"] / 2, top + height * before["scale"] / 2)
        page.drag(at(*middle), at(middle[0] + 30, middle[1] + 20), at(middle[0] + 90, middle[1] + 50))
        rested = time.monotonic()
        state = studio.wait(lambda state: state["place"] != before)
        self.assertAlmostEqual(state["place"]["x"], before["x"] + 90, delta=2)
        self.assertAlmostEqual(state["place"]["y"], before["y"] + 50, delta=2)
        state = studio.wait(lambda state: state["look"]["inputs"] == state["inputs"])
        self.times["look"], self.times["look itself"] = time.monotonic() - rested, state["look"]["milliseconds"] / 1000

        moved = state["place"]
        corner = (moved["x"] + (x + width) * moved["scale"], moved["y"] + (y + height) * moved["scale"])
        page.drag(at(*corner), at(corner[0] - 10, corner[1] - 8), at(corner[0] - 40, corner[1] - 36))
        state = studio.wait(lambda state: state["place"]["scale"] < moved["scale"])
        scaled = state["place"]
        top = (scaled["x"] + (x + width / 2) * scaled["scale"], scaled["y"] + y * scaled["scale"])
        handle = tuple(u + d for u, d in zip(at(*top), (0, -28)))
        page.drag(handle, (handle[0] - 30, handle[1] + 5), (handle[0] - 50, handle[1] + 14))
        state = studio.wait(lambda state: state["place"]["rotate"] > 5)
        turned = state["place"]
        page.keys("f")
        studio.wait(lambda state: state["place"]["flip"])
        page.keys(Keys.ARROW_LEFT, Keys.ARROW_UP)
        page.type("place-rotate", 20)
        state = studio.wait(lambda state: state["place"]["rotate"] == 20)
        page.type("place-x", 300)
        state = studio.wait(lambda state: state["place"]["x"] == 300)
        page["place-undo"].click()
        studio.wait(lambda state: state["place"]["x"] != 300)
        self.assertEqual(page["hint"].text, "")

        # The sliders, and a part of the painting.
        page.keys(Keys.ARROW_RIGHT, on="strength")
        page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, on="detail")
        state = studio.wait(lambda state: state["settings"].get("strength") and state["settings"]["detail"] == 0.6)
        page.choose("colours", "own")
        studio.wait(lambda state: state["settings"]["ownColors"])
        page.choose("colours", "matched")
        page.choose("learn", "part")
        page.drag(at(20, 20), at(300, 200), at(700, 400))
        studio.wait(lambda state: state["settings"].get("region"))
        state = studio.wait(lambda state: state["look"]["inputs"] == state["inputs"] and state["look"].get("id"))
        self.assertIn("image/png", self.type_of(studio, f"file/{state['look']['id']}"))
        self.check_accessible("placing")
        page["help-button"].click()
        self.check_accessible("the help", is_dialog=True)
        page["help"].find_element(By.TAG_NAME, "button").click()

        # Repaint, with a preview; a reload in the middle loses nothing.
        page["repaint"].click()
        studio.wait(lambda state: state["job"]["status"] == "working" and state["job"].get("preview"))
        self.driver.refresh()
        until(lambda: page["bar"].is_displayed())
        self.check_accessible("repainting")
        self.assertEqual(page["place-rotate"].get_attribute("value"), "20")
        result = studio.wait(lambda state: state.get("result"), 120)["result"]
        self.assertTrue(result["isWhole"])
        until(lambda: page["panel-save"].is_displayed())

        # Compare.
        until(lambda: page["split"].is_displayed())
        before = int(page["split"].get_attribute("aria-valuenow"))
        page.keys(Keys.ARROW_LEFT, on="split")
        self.assertEqual(int(page["split"].get_attribute("aria-valuenow")), before - 2)
        page["zoom-full"].click()
        self.assertEqual(page["zoom-value"].text, "100 %")
        self.check_accessible("comparing")

        # Save, and the same by the command that is shown.
        page["command-details"].find_element(By.TAG_NAME, "summary").click()
        self.check_accessible("the command")
        self.assertEqual(page["command"].text, result["command"])
        status, archive = studio.request("save/all")
        self.assertEqual(status, 200)
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(archive)) as files:
            self.assertIsNone(files.testzip())
            self.assertIn("layer.png", files.namelist())
            files.extractall(folder)
            for path in (PAINTING, PHOTOGRAPH):
                (pathlib.Path(folder) / path.name).write_bytes(path.read_bytes())
            command = result["command"].replace("harmonize", HARMONIZE, 1)
            subprocess.run(["sh", "-c", command + " --quiet"], cwd=folder, check=True)
            stage2 = (pathlib.Path(folder) / "results/stage2.png").read_bytes()
            self.assertEqual(studio.request("save/stage2")[1], stage2)
            self.assertEqual(files.read("stage2.png"), stage2)
            # The layer over the painting is the result.
            layer = Image.open(io.BytesIO(files.read("layer.png")))
            over = Image.open(PAINTING).convert("RGB")
            over.paste(layer.convert("RGB"), mask=layer.getchannel("A"))
            self.assertEqual(over.tobytes(), Image.open(io.BytesIO(stage2)).convert("RGB").tobytes())
            # So is the picture that goes with all the layers.
            with zipfile.ZipFile(io.BytesIO(studio.request("save/layers")[1])) as layers:
                self.assertEqual(layers.read("mimetype"), b"image/openraster")
                merged = Image.open(io.BytesIO(layers.read("mergedimage.png")))
                self.assertEqual(merged.convert("RGB").tobytes(), over.tobytes())
        self.check_quiet(page)
        print("\nseconds:", {name: round(value, 2) for name, value in self.times.items()})

    def test_the_page_places_as_the_command_does(self):
        studio = self.studio()
        page = self.page(studio)
        for place in (
            {"x": 40, "y": 30, "scale": 0.5, "rotate": 0, "flip": False},
            {"x": 100, "y": 60, "scale": 0.37, "rotate": 30, "flip": True},
            {"x": 150, "y": 90, "scale": 0.613, "rotate": 90, "flip": True},
            {"x": 200, "y": 20, "scale": 0.8, "rotate": -135, "flip": False},
            {"x": 60, "y": 20, "scale": 0.8, "rotate": 200.5, "flip": True},
        ):
            words = ["--at", f"{place['x']},{place['y']}", "--scale", str(place["scale"]),
                     "--rotate", str(place["rotate"]), *(["--flip"] if place["flip"] else [])]
            plan = subprocess.run(
                [HARMONIZE, "--painting", PAINTING, "--object", PHOTOGRAPH, "--mask", MASK, "--dry-run", "--no-config",
                 *words], capture_output=True, text=True, check=True).stdout
            width, height, x, y = map(int, re.search(r"object +(\d+)×(\d+), .* at (-?\d+),(-?\d+)", plan).groups())
            left, top, right, bottom = self.driver.execute_async_script(
                """
                const [place, mask, done] = arguments;
                import(new URL("canvas.js", document.baseURI).href).then(async (canvas) => {
                  const bytes = Uint8Array.from(atob(mask), (c) => c.charCodeAt(0));
                  const picture = await createImageBitmap(new Blob([bytes]));
                  const view = new OffscreenCanvas(722, 570), context = view.getContext("2d");
                  canvas.pasted(context, { width: 440, height: 400 }, place, picture);
                  const data = context.getImageData(0, 0, 722, 570).data;
                  let box = [722, 570, 0, 0];
                  for (let y = 0; y < 570; y++) for (let x = 0; x < 722; x++) if (data[4 * (y * 722 + x)] > 0)
                    box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x + 1), Math.max(box[3], y + 1)];
                  done(box);
                });
                """, place, base64.b64encode(MASK.read_bytes()).decode())
            where = f"{place} {plan.splitlines()[1]}"
            # The command's box is around all that the filter reaches, too.
            for low, high, start, length in ((left, right, x, width), (top, bottom, y, height)):
                self.assertAlmostEqual((low + high) / 2, start + length / 2, delta=1.01, msg=where)
                self.assertAlmostEqual(high - low, length, delta=8, msg=where)

    def type_of(self, studio, path):
        self.assertEqual(studio.request(path)[0], 200)
        return studio.headers["content-type"]

    def test_two_tabs_show_the_same_and_a_closed_one_stops_nothing(self):
        studio, page = self.placing(PAINTING, PHOTOGRAPH)
        first = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        self.driver.get(studio.address)
        until(lambda: page["tab-place"].is_displayed() and page["tab-place"].is_enabled())
        page["tab-place"].click()
        page.type("place-x", 77)
        studio.wait(lambda state: state["place"]["x"] == 77)
        studio.change(settings={"detail": 0.5, "ownColors": False, "matching": 0.5, "quality": "fine"})
        page["repaint"].click()
        studio.wait(lambda state: state["job"]["status"] == "working")
        self.driver.close()
        # Opened again, it shows the job.
        self.driver.switch_to.window(first)
        self.driver.switch_to.new_window("tab")
        self.driver.get(studio.address)
        until(lambda: page["bar"].is_displayed(), 8, "the job")
        self.assertEqual(studio.state["job"]["status"], "working")
        self.driver.close()
        self.driver.switch_to.window(first)
        until(lambda: page["place-x"].get_attribute("value") == "77" or not page["place-x"].is_displayed())
        until(lambda: any("another window" in text for text in page.notices), what="word of the other window")
        studio.wait(lambda state: state["job"].get("preview") or state.get("result"))
        studio.request("stop", "POST")
        studio.wait(lambda state: state.get("result"))
        self.check_quiet(page)

    def test_a_job_that_is_killed_or_stopped(self):
        studio, page = self.placing(PAINTING, PHOTOGRAPH)
        studio.change(settings={"detail": 0.5, "ownColors": False, "matching": 0.5, "quality": "fine"})
        page["repaint"].click()
        studio.wait(lambda state: state["job"]["part"] > 0.05)
        for child in studio.children:
            os.kill(child, signal.SIGKILL)
        studio.wait(lambda state: state["job"]["status"] == "idle")
        until(lambda: any("ended from outside" in text for text in page.notices), what="word of the death")
        self.assertNotIn("result", studio.state)
        # Stopped, it keeps the best so far.
        page["repaint"].click()
        studio.wait(lambda state: state["job"].get("preview"))
        page["stop"].click()
        state = studio.wait(lambda state: state.get("result"))
        self.assertFalse(state["result"]["isWhole"])
        until(lambda: "best so far" in page["save-lead"].text)
        self.check_quiet(page)

    def test_a_mask_and_pictures_that_are_none(self):
        studio = self.studio(PAINTING, PHOTOGRAPH)
        page = self.page(studio)
        studio.wait(lambda state: state.get("object") and not state["cut"].get("isWorking"))
        self.assertEqual(studio.put("mask", PAINTING), 200)
        until(lambda: any("mask" in text.lower() for text in page.notices), what="word of the mask")
        self.assertEqual(studio.state["object"]["kind"], "cut")
        self.assertEqual(studio.put("mask", MASK, "m.png"), 200)
        state = studio.wait(lambda state: state["object"]["kind"] == "mask")
        self.assertIn("--mask m.png", state["command"])
        notices = state["notice"]["number"]
        self.assertEqual(studio.put("painting", b"nothing of a picture"), 200)
        state = studio.wait(lambda state: state["notice"]["number"] > notices)
        self.assertEqual(state["painting"]["name"], "starry-night.jpg")
        self.assertEqual(studio.put("painting", PAINTING.read_bytes()[:3000]), 200)
        studio.wait(lambda state: state["notice"]["number"] > notices + 1)
        self.assertTrue(all("harmonize-studio-" not in text for text in page.notices), page.notices)
        self.check_accessible("notices of errors")
        self.check_quiet(page)


if __name__ == "__main__":
    unittest.main()
