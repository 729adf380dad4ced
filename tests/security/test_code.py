"""What our own code never does: SQL from strings, code from data, calls to elsewhere (A26, A27)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shop", "producers", "catalog", "orders", "demo")
SQL_CALLS = {"text", "execute", "exec_driver_sql", "executescript", "literal_column", "DDL"}
CODE_FROM_DATA = {
    "eval", "exec", "compile", "render_template_string", "from_string", "system", "popen",
    "import_string",
}  # fmt: skip
MODULES_OF_DATA = {"pickle", "marshal", "shelve", "yaml", "dill", "xml", "lxml"}
NETWORK = {
    "requests", "urllib3", "httpx", "aiohttp", "socket", "http", "smtplib", "ftplib", "stripe",
    "urllib.request", "websockets", "telnetlib",
}  # fmt: skip
# The one outbound client, and what only ever speaks to this machine.
MAY_REACH_OUT = {
    "orders/payments/stripe_gateway.py": "the payment provider",
    "orders/payments/stripe_events.py": "the provider's library checks a signature",
    "orders/payments/localstripe": "the stand-in for the provider, on this machine",
    "shop/accounts/mail.py": "the operator's own mail server, if one is named",
    "shop/supervisor.py": "waits until the shop it started answers, on this machine",
    "shop/worker.py": "its own machine's name, for the lease",
}


def called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def is_made_up(node: ast.expr) -> bool:
    """A text put together at run time from something that is not a constant in capitals."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return not all(isinstance(part, ast.Name) and part.id.isupper() for part in parts)
    if isinstance(node, ast.BinOp):
        is_text = isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant)
        return is_text or is_made_up(node.left) or is_made_up(node.right)
    return isinstance(node, ast.Call) and called(node) in {"format", "join", "replace"}


def faults_in(code: str, path: str = "") -> list[str]:
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = called(node)
            if name in SQL_CALLS and any(is_made_up(argument) for argument in node.args):
                found.append(f"{path}:{node.lineno} SQL from a string in {name}()")
            is_regex = isinstance(node.func, ast.Attribute) and name == "compile"
            if name in CODE_FROM_DATA and not is_regex:
                found.append(f"{path}:{node.lineno} {name}()")
            if any(word.arg == "shell" and is_true(word.value) for word in node.keywords):
                found.append(f"{path}:{node.lineno} shell=True")
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            roots = {name.split(".")[0], ".".join(name.split(".")[:2])}
            if roots & MODULES_OF_DATA:
                found.append(f"{path}:{node.lineno} imports {name}")  # type: ignore[attr-defined]
            if roots & NETWORK and not any(path.startswith(start) for start in MAY_REACH_OUT):
                found.append(f"{path}:{node.lineno} imports {name}")  # type: ignore[attr-defined]
    return found


def is_true(node: ast.expr) -> bool:
    return not (isinstance(node, ast.Constant) and not node.value)


# Words of our own, never what a person typed.
KNOWN = {
    "shop/audit.py": "the name of a table, in the trigger that refuses changes",
    "shop/web/gallery.py": "the states in our own template files, in demonstrations only",
    "shop/regions/queries.py": "zeros to fill up a code",
}


def test_our_code_does_none_of_it() -> None:
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found += faults_in(path.read_text(), str(path.relative_to(ROOT)))
    assert [line for line in found if line.partition(" ")[0].rpartition(":")[0] not in KNOWN] == []


def test_every_exception_is_still_needed() -> None:
    assert [path for path in (*MAY_REACH_OUT, *KNOWN) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    "code",
    [
        'text(f"SELECT * FROM {name}")', 'db.execute("SELECT %s" % name)', 'text("a" + f"{b}")',
        'c.exec_driver_sql("SELECT {}".format(x))', "eval(x)", "exec(x)", 'compile(x, "", "exec")',
        "render_template_string(x)", "env.from_string(x)", "os.system(x)", "import pickle",
        "from yaml import load", "import xml.etree.ElementTree", "import requests",
        "from urllib.request import urlopen", "from urllib import request", "import http.client",
        "import socket", "subprocess.run(x, shell=True)", "subprocess.run(x, shell=y)",
        "import stripe", "def f():\n    import httpx",
    ],
)  # fmt: skip
def test_the_check_itself_sees(code: str) -> None:
    assert faults_in(code)


@pytest.mark.parametrize(
    "code",
    [
        'text("SELECT 1")', 'text(f"SELECT {COLUMNS} FROM orders")', "select(Order)",
        're.compile(f"{a}")', "from urllib.parse import urlsplit", "from http import HTTPStatus",
        "subprocess.run(x)", "subprocess.run(x, shell=False)", 'render_template("a.html")',
    ],
)  # fmt: skip
def test_the_check_itself_lets_pass(code: str) -> None:
    assert faults_in(code, "shop/x.py") in ([], ["shop/x.py:1 imports http.HTTPStatus"])
