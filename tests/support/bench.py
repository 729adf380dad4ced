"""All figures of one run, beside a bare Flask page under the same server: what bin/bench prints."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from sqlalchemy import make_url

from shop import clock
from tests.support.bench_browser import measure_first_visits, measure_rendering
from tests.support.bench_table import Table, inside
from tests.support.live import (
    Site,
    answers,
    build_world,
    free_port,
    kept_world,
    process,
    running,
    settings_of,
    sqlite_url,
)
from tests.support.load import (
    CLIENTS,
    Shopper,
    client_name,
    first_product,
    order_for,
    pages_per_second,
    percentile,
    run_together,
    rush,
    sign_in,
)
from tests.support.postgres import ROOT, Server, sqlalchemy_url

VAR = ROOT / "var" / "bench"
PARTS = ["pages", "queries", "browser", "sqlite", "postgresql"]
MOST_QUERIES, MOST_MEMORY, LEAST_ORDERS, RUSH, LONGEST_RUSH = 12, 250, 25, 200, 15
PAGES = (
    ("product page, visitor", None, "product", 10),
    ("first listing page, visitor", None, "/products", 10),
    ("first listing page, signed in", "consumer", "/products", 16),
    ("home, visitor", None, "/", None),
    ("search, visitor", None, f"/search?q={quote('小米')}", None),
    ("official's totals, signed in", "official", "/official/totals", None),
)


def invariants_hold(url: str, var: Path) -> tuple[bool, str]:
    command = [sys.executable, "-m", "flask", "check-invariants"]
    told = subprocess.run(
        command, cwd=ROOT, env=settings_of(url, var), capture_output=True, text=True
    )
    states = dict(re.findall(r"^(I\d+)\s+(ok|\d+ broken)", told.stdout, re.MULTILINE))
    broken = [name for name, state in states.items() if state != "ok"]
    return states.get("I1") == "ok" and not broken, ", ".join(broken) or "all hold"


@contextmanager
def bare() -> Iterator[str]:
    port = free_port()
    words = ["-m", "gunicorn", "-c", "gunicorn.conf.py", "tests.support.bare:app"]
    with process("bare", words, {**os.environ, "PORT": str(port)}, VAR):
        while not answers(f"http://127.0.0.1:{port}/"):
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"


def workers_of(parent: int) -> list[Path]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [Path("/proc") / pid for pid in children]


def peak_memory(parent: int) -> int:
    """The largest resident size that a worker of this server has had, in MiB."""
    told = [(worker / "status").read_text() for worker in workers_of(parent)]
    sizes = [re.search(r"VmHWM:\s+(\d+)", text) for text in told]
    return max(int(size[1]) for size in sizes if size) // 1024


def processor_time(parent: int) -> float:
    """Seconds that the workers have computed so far: what other load cannot stretch much."""
    fields = [
        (worker / "stat").read_text().rpartition(")")[2].split() for worker in workers_of(parent)
    ]
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def measure_pages(table: Table, site: Site, seconds: int) -> None:
    """The bare page is measured before and after the others; the mean of both is the yardstick."""
    table.head(
        f"Pages per second: {client_name()}, {CLIENTS} connections, {seconds} s each after 2 s of "
        f"warming, whole demonstration on SQLite; load average {os.getloadavg()[0]:.1f}"
    )
    cookies = {name: sign_in(site.base, name) for _, name, _, _ in PAGES if name}
    paths = {"product": first_product(site.base)}
    with bare() as yardstick:
        pages_per_second(yardstick, "/", "", 2)
        around = [pages_per_second(yardstick, "/", "", seconds)]
        rates = []
        for _, person, path, _ in PAGES:
            asked = site.base, paths.get(path, path), cookies.get(person or "", "")
            pages_per_second(*asked, 2)
            rates.append(pages_per_second(*asked, seconds))
        around.append(pages_per_second(yardstick, "/", "", seconds))
    plain = sum(around) / 2
    table.line("bare Flask page", f"{around[0]:.0f} and {around[1]:.0f} /s")
    for (name, _, _, bar), rate in zip(PAGES, rates, strict=True):
        share = plain / max(rate, 0.01)
        met = None if bar is None else share <= bar
        table.line(name, f"{rate:.0f} /s = 1/{share:.1f}", f"≥ 1/{bar}" if bar else "", met)


def measure_queries(table: Table, worlds: dict[str, Path]) -> None:
    table.head("SQL queries per page, counted in one process at the first request of each page")
    for name, folder in worlds.items():
        place = VAR / "queries"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder, place, symlinks=True)
        counts = inside(sqlite_url(place), place, "queries")
        known = {page: count for page, count in counts.items() if count is not None}
        most = max(known.values())
        worst = ", ".join(page for page, count in known.items() if count == most)
        table.line(f"most of {len(known)} pages, {name} world", f"{most} ({worst})"[:34],
                   f"≤ {MOST_QUERIES}", most <= MOST_QUERIES)  # fmt: skip
        for page, count in known.items():
            if count > MOST_QUERIES:
                table.line(f"  {page}", str(count), f"≤ {MOST_QUERIES}", False)


def measure_orders(table: Table, site: Site, kind: str, seconds: int) -> None:
    """Ordering for a while, then a rush for what is scarce, then what must always hold."""
    table.head(
        f"Orders on {kind}: each is POST /cart/lines and POST /checkout/placement with a payment "
        f"session\nof the local Stripe-compatible server; {CLIENTS} clients for {seconds} s, "
        f"{CLIENTS} offers of as many sellers;\ngunicorn {os.environ.get('WEB_WORKERS', '2')} × "
        f"{os.environ.get('WEB_THREADS', '8')} threads, background worker "
        f"running; load average {os.getloadavg()[0]:.1f}"
    )
    made = inside(site.url, site.var, "prepare")
    cookies = made["cookies"]
    regulars = [
        Shopper(site.base, cookie, offer, quantity)
        for cookie, (offer, quantity) in zip(cookies[:CLIENTS], made["offers"], strict=True)
    ]
    many = [Shopper(site.base, cookie, made["scarce"], 1) for cookie in cookies[CLIENTS:]]
    for shopper in regulars:
        shopper.prepare()
        shopper.place_order()
    computed = processor_time(site.web)
    found = order_for(regulars, site.stripe, seconds)
    computed = processor_time(site.web) - computed
    table.line("orders placed", f"{found.placed} = {found.rate:.1f} /s", f"≥ {LEAST_ORDERS} /s",
               found.rate >= LEAST_ORDERS)  # fmt: skip
    table.line("processor time of the web workers per order",
               f"{computed / max(found.placed, 1) * 1000:.0f} ms")  # fmt: skip
    both, alone = percentile(found.both, 95), percentile(found.placement, 95)
    table.line("p95 of both requests · of the placement", f"{both:.3f} s · {alone:.3f} s")
    wrong = found.faults + ["sold out"] * found.sold_out
    table.line("answers other than 2xx and 3xx", str(len(wrong)), "0", not wrong)
    halves = [many[n::CLIENTS] for n in range(CLIENTS)]
    run_together([lambda part=part: [each.prepare() for each in part] for part in halves])  # type: ignore[misc]
    hurried = rush(many, site.stripe)
    remaining = inside(site.url, site.var, "left", made["scarce"])
    exact = (hurried.placed, hurried.sold_out, remaining, len(hurried.faults)) == (50, 150, 0, 0)
    table.line(f"{RUSH} buyers at once for 50 units",
               f"{hurried.placed} got one, {hurried.sold_out} sold out", "50 and 150", exact)  # fmt: skip
    table.line("  left on the shelf · other answers", f"{remaining} · {len(hurried.faults)}",
               "0 · 0", not remaining and not hurried.faults)  # fmt: skip
    slow = percentile(hurried.placement, 95)
    table.line("  took · p95", f"{hurried.seconds:.1f} s · {slow:.1f} s", f"≤ {LONGEST_RUSH} s",
               hurried.seconds <= LONGEST_RUSH)  # fmt: skip
    for fault in [*found.faults[:3], *hurried.faults[:3]]:
        print(f"    {fault}")
    memory = peak_memory(site.web)
    table.line("peak memory of a worker under this load", f"{memory} MiB", f"≤ {MOST_MEMORY} MiB",
               memory <= MOST_MEMORY)  # fmt: skip
    held, broken = invariants_hold(site.url, site.var)
    table.line("check-invariants afterwards", broken, "all hold", held)


@contextmanager
def on_sqlite(world: Path) -> Iterator[Site]:
    place = VAR / "sqlite"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(world, place, symlinks=True)
    with running(sqlite_url(place), place) as site:
        yield site


@contextmanager
def on_postgresql() -> Iterator[Site]:
    """A database of its own on a server that waits for the disk at every commit."""
    server, name = Server(durable=True), f"xiangyuan_bench_{os.getpid()}"
    plain = make_url(server.url).set(drivername="postgresql")
    uri = plain.render_as_string(hide_password=False)
    place = VAR / "postgresql"
    shutil.rmtree(place, ignore_errors=True)
    try:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        url = sqlalchemy_url(uri, name)
        build_world(url, place, "--until", clock.today().isoformat())
        with running(url, place) as site:
            yield site
    finally:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description="The figures of one run.")
    parser.add_argument("--seconds", type=int, default=8, help="for each page")
    parser.add_argument("--ordering", type=int, default=20, help="seconds of ordering")
    parser.add_argument("parts", nargs="*", help=f"{' '.join(PARTS)}; all if not given")
    options = parser.parse_args()
    wanted = options.parts or PARTS
    begun, table = time.monotonic(), Table()
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    whole = kept_world()
    if "queries" in wanted:
        measure_queries(table, {"small": kept_world("--small"), "whole": whole})
    if "pages" in wanted:
        with on_sqlite(whole) as site:
            measure_pages(table, site, options.seconds)
            table.line("peak memory of a worker over all these", f"{peak_memory(site.web)} MiB")
    if "browser" in wanted:
        measure_rendering(table, whole, VAR / "rendering")
        with on_sqlite(whole) as site:
            measure_first_visits(table, site)
    if "sqlite" in wanted:
        with on_sqlite(whole) as site:
            measure_orders(table, site, "SQLite (synchronous=FULL)", options.ordering)
    if "postgresql" in wanted:
        with on_postgresql() as site:
            measure_orders(
                table, site, "PostgreSQL (fsync, synchronous_commit on)", options.ordering
            )
    print(f"\n{time.monotonic() - begun:.0f} s; {table.failed} short of their bar")
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
