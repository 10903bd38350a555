"""A studio and a browser for the tests."""

import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from axe_selenium_python import Axe
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.by import By

HARMONIZE = os.environ["HARMONIZE"]
SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
PAINTING, PHOTOGRAPH, MASK = (SAMPLES / name for name in ("starry-night.jpg", "coffee-cup.png", "coffee-cup-mask.png"))


def until(condition, seconds=30, what="it"):
    """Waits for a condition, and returns its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.03)
    raise AssertionError(f"waited {seconds} s for {what}")


class Studio:
    """A running `harmonize studio`, with a temporary folder of its own."""

    def __init__(self, *arguments):
        self.base = tempfile.mkdtemp(prefix="studio-test-")
        self.process = subprocess.Popen(
            [HARMONIZE, "studio", "--no-open", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "TMPDIR": self.base})
        self.address = self.process.stdout.readline().strip()
        self.port = int(self.address.split(":")[2].split("/")[0])
        self.token = self.address.rstrip("/").split("/")[-1]
        self.origin = f"http://127.0.0.1:{self.port}"

    def request(self, path="", method="GET", body=None, headers=None, base=None):
        """The status and the body of an answer. Says where it comes from as the page does, unless told otherwise."""
        request = urllib.request.Request((base or self.address) + path, data=body, method=method)
        for name, value in {"Origin": self.origin, **(headers or {})}.items():
            if value is not None:
                request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                self.headers = answer.headers
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    @property
    def state(self):
        return json.loads(self.request("state?after=0")[1])

    def change(self, **parts):
        status, body = self.request("change", "POST", json.dumps({"tab": "test", **parts}).encode())
        assert status == 200, (status, body)
        return json.loads(body)

    def put(self, kind, path, name=None):
        data = path if isinstance(path, bytes) else path.read_bytes()
        return self.request(f"{kind}?name={name or kind + '.png'}", "PUT", data)[0]

    def wait(self, condition, seconds=30, what="the state"):
        try:
            return until(lambda: (lambda state: state if condition(state) else None)(self.state), seconds, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.state}") from None

    @property
    def children(self):
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid and fields[0] != "Z":
                found.append(int(folder.name))
        return found

    @property
    def memory(self):
        """Its memory in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    @property
    def folders(self):
        return os.listdir(self.base)

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        output = self.process.communicate(timeout=20)
        shutil.rmtree(self.base, ignore_errors=True)
        return output


class StudioCase(unittest.TestCase):
    def studio(self, *arguments):
        studio = Studio(*arguments)
        self.addCleanup(studio.close)
        return studio


def browser(width=1280, height=860, dark=False, downloads=None):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--force-device-scale-factor=1", f"--window-size={width},{height}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    driver.set_script_timeout(60)
    scheme(driver, dark)
    return driver


def scheme(driver, dark):
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})


class Page:
    """The page in a browser, used by its controls and by the hand."""

    def __init__(self, driver, studio):
        self.driver, self.studio = driver, studio
        # The page before has no studio any more.
        driver.get("about:blank")
        driver.get_log("browser")
        driver.get(studio.address)

    def __getitem__(self, id):
        return self.driver.find_element(By.ID, id)

    def drop(self, target, path):
        """Drops a file on an element."""
        self.bring(target, path, "dragenter", "dragover", "drop")

    def bring(self, target, path, *events):
        """Sends an element what comes when a file is dragged over it."""
        self.driver.execute_script(
            """
            const bytes = Uint8Array.from(atob(arguments[1]), (c) => c.charCodeAt(0)), data = new DataTransfer();
            data.items.add(new File([bytes], arguments[2]));
            const target = document.getElementById(arguments[0]), box = target.getBoundingClientRect();
            for (const kind of arguments[3])
              target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true,
                clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }));
            """, target, base64.b64encode(path.read_bytes()).decode(), path.name, events)

    def drag(self, *points):
        """Drags from the first of some points of the canvas to the last."""
        box = self["view"].rect
        actions = ActionBuilder(self.driver, mouse=PointerInput("mouse", "mouse"), duration=20)
        mouse = actions.pointer_action
        mouse.move_to_location(round(box["x"] + points[0][0]), round(box["y"] + points[0][1])).pointer_down()
        for x, y in points[1:]:
            mouse.move_to_location(round(box["x"] + x), round(box["y"] + y))
        mouse.pointer_up()
        actions.perform()

    def fitted(self, size):
        """The canvas's function of a pixel of a picture that is shown whole, and the zoom."""
        box = self["view"].size
        margin = min(56, box["width"] / 16)
        zoom = min((box["width"] - 2 * margin) / size[0], (box["height"] - 2 * margin) / size[1])
        x, y = (box["width"] - size[0] * zoom) / 2, (box["height"] - size[1] * zoom) / 2
        return lambda u, v: (x + u * zoom, y + v * zoom), zoom

    def choose(self, name, value):
        # The input itself lies, unseen, over its label.
        self.driver.find_element(By.CSS_SELECTOR, f"input[name={name}][value={value}]").click()

    def keys(self, *keys, on="view"):
        self.driver.execute_script("document.getElementById(arguments[0]).focus()", on)
        ActionChains(self.driver).send_keys(*keys).perform()

    def type(self, id, text):
        from selenium.webdriver.common.keys import Keys
        self[id].send_keys(Keys.CONTROL, "a")
        self[id].send_keys(str(text), Keys.TAB)

    @property
    def notices(self):
        return [element.text for element in self.driver.find_elements(By.CSS_SELECTOR, ".notice")]

    @property
    def complaints(self):
        """What the console has, but for the answers that a test provokes."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


class PageCase(StudioCase):
    """Tests in one browser."""

    @classmethod
    def setUpClass(cls):
        cls.driver = browser()
        cls.addClassCleanup(cls.driver.quit)

    def page(self, studio):
        page = Page(self.driver, studio)
        self.driver.execute_script("sessionStorage.clear()")
        self.driver.refresh()
        return page

    def placing(self, *pictures):
        """A studio with pictures, and its page in the step in which the object is placed."""
        studio = self.studio(*pictures)
        page = self.page(studio)
        studio.wait(lambda state: state.get("place") and not state["cut"].get("isWorking"))
        until(lambda: page["tab-place"].is_enabled() and page["tab-place"].is_displayed())
        page["tab-place"].click()
        return studio, page

    def check_quiet(self, page):
        self.assertEqual(page.complaints, [])

    def check_accessible(self, where, is_dialog=False, colours_of=None):
        """Asks axe in either scheme. The contrast of all text in the element `colours_of` must have been measured."""
        axe = Axe(self.driver)
        axe.inject()
        # That all is in a landmark is asked of a page, not of a dialog before one.
        options = json.dumps({"resultTypes": ["violations"], "rules": {"region": {"enabled": not is_dialog}}})
        for dark in (False, True):
            scheme(self.driver, dark)
            time.sleep(0.1)
            found = axe.run(options=options)["violations"]
            self.assertEqual([(each["id"], [node["target"] for node in each["nodes"]]) for each in found], [], where)
            if colours_of:
                rule = json.dumps({"runOnly": {"type": "rule", "values": ["color-contrast"]}})
                measured = [node for each in axe.run(f"#{colours_of}", rule)["passes"] for node in each["nodes"]]
                texts = self.driver.find_elements(By.CSS_SELECTOR, f"#{colours_of} span")
                self.assertEqual((len(measured), len(texts) > 0), (len(texts), True), where)
        scheme(self.driver, False)
