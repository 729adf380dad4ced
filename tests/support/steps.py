"""The steps of bin/test, each with its name, its time and its result."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.postgres import ROOT, Server

BIN = Path(sys.executable).parent
CODE = (
    "shop",
    "producers",
    "catalog",
    "orders",
    "demo",
    "tests",
    "migrations",
    "wsgi.py",
    "gunicorn.conf.py",
)
MIGRATIONS = "tests/architecture/test_migrations.py"
WORKERS = str(min(os.cpu_count() or 2, 4))
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same engine without the windows: it opens a page in half the time."""


@dataclass
class Step:
    """A named check: commands run one after the other, all of them even if one fails."""

    name: str
    commands: list[list[str]]
    settings: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], str | None] = lambda: None


@dataclass
class Result:
    name: str
    seconds: float
    outcome: str

    @property
    def failed(self) -> bool:
        return self.outcome != "passed"


def tool(name: str, *words: str) -> list[str]:
    return [str(BIN / name), *words]


def tests(*words: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *words]


def chromium(*, whole: bool = False) -> str | None:
    """The browser for the tests; `whole`: rather the one with windows, which people have.

    They differ in how far ahead pictures are loaded, which the bench measures.
    """
    names = (*CHROMIUM_NAMES[1:], CHROMIUM_NAMES[0]) if whole else CHROMIUM_NAMES
    return next((path for name in names if (path := shutil.which(name))), None)


def ensure_chromium(*, whole: bool = False) -> str | None:
    """None when a browser is there; otherwise what stands in the way, in words.

    `whole`: the one with windows is got if that is possible; without it the other one will do.
    """
    wanted = CHROMIUM_NAMES[1:] if whole else CHROMIUM_NAMES
    if any(shutil.which(name) for name in wanted):
        return None
    if os.getuid() == 0 and shutil.which("apt-get"):
        print("installing Debian's chromium and a Chinese font ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["install", "-yq", "--no-install-recommends", "fonts-noto-cjk"]
        subprocess.run(["apt-get", "update", "-q"], env=environment, check=False)
        for name in wanted[:2]:
            subprocess.run(["apt-get", *install, name], env=environment, check=False)
            if shutil.which(name):
                return None
    if chromium():
        return None
    return "没有测试浏览器页面：请安装 chromium · not tested in a browser: install chromium"


def all_steps(*, long: bool) -> list[Step]:
    parallel = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
    everyday = "not browser" if long else "not browser and not long"
    suite = [*parallel, "-m", everyday, f"--ignore={MIGRATIONS}"]
    return [
        Step("format", [tool("ruff", "format", "--check", *CODE)]),
        Step("lint", [tool("ruff", "check", *CODE)]),
        Step("templates", [tool("djlint", "templates", "--lint", "--quiet")]),
        Step("types", [tool("mypy")]),
        Step("contracts", [tool("lint-imports", "--no-logo")]),
        Step("migrations", [tests(MIGRATIONS, "-n", WORKERS, "--dist", "worksteal")]),
        Step("translations", [[sys.executable, "-m", "tests.support.translations"]]),
        Step("tests on SQLite", [tests(*suite)], {"TEST_DATABASE": "sqlite"}),
        Step("tests on PostgreSQL", [tests(*suite, "--once")], {"TEST_DATABASE": "postgresql"}),
        Step(
            "browser",
            [tests("tests/journeys/browser", "-m", "browser", "-n", "2", "--dist", "worksteal")],
            {"TEST_DATABASE": "sqlite"},
            ready=ensure_chromium,
        ),
    ]


def run(step: Step) -> Result:
    print(f"\n── {step.name} " + "─" * (70 - len(step.name)), flush=True)
    begun = time.monotonic()
    if obstacle := step.ready():
        print(obstacle, flush=True)
        return Result(step.name, time.monotonic() - begun, "not run")
    settings = {**os.environ, **step.settings}
    codes = [subprocess.run(line, cwd=ROOT, env=settings).returncode for line in step.commands]
    seconds = time.monotonic() - begun
    outcome = "FAILED" if any(codes) else "passed"
    print(f"{step.name}: {outcome} in {seconds:.1f} s", flush=True)
    return Result(step.name, seconds, outcome)


def summarise(results: list[Result]) -> None:
    print("\n── summary " + "─" * 63)
    for result in results:
        print(f"{result.name:22} {result.outcome:8} {result.seconds:8.1f} s")
    print(f"{'together':22} {'':8} {sum(result.seconds for result in results):8.1f} s", flush=True)


def chosen(options: argparse.Namespace) -> list[Step]:
    steps = all_steps(long=options.long)
    if options.steps:
        wanted = [step for step in steps if any(step.name.endswith(word) for word in options.steps)]
        if not wanted:
            sys.exit(f"no such step; there are: {', '.join(step.name for step in steps)}")
        return wanted
    return [step for step in steps if not (options.fast and step.name == "browser")]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/test", description="Every check of the project.")
    parser.add_argument("--fast", action="store_true", help="leave the browser out")
    parser.add_argument("--long", action="store_true", help="with the checks that take minutes")
    parser.add_argument("steps", nargs="*", help="only these, by the end of their names")
    steps = chosen(parser.parse_args())
    with ExitStack() as stack:
        if any(step.name in {"migrations", "tests on PostgreSQL"} for step in steps):
            server = Server()
            stack.callback(server.stop)
            os.environ["TEST_POSTGRES_URL"] = server.url
        results = [run(step) for step in steps]
    summarise(results)
    in_ci = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
    bad = [result for result in results if result.outcome == "FAILED"]
    untested = [result for result in results if result.outcome == "not run"]
    if untested:
        print("not tested: " + ", ".join(result.name for result in untested))
    return 1 if bad or (untested and in_ci) else 0


if __name__ == "__main__":
    sys.exit(main())
