"""How the bench writes down a figure, and how it asks inside the world that it measures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.live import settings_of
from tests.support.postgres import ROOT


class Table:
    """Lines of a figure, its bar and whether it is met."""

    def __init__(self) -> None:
        self.failed = 0

    def line(self, name: str, figure: str, bar: str = "", met: bool | None = None) -> None:
        self.failed += met is False
        verdict = {None: "", True: "ok", False: "SHORT"}[met]
        print(f"{name:46} {figure:>34}  {bar:22} {verdict}".rstrip(), flush=True)

    def head(self, words: str) -> None:
        print(f"\n{words}", flush=True)


def inside(site_url: str, var: Path, *words: str) -> Any:
    """What the world's own process answers."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.bench_world", *words]
    told = subprocess.run(
        command, cwd=ROOT, env=settings_of(site_url, var), capture_output=True, text=True
    )
    if told.returncode:
        sys.exit(told.stderr)
    return json.loads(told.stdout.splitlines()[-1])
