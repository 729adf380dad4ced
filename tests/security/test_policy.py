"""Every route is in the agreed policy: `bin/flask route-policy --json > tests/security/policy.json`
makes it anew, and the difference is read before it is committed (bar A15)."""

from copy import deepcopy

import pytest
from flask import Flask

from shop.cli import policy_rows
from tests.support.policy import agreed, differences


def test_the_routes_are_those_of_the_policy(app: Flask) -> None:
    with app.app_context():
        rows = policy_rows(app)
    assert differences(rows, agreed()) == []


def test_a_new_route_is_not_in_the_policy() -> None:
    new = {"path": "/x", "methods": ["GET"], "endpoint": "x", "permission": "a:b:c", "roles": []}
    assert differences([*agreed(), new], agreed()) == ["not in the policy: ('/x', ('GET',))"]
    assert differences(agreed(), [*agreed(), new]) == ["only in the policy: ('/x', ('GET',))"]


@pytest.mark.parametrize(
    ("word", "value"),
    [("permission", "public"), ("roles", ["anonymous"]), ("endpoint", "x"), ("methods", ["PUT"])],
)
def test_the_check_itself_sees_a_changed_route(word: str, value: object) -> None:
    changed = deepcopy(agreed())
    row = next(row for row in changed if row["path"] == "/account")
    row[word] = value
    assert differences(changed, agreed())


@pytest.mark.parametrize("nothing", [None, "", []])
def test_the_check_itself_sees_an_empty_permission(nothing: object) -> None:
    changed = deepcopy(agreed())
    changed[0]["permission"] = nothing
    assert f"{changed[0]['path']} declares nothing" in differences(changed, changed)


def test_an_undeclared_route_is_allowed_to_nobody(app: Flask) -> None:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == "catalog.home")
    view = app.view_functions[rule.endpoint]
    app.view_functions[rule.endpoint] = lambda: ""
    try:
        with app.app_context():
            row = next(row for row in policy_rows(app) if row["path"] == rule.rule)
    finally:
        app.view_functions[rule.endpoint] = view
    assert row["permission"] is None
    assert row["roles"] == []


def test_the_agreed_policy_leaves_no_permission_without_people() -> None:
    assert [row["path"] for row in agreed() if not row["roles"]] == []
