"""What a process that answers pages loads; each of its copies pays for it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.postgres import ROOT

LARGE = ("pypinyin",)
"""Dictionaries that only indexing and loading the divisions need."""


def test_answering_pages_loads_no_dictionary_of_pinyin(tmp_path: Path) -> None:
    told = "import sys, wsgi; print([name for name in sys.argv[1:] if name in sys.modules])"
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}", "VAR_DIR": str(tmp_path)}
    loaded = subprocess.run(
        [sys.executable, "-c", told, *LARGE],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True,
    )  # fmt: skip
    assert (loaded.stdout, loaded.returncode) == ("[]\n", 0), loaded.stderr
