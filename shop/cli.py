"""Operator commands of the kernel: reference data, route policy."""

import json

import click
from flask import Flask
from flask.cli import with_appcontext

from shop.access import PUBLIC, policy, policy_of
from shop.actor import Role

PROBES = ["anonymous", "consumer", *[role.value for role in Role]]


@click.command("route-policy")
@click.option("--json", "as_json", is_flag=True, help="machine-readable")
@with_appcontext
def route_policy(as_json: bool) -> None:
    """Every route with its methods, its permission and the roles that hold it."""
    from flask import current_app

    from shop.actor import ANONYMOUS, Actor

    actors = {
        "anonymous": ANONYMOUS,
        "consumer": Actor(name="probe", user_id=0),
        **{
            role.value: Actor(name="probe", user_id=0, organisation_id=0, roles=frozenset({role}))
            for role in Role
        },
    }
    rows = []
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule):
        permission = policy_of(current_app, rule.endpoint)
        allowed = [
            name
            for name, actor in actors.items()
            if permission == PUBLIC or (permission and policy().allows(actor, permission))
        ]
        rows.append(
            {
                "path": rule.rule,
                "endpoint": rule.endpoint,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "permission": permission,
                "roles": allowed,
            }
        )
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{','.join(row['methods']):10} {row['path']:60} {row['permission']}")


def init_app(app: Flask) -> None:
    app.cli.add_command(route_policy)
