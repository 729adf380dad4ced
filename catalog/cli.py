"""Operator commands of the storefront."""

import click
from flask import Flask
from flask.cli import with_appcontext

from catalog import indexing


@click.command("rebuild-index")
@with_appcontext
def rebuild_index() -> None:
    """Make the search index anew from what is listed."""
    number = indexing.count_listed()
    with click.progressbar(length=number, label="重建搜索索引 · rebuilding the index") as bar:
        made = indexing.rebuild(bar.update)
    click.echo(f"{made}")


def init_app(app: Flask) -> None:
    app.cli.add_command(rebuild_index)
