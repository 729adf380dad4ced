"""`bin/flask check-invariants [--json]` runs all; it only reads, an operator may run it at any time."""

import json
from collections.abc import Callable, Iterator

import click
from flask.cli import with_appcontext

from orders.invariants import books, machinery

Check = Callable[[], Iterator[str]]


CHECKS: dict[str, Check] = {
    "I1": books.stock_balances,
    "I2": books.payments_fit,
    "I3": books.totals_add_up,
    "I4": books.ledger_is_right,
    "I5": books.keys_are_single,
    "I6": machinery.events_apply_once,
    "I7": machinery.messages_are_handled,
    "I8": machinery.trail_is_whole,
    "I9": machinery.index_is_catalogue,
    "I10": machinery.database_is_whole,
}


def violations() -> dict[str, list[str]]:
    """Every invariant with what breaks it; an empty list is a kept one."""
    return {name: list(check()) for name, check in CHECKS.items()}


@click.command("check-invariants")
@click.option("--json", "as_json", is_flag=True, help="machine-readable")
@with_appcontext
def check_invariants(as_json: bool) -> None:
    """Check I1-I10; each violation is printed by its ids and makes the exit code 1."""
    found = violations()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for name, broken in found.items():
            words = (CHECKS[name].__doc__ or "").split(": ", 1)[-1].split("\n")[0]
            click.echo(f"{name:4} {'ok' if not broken else f'{len(broken)} broken':12} {words}")
            for each in broken:
                click.echo(f"     {name} {each}")
    if any(found.values()):
        raise SystemExit(1)
