"""The bench's figures of the face: first visits in a real browser, and rendering alone."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.bench_table import Table, inside
from tests.support.first_visit import (
    FAST_4G,
    KILOBYTE,
    LONGEST_PAINT,
    MOST_BYTES,
    MOST_CSS,
    MOST_REQUESTS,
    MOST_SCRIPT,
    MOST_SHIFT,
    SLOW_4G,
    SLOWER,
    compressed,
    first_visit,
)
from tests.support.guide import Guide
from tests.support.live import Site, sqlite_url
from tests.support.pages import page_named
from tests.support.rendering import MOST_MILLISECONDS
from tests.support.steps import chromium, ensure_chromium


def measure_first_visits(table: Table, site: Site) -> None:
    """What a browser needs that was never here before; the largest paint is the median of three."""
    ensure_chromium(whole=True)
    path = chromium(whole=True)
    table.head(
        f"First visits in {Path(path or 'chromium').name}, a phone's window, processor {SLOWER} times slower for the "
        f"paints;\nwhole demonstration on SQLite; load average {os.getloadavg()[0]:.1f}"
    )
    guide = Guide(site.base)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name in ("home", "listing", "product"):
            url = guide.base + guide.address(page_named(name))
            plain, sizes = first_visit(browser, url), compressed(browser, url)
            table.line(f"{name}: over the wire", f"{plain.wire / KILOBYTE:.0f} KB",
                       f"≤ {MOST_BYTES // KILOBYTE} KB", plain.wire <= MOST_BYTES)  # fmt: skip
            table.line("  of it (KB)", plain.parts)
            table.line("  requests", str(plain.requests), f"≤ {MOST_REQUESTS}",
                       plain.requests <= MOST_REQUESTS)  # fmt: skip
            for kind, most in (("stylesheet", MOST_CSS), ("script", MOST_SCRIPT)):
                table.line(f"  {kind}, compressed", f"{sizes[kind] / KILOBYTE:.1f} KB",
                           f"≤ {most // KILOBYTE} KB", sizes[kind] <= most)  # fmt: skip
            table.line("  layout shift", f"{plain.shift:.4f}", f"< {MOST_SHIFT}",
                       plain.shift < MOST_SHIFT)  # fmt: skip
            for network in (FAST_4G, SLOW_4G):
                paints = sorted(first_visit(browser, url, network).paint for _ in range(3))
                bar, met = "", None
                if network is FAST_4G:
                    bar, met = f"< {LONGEST_PAINT} s", paints[1] < LONGEST_PAINT
                table.line(f"  largest paint, {network.name}", f"{paints[1]:.2f} s", bar, met)
        browser.close()


def measure_rendering(table: Table, world: Path, place: Path) -> None:
    """Templates alone, in one process, with the values of a real request."""
    shutil.copytree(world, place, symlinks=True)
    told = inside(sqlite_url(place), place, "rendering")
    table.head(f"Rendering the first listing page; load average {os.getloadavg()[0]:.1f}")
    table.line("bare page", f"{told['bare']:.3f} ms")
    served = told["catalog/kept.html"]
    table.line("templates of the listing as served", f"{served[0]:.2f} ms",
               f"≤ {MOST_MILLISECONDS:.0f} ms", served[0] <= MOST_MILLISECONDS)  # fmt: skip
    made = told["catalog/_listing.html"]
    table.line("  its 24 products, once for all visitors", f"{made[0]:.2f} ms")
    asked = served[1] + made[1]
    table.line("  SQL queries while rendering", str(asked), "0", asked == 0)
