"""Commands of a demonstration: make its world, show its accounts."""

from datetime import date, datetime

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from demo.accounts import ACCOUNTS, PASSWORD
from demo.provider import tell_local_provider
from demo.world import NotEmpty, build
from shop import clock
from shop.config import PRODUCTION
from shop.db import transaction


@click.command("seed")
@click.option("--scale", type=click.IntRange(1, 100), default=1, help="so many times as large")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="the last day; today if not given")
@click.option("--small", is_flag=True, help="the small world of the tests")
@with_appcontext
def seed(scale: int, until: datetime | None, small: bool) -> None:
    """Make the demonstration world in an empty database."""
    if current_app.config["ENVIRONMENT"] == PRODUCTION:
        raise click.ClickException(
            "正式站点不能载入演示数据 · a production site takes no demonstration data"
        )
    last_day: date = until.date() if until else clock.today()
    with click.progressbar(length=100, label="演示数据 · demonstration world") as bar:

        def progress(percent: int) -> None:
            bar.update(percent - bar.pos)

        try:
            with transaction():
                build(last_day, scale=scale, small=small, progress=progress)
        except NotEmpty:
            raise click.ClickException(
                "数据库里已经有数据，演示数据只能载入空库；用 bin/run --fresh 重新开始 · "
                "the database is not empty; start over with bin/run --fresh"
            ) from None
    tell_local_provider()
    rebuild = current_app.cli.commands.get("rebuild-index")
    if rebuild is not None:
        click.get_current_context().invoke(rebuild)


@click.command("demo-accounts")
def demo_accounts() -> None:
    """Show the accounts that the demonstration can be entered with."""
    click.echo(f"演示账号 · demo accounts（密码 · password: {PASSWORD}）")
    for account in ACCOUNTS:
        click.echo(
            f"  {account.email:<28}{account.duty}（{account.name.removesuffix('（演示）')}）"
        )


def init_app(app: Flask) -> None:
    app.cli.add_command(seed)
    app.cli.add_command(demo_accounts)
