"""Every template compiles, and none carries script or style of its own."""

import re
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
INLINE = {
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    # an import map has no src; it runs nothing, and carries the nonce
    "script without src": re.compile(
        r"<script\b(?![^>]*\b(?:src=|type=\"importmap\" nonce=))", re.I
    ),
    "javascript address": re.compile(r"=\s*[\"']?javascript:", re.IGNORECASE),
    "foreign address": re.compile(r"<(?:script|link|img)[^>]+(?:src|href)=[\"'](?:https?:)?//"),
    "unescaped value": re.compile(r"\|\s*safe\b"),
}


def names() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*"))


def inline_in(source: str) -> list[str]:
    without_values = JINJA.sub(lambda found: found[0] if "safe" in found[0] else "x", source)
    return [what for what, pattern in INLINE.items() if pattern.search(without_values)]


@pytest.mark.parametrize("name", names())
def test_a_template_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", names())
def test_a_template_has_nothing_inline(name: str) -> None:
    assert inline_in((TEMPLATES / name).read_text()) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<p style="color:red">', "style attribute"),
        ('<a href="/" onclick="x()">', "event attribute"),
        ("<script>x()</script>", "script without src"),
        ("{{ text|safe }}", "unescaped value"),
        ('<img src="https://example.org/a.png">', "foreign address"),
    ],
)
def test_the_check_itself_sees_inline_things(source: str, expected: str) -> None:
    assert inline_in(source) == [expected]


def test_the_check_itself_lets_a_module_with_nonce_pass() -> None:
    assert inline_in('<script type="module" src="{{ asset("a.js") }}" nonce="{{ n() }}">') == []
