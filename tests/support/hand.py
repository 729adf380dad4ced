"""Counts what a practised person's hand does: every click, tap and key that acts."""

from playwright.sync_api import Locator

from tests.support.visitor import Visitor


class Hand:
    """Does things on a visitor's page and counts them.

    A tap is one. Writing is one for getting into the field, none where the page put the cursor
    there; the letters are not counted. Choosing from a list is two: opening it and choosing. A key
    that sends or moves is one.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.done: list[str] = []

    @property
    def count(self) -> int:
        return len(self.done)

    def tap(self, place: Locator, *, leads_on: bool = True) -> None:
        """Click or tap; `leads_on` when another page, or this one anew, follows."""
        self._note("tap", place)
        if leads_on:
            with self.visitor.page.expect_navigation():
                place.click()
            self.visitor.look()
        else:
            place.click()

    def write(self, place: Locator, words: str) -> None:
        if not place.evaluate("one => one === document.activeElement"):
            self._note("into", place)
            place.click()
        place.fill(words)

    def choose(self, place: Locator, label: str) -> None:
        self._note("open", place)
        self._note("choose", place)
        place.select_option(label=label)

    def press(self, key: str, *, leads_on: bool = True) -> None:
        self.done.append(f"key {key}")
        if leads_on:
            with self.visitor.page.expect_navigation():
                self.visitor.page.keyboard.press(key)
            self.visitor.look()
        else:
            self.visitor.page.keyboard.press(key)

    def _note(self, what: str, place: Locator) -> None:
        words = " ".join((place.text_content() or "").split())[:30]
        named = words or place.get_attribute("aria-label") or place.get_attribute("name") or ""
        self.done.append(f"{what} “{named}”")

    def story(self) -> str:
        return f"{self.count}: " + " → ".join(self.done)
