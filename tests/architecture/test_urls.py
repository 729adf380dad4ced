"""The address map: every route says who may, and reads as a place rather than a command."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from shop import access

WORD = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
PLACEHOLDER = re.compile(r"<[^>]+>")
FILE_ENDINGS = re.compile(r"\.(xlsx|css|js|csv|txt|xml|svg|json|webmanifest|jpg|png|webp)$")
VERBS = {
    "accept", "add", "approve", "assign", "cancel", "confirm", "create", "delete", "dispatch",
    "edit", "login", "logout", "pay", "place", "reject", "remove", "save", "send", "submit",
    "update",
}  # fmt: skip


def own_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.endswith("static")]


def bad_words(path: str) -> list[str]:
    """Parts of a path that are not kebab-case, or begin with a verb."""
    plain = FILE_ENDINGS.sub("", PLACEHOLDER.sub("", path))
    parts = [part for part in plain.split("/") if part]
    return [part for part in parts if not WORD.match(part) or part.split("-")[0] in VERBS]


def test_every_route_declares_a_policy(app: Flask) -> None:
    undeclared = [
        rule.endpoint for rule in own_rules(app) if not access.policy_of(app, rule.endpoint)
    ]
    assert undeclared == []


def test_every_declared_permission_is_granted_to_somebody(app: Flask) -> None:
    granted = app.extensions["policy"].grants
    declared = {access.policy_of(app, rule.endpoint) or "" for rule in own_rules(app)}
    unknown = sorted(name for name in declared if not granted.get(name))
    assert set(unknown) <= {access.PUBLIC}


def test_every_permission_follows_the_grammar(app: Flask) -> None:
    grammar = re.compile(r"^[a-z_]+:[a-z_]+:[a-z_]+$")
    assert [name for name in app.extensions["policy"].grants if not grammar.match(name)] == []


def test_paths_are_kebab_case_nouns(app: Flask) -> None:
    assert {
        rule.rule: bad_words(rule.rule) for rule in own_rules(app) if bad_words(rule.rule)
    } == {}


def test_reading_and_writing_do_not_share_an_undeclared_method(app: Flask) -> None:
    usual = {"GET", "HEAD", "OPTIONS", "POST"}
    assert {rule.rule for rule in own_rules(app) if (rule.methods or set()) - usual} == set()


@pytest.mark.parametrize(
    "path", ["/orders/<number>/cancel", "/my_orders", "/Orders", "/submit-order"]
)
def test_the_check_itself_sees_bad_paths(path: str) -> None:
    assert bad_words(path)


@pytest.mark.parametrize(
    "path", ["/", "/orders/<string:number>/cancellation", "/reports/totals.xlsx"]
)
def test_the_check_itself_lets_good_paths_pass(path: str) -> None:
    assert bad_words(path) == []
