"""Pictures of every kind of page in every width, theme and language: what bin/shots runs."""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.guide import Guide
from tests.support.live import scratch_site
from tests.support.look import HEIGHT
from tests.support.pages import EVERYTHING, PageType
from tests.support.postgres import ROOT
from tests.support.shots_index import Picture, write_index
from tests.support.steps import chromium

WIDTHS, THEMES, LANGUAGES = (390, 768, 1440), ("light", "dark"), ("zh", "en")
TALLEST = 6000  # pixels of one picture
OUT = ROOT / "shots"
BRING_PICTURES = """async () => {
    const all = [...document.images];
    all.forEach(image => { image.loading = 'eager'; });
    await Promise.all(all.map(image => image.decode().catch(() => null)));
    await document.fonts.ready;
}"""


@dataclass(frozen=True)
class Plan:
    """Which pictures of each page: one load of a page in a language serves them all."""

    widths: tuple[int, ...] = WIDTHS
    themes: tuple[str, ...] = THEMES
    languages: tuple[str, ...] = LANGUAGES


QUICK = Plan((390, 1440), ("light",), ("zh",))


class Photographer:
    """One browser; each person signs in once."""

    def __init__(self, browser: Browser, guide: Guide, out: Path, plan: Plan) -> None:
        self.browser, self.guide, self.out, self.plan = browser, guide, out, plan
        self.contexts: dict[tuple[str | None, str], BrowserContext] = {}

    def tab(self, person: str | None, language: str) -> Page:
        key = person, language
        if key not in self.contexts:
            self.contexts[key] = self.guide.context(self.browser, *key, reduced_motion="reduce")
        return self.contexts[key].new_page()

    def take(self, page: PageType, language: str) -> list[Picture]:
        """Raises LookupError where a link to follow is missing."""
        tab, taken = self.tab(page.person, language), []
        tab.set_viewport_size({"width": max(self.plan.widths), "height": HEIGHT})
        self.guide.open(tab, page)
        tab.wait_for_load_state("load")
        tab.evaluate(BRING_PICTURES)
        for width in self.plan.widths:
            tab.set_viewport_size({"width": width, "height": HEIGHT})
            # In a window as tall as the page, what is fixed to its edge stands where the page ends.
            height = tab.evaluate("document.documentElement.scrollHeight")
            tall = max(HEIGHT, min(height, TALLEST))
            tab.set_viewport_size({"width": width, "height": tall})
            for theme in self.plan.themes:
                tab.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                picture = Picture(page.name, width, theme, language)
                tab.screenshot(path=self.out / picture.file)
                taken.append(picture)
        tab.close()
        return taken


def photograph(
    base: str, pages: list[PageType], out: Path, plan: Plan, language: str
) -> tuple[list[Picture], list[str]]:
    """All pages in one language: the pictures, and in words what could not be taken."""
    taken: list[Picture] = []
    missing: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        photographer = Photographer(browser, Guide(base), out, plan)
        for page in pages:
            begun = time.monotonic()
            try:
                taken += photographer.take(page, language)
            except LookupError as reason:
                missing.append(str(reason))
            print(f"{page.name:28}{language}{time.monotonic() - begun:6.1f} s", flush=True)
        browser.close()
    return taken, missing


def take_all(base: str, pages: list[PageType], out: Path, plan: Plan) -> list[str]:
    """Take the pictures, a browser for each language, and write the index."""
    out.mkdir(parents=True, exist_ok=True)
    if len(pages) == len(EVERYTHING):
        for old in [*out.glob("*.png"), *out.glob("*.html")]:
            old.unlink()
    with ThreadPoolExecutor(len(plan.languages)) as browsers:
        done = list(
            browsers.map(lambda one: photograph(base, pages, out, plan, one), plan.languages)
        )
    write_index(out, pages, [shot for taken, _ in done for shot in taken])
    return sorted({line for _, missing in done for line in missing})


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/shots", description="Pictures of the pages.")
    parser.add_argument("--base", help="address of a running demonstration; else one is started")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--quick", action="store_true", help="390 and 1440 px, light, Chinese")
    parser.add_argument("--small", action="store_true", help="of the tests' small world")
    parser.add_argument("names", nargs="*", help="only pages whose names begin so")
    options = parser.parse_args()
    pages = [
        page
        for page in EVERYTHING
        if not options.names or any(page.name.startswith(name) for name in options.names)
    ]
    if not pages:
        sys.exit("没有这样的页面 · no such page: " + ", ".join(page.name for page in EVERYTHING))
    if chromium() is None:
        sys.exit("没有找到浏览器，请安装 chromium · no browser found: install chromium")
    with ExitStack() as stack:
        base = options.base
        if not base:
            words = ["--small"] if options.small else []
            base = stack.enter_context(scratch_site(ROOT / "var" / "shots", *words)).base
        missing = take_all(base, pages, options.out, QUICK if options.quick else Plan())
    for line in missing:
        print(line)
    print(f"{options.out / 'index.html'}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
