"""What a person can take back, and do without a mouse."""

import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from studio import PAINTING, PHOTOGRAPH, PageCase


class HandTests(PageCase):
    def control(self, key):
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys(key).key_up(Keys.CONTROL).perform()

    def test_place_and_settings_are_undone_and_done_again(self):
        studio, page = self.placing(PAINTING, PHOTOGRAPH)
        self.assertFalse(page["place-undo"].is_enabled())
        first = studio.state
        page.type("place-x", 33)
        # A slider that is moved on is one change.
        page.keys(*3 * [Keys.ARROW_RIGHT], on="detail")
        studio.wait(lambda state: state["settings"]["detail"] == 0.65)
        page.choose("colours", "own")
        page.choose("quality", "draft")
        page["place-flip"].click()
        last = studio.wait(lambda state: state["place"]["flip"] and state["settings"]["quality"] == "draft")
        self.assertFalse(page["place-redo"].is_enabled())
        page["place-undo"].click()
        studio.wait(lambda state: not state["place"]["flip"])
        self.control("z")
        studio.wait(lambda state: state["settings"]["quality"] == "normal")
        page["place-undo"].click()
        state = studio.wait(lambda state: not state["settings"]["ownColors"])
        self.assertEqual(state["settings"]["detail"], 0.65)
        page["place-undo"].click()
        state = studio.wait(lambda state: state["settings"]["detail"] == 0.5)
        self.assertEqual(page["detail-value"].text, "50 %")
        self.assertEqual(state["place"]["x"], 33)
        page["place-undo"].click()
        studio.wait(lambda state: (state["place"], state["settings"]) == (first["place"], first["settings"]))
        self.assertFalse(page["place-undo"].is_enabled())
        for _ in range(4):
            page["place-redo"].click()
        self.control("y")
        studio.wait(lambda state: (state["place"], state["settings"]) == (last["place"], last["settings"]))
        self.assertFalse(page["place-redo"].is_enabled())
        # Something else instead: what was undone is gone.
        page["place-undo"].click()
        page.type("place-rotate", 45)
        studio.wait(lambda state: state["place"]["rotate"] == 45 and not state["place"]["flip"])
        self.assertFalse(page["place-redo"].is_enabled())
        self.check_quiet(page)

    def test_the_box_by_keys_and_by_its_corners(self):
        studio = self.studio(PAINTING, PHOTOGRAPH)
        page = self.page(studio)
        studio.wait(lambda state: state.get("object") and not state["cut"].get("isWorking"))
        # The first one is what is taken without a box; one step is a fiftieth of the photograph's height.
        page.keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
        studio.wait(lambda state: state["cut"].get("box") == [30, 36, 396, 360])
        self.driver.execute_script("document.getElementById('view').focus()")
        ActionChains(self.driver).key_down(Keys.SHIFT).send_keys(*2 * [Keys.ARROW_LEFT], Keys.ARROW_UP) \
            .key_up(Keys.SHIFT).perform()
        studio.wait(lambda state: state["cut"].get("box") == [30, 36, 380, 352])
        # It stays in the photograph, however often a key is pressed.
        page.keys(*20 * [Keys.ARROW_DOWN])
        sized = studio.wait(lambda state: state["cut"]["box"] == [30, 48, 380, 352] and not state["cut"].get("isWorking"))
        self.assertEqual(sized["object"]["kind"], "cut")
        at, _ = page.fitted((440, 400))
        page.drag(at(410, 400), at(380, 380), at(350, 340))
        state = studio.wait(lambda state: state["cut"]["box"][2:] != [380, 352])
        for value, wanted in zip(state["cut"]["box"], (30, 48, 320, 292)):
            self.assertAlmostEqual(value, wanted, delta=2)
        page["undo"].click()
        studio.wait(lambda state: state["cut"]["box"] == [30, 48, 380, 352])
        while page["undo"].is_enabled():
            page["undo"].click()
        studio.wait(lambda state: state["cut"].get("box") is None)
        page["redo"].click()
        studio.wait(lambda state: state["cut"].get("box"))
        self.check_quiet(page)


if __name__ == "__main__":
    unittest.main()
