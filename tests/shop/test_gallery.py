"""The gallery shows every component: nobody can add one without its states."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, meta

from shop.app import create_app
from shop.web.gallery import State, components_in, states_in
from shop.web.gallery_samples import samples
from tests.support.page import PageClient
from tests.support.postgres import ROOT

COMPONENTS, STATES = ROOT / "templates" / "components", ROOT / "templates" / "gallery"
MACRO = re.compile(r"\{%-?\s*macro\s+([a-z]\w*)\s*\(")
SETTING = {
    "XIANGYUAN_ENV": "production", "SECRET_KEY": "x" * 40, "FINGERPRINT_KEY": "y" * 40,
    "PUBLIC_URL": "https://shop.example", "STRIPE_SECRET_KEY": "sk_live_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}  # fmt: skip


def macros_in(source: str) -> list[str]:
    """The names of a file's macros for pages; those that begin with _ are its own affair."""
    return MACRO.findall(source)


def shown_in(states: list[State]) -> set[str]:
    """Every name that a state calls."""
    return {name for state in states for name in re.findall(r"\b([a-z_]\w*)\s*\(", state.code)}


def not_shown(components: Path, gallery: Path) -> list[str]:
    missing = []
    for file in sorted(components.glob("[!_]*.html")):
        page = gallery / file.name
        shown = shown_in(states_in(page.read_text())) if page.exists() else set()
        missing += [
            f"{file.stem}.{name}" for name in macros_in(file.read_text()) if name not in shown
        ]
    return missing


def test_every_component_is_shown() -> None:
    assert not_shown(COMPONENTS, STATES) == []


def test_the_check_itself_sees_a_component_without_states(tmp_path: Path) -> None:
    components, gallery = tmp_path / "components", tmp_path / "gallery"
    components.mkdir()
    gallery.mkdir()
    (components / "new.html").write_text("{% macro badge(x) -%}{% endmacro %}{% macro _own() %}")
    assert not_shown(components, gallery) == ["new.badge"]
    (gallery / "new.html").write_text('{% set title = _("A") %}\n{{ badge(1) }}\n')
    assert not_shown(components, gallery) == []


def test_states_are_read_as_they_are_written() -> None:
    source = (
        '{# words #}\n{% from "a.html" import b %}\n{% set title = _("一") %}\n{{ b(1) }}\n'
        '{% set title = _("二") %}{# alone #}\n{{ b(2) }}\n'
    )
    first, second = states_in(source)
    assert (first.number, first.message, first.is_alone, first.code) == (
        1,
        "一",
        False,
        "{{ b(1) }}",
    )
    assert (second.message, second.is_alone, second.code) == ("二", True, "{{ b(2) }}")
    assert first.imports == second.imports == '{% from "a.html" import b %}'


def test_a_state_names_only_what_there_is(app: Flask) -> None:
    with app.test_request_context():
        known = set(samples()) | set(app.jinja_env.globals)
    strange = {
        f"{component} {state.number}: {name}"
        for component in components_in(STATES)
        for state in states_in((STATES / f"{component}.html").read_text())
        for name in undeclared(app.jinja_env, state) - known
    }
    assert strange == set()


def undeclared(environment: Environment, state: State) -> set[str]:
    return meta.find_undeclared_variables(environment.parse(state.imports + state.code))


@pytest.mark.parametrize("component", components_in(STATES))
def test_a_page_of_the_gallery_shows_all_its_states(client: PageClient, component: str) -> None:
    page = client.get(f"/gallery/{component}")
    states = states_in((STATES / f"{component}.html").read_text())
    assert states
    written = unescape(page.response.get_data(as_text=True))
    for state in states:
        assert state.code in written
        if state.is_alone:
            client.get(f"/gallery/{component}/{state.number}")


def test_an_unknown_component_is_not_found(client: PageClient) -> None:
    for path in ("/gallery/nothing", "/gallery/_index", "/gallery/values/1", "/gallery/lists/99"):
        client.get(path, status=404)


def test_in_production_there_is_no_gallery(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTING.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FIELD_KEYS", "a:" + "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=")
    monkeypatch.delenv("STRIPE_API_BASE", raising=False)
    made = create_app()
    assert [rule.rule for rule in made.url_map.iter_rules() if "gallery" in rule.rule] == []
