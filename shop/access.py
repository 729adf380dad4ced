"""Denied by default: views declare a permission, a table of predicates answers it.

Each package contributes a map *permission → any of these groups, all predicates of a group*.
Permission names have the grammar `<package>:<noun>:<verb>`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for

from shop.actor import Actor, Role, current_actor

Predicate = Callable[[Actor], bool]
Grants = Mapping[str, Iterable[tuple[Predicate, ...]]]
View = TypeVar("View", bound=Callable[..., Any])

POLICY_ATTRIBUTE = "access_policy"
PUBLIC = "public"


def signed_in(actor: Actor) -> bool:
    return actor.is_signed_in


def consumer(actor: Actor) -> bool:
    return actor.is_consumer


def anonymous_or_consumer(actor: Actor) -> bool:
    return not actor.roles


def institution_buyer(actor: Actor) -> bool:
    return Role.INSTITUTION_BUYER in actor.roles


def institution_approver(actor: Actor) -> bool:
    return Role.INSTITUTION_APPROVER in actor.roles


def institution_member(actor: Actor) -> bool:
    return actor.is_any(Role.INSTITUTION_BUYER, Role.INSTITUTION_APPROVER)


def cooperative_staff(actor: Actor) -> bool:
    return Role.COOPERATIVE_STAFF in actor.roles


def enterprise_staff(actor: Actor) -> bool:
    return Role.ENTERPRISE_STAFF in actor.roles


def supplier_staff(actor: Actor) -> bool:
    return actor.is_any(Role.COOPERATIVE_STAFF, Role.ENTERPRISE_STAFF)


def county_reviewer(actor: Actor) -> bool:
    return Role.COUNTY_REVIEWER in actor.roles


def official(actor: Actor) -> bool:
    return Role.OFFICIAL in actor.roles


def operator(actor: Actor) -> bool:
    return Role.OPERATOR in actor.roles


def auditor(actor: Actor) -> bool:
    return Role.AUDITOR in actor.roles


class Policy:
    """The whole table; asked by `can`, shown by `bin/flask route-policy`."""

    def __init__(self) -> None:
        self.grants: dict[str, tuple[tuple[Predicate, ...], ...]] = {}

    def add(self, grants: Grants) -> None:
        for permission, groups in grants.items():
            if permission in self.grants:
                raise ValueError(f"permission {permission} is granted twice")
            self.grants[permission] = tuple(groups)

    def allows(self, actor: Actor, permission: str) -> bool:
        """Unknown or empty permissions are denied, and so is an empty group."""
        groups = self.grants.get(permission, ())
        return any(group and all(test(actor) for test in group) for group in groups)


def policy() -> Policy:
    found: Policy = current_app.extensions["policy"]
    return found


def can(permission: str) -> bool:
    return policy().allows(current_actor(), permission)


def requires(permission: str) -> Callable[[View], View]:
    """Declare what a view needs. Strangers are sent to sign in, others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not can(permission):
                if not current_actor().is_signed_in and request.method in {"GET", "HEAD"}:
                    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
                abort(401 if not current_actor().is_signed_in else 403)
            return view(*args, **kwargs)

        setattr(guarded, POLICY_ATTRIBUTE, permission)
        return guarded  # type: ignore[return-value]

    return decorate


def public(view: View) -> View:
    """Declare that anybody may see a view."""
    setattr(view, POLICY_ATTRIBUTE, PUBLIC)
    return view


def policy_of(app: Flask, endpoint: str) -> str | None:
    """What an endpoint declares; None means nothing, and nothing means refused."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions[endpoint], POLICY_ATTRIBUTE, None)


def refuse_undeclared() -> None:
    """A view that declares nothing is not served to anybody."""
    if request.endpoint and policy_of(current_app, request.endpoint) is None:
        abort(403)


def init_app(app: Flask) -> None:
    app.extensions["policy"] = Policy()
    app.before_request(refuse_undeclared)
    app.jinja_env.globals["can"] = can
