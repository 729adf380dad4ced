"""A person without a mouse: Tab, arrows, Enter, and always a focus that can be seen."""

from playwright.sync_api import Locator

from tests.support.visitor import Visitor

MOST_TABS = 250
NO_POINTER = """addEventListener(
    'pointerdown', () => console.error('a pointer was used'), { capture: true })"""

# What is wrong with the focus as it is: it must be drawn, and nothing may lie on what has it.
FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return '';  // past the last control
    const name = one.cloneNode(false).outerHTML.slice(0, 120);
    const has = (part) => part.outlineStyle !== 'none' && parseFloat(part.outlineWidth) > 0;
    const around = [];
    for (let up = one.parentElement; up && around.length < 5; up = up.parentElement) around.push(up);
    const drawn = [one, ...(one.labels || []), ...around];
    // Inside a date field the browser itself marks the year, the month or the day.
    if (one.type === 'date' && !one.matches(':focus-visible')) return '';
    if (!one.matches(':focus-visible')) return 'the focus is not shown: ' + name;
    if (!drawn.some((part) => has(getComputedStyle(part)))) return 'no outline: ' + name;
    const r = one.getBoundingClientRect();
    const left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth);
    const top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
    if (right - left < 1 || bottom - top < 1) return 'outside the window: ' + name;
    const boxes = [...one.getClientRects()];
    const points = boxes.flatMap((b) => [0.15, 0.5, 0.85].map((share) =>
        [b.left + b.width * share, Math.min(Math.max(b.top + b.height / 2, 0), innerHeight - 1)]));
    const free = points.some(([x, y]) => {
        const there = document.elementFromPoint(x, y);
        return there && (one.contains(there) || there.contains(one)
            || [...(one.labels || [])].some((label) => label.contains(there)));
    });
    return free ? '' : 'covered: ' + name;
}"""


class Keys:
    """Works a visitor's page by keyboard alone; a use of the mouse is a fault of the visit."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.page.add_init_script(NO_POINTER)
        self.page.emulate_media(reduced_motion="reduce")  # what has the focus is there at once

    def tab_to(self, place: Locator, *, is_ours: bool = True) -> None:
        """Press Tab until this has the focus; on the way every focus of our pages must be seen."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if is_ours and (fault := self.page.evaluate(FOCUS)):
                self.visitor.watch.note(f"focus: {fault}")
            if place.count() and place.first.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"{self.page.url}: Tab does not reach {place}")

    def write(self, place: Locator, words: str) -> None:
        """Into the field, over what stood there."""
        self.tab_to(place)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def choose(self, place: Locator, label: str) -> None:
        """In a closed list the arrow keys go from one choice to the next."""
        self.tab_to(place)
        self.page.keyboard.press("Home")
        for _ in range(place.locator("option").count()):
            if place.evaluate("one => one.selectedOptions[0].label.trim()") == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{place} has no {label}")

    def tick(self, place: Locator) -> None:
        self.tab_to(place)
        self.page.keyboard.press("Space")

    def start(self, path: str) -> None:
        """Where a journey begins: the address is typed."""
        self.page.goto(self.visitor.site.base + path)

    def enter(self, place: Locator, *, is_ours: bool = True) -> None:
        """Follow or press it with the Enter key."""
        self.tab_to(place, is_ours=is_ours)
        self.send()

    def send(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.visitor.look()

    def sign_in(self, email: str, password: str) -> None:
        self.start("/sign-in")
        self.write(self.page.locator("#email"), email)
        self.write(self.page.locator("#password"), password)
        self.send()
