"""Operator commands about payments."""

import click
from flask import Flask
from flask.cli import with_appcontext

from orders.payments import jobs
from shop import clock


@click.command("expire-holds")
@with_appcontext
def expire_holds() -> None:
    """Close unpaid purchases whose time is over and free their goods."""
    click.echo(f"{jobs.expire_unpaid(clock.now())} closed")


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Apply kept messages and ask the payment provider about payments that are still open."""
    at = clock.now()
    click.echo(f"{jobs.retry_waiting_events(at)} messages applied")
    click.echo(f"{jobs.reconcile(at)} payments settled")


def init_app(app: Flask) -> None:
    app.cli.add_command(expire_holds)
    app.cli.add_command(reconcile)
