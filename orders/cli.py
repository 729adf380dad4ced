"""Operator commands over all rooms: the reference data that every installation needs."""

import click
from flask import Flask
from flask.cli import AppGroup

import catalog.loading
import orders.fulfilment.loading
import orders.quota.loading
import producers.loading
import shop.regions.loading
from catalog.stock import note_change
from shop.db import db, transaction

reference = AppGroup("reference", help="Reference data that is shipped with the shop.")


def load_all_reference() -> None:
    """Bring all reference tables up to the shipped files, inside the caller's transaction.

    A corrected list of counties changes what may be sold, so listings are told.
    """
    session = db.session()
    shop.regions.loading.load_reference(session)
    producers.loading.load_reference(session)
    catalog.loading.load_reference(session)
    orders.quota.loading.load_reference(session)
    orders.fulfilment.loading.load_reference(session)
    note_change()


@reference.command("load")
def load() -> None:
    """Load regions, lists of counties, certificate types, categories and rules; safe to repeat."""
    with transaction():
        load_all_reference()
    click.echo("区划、名单、证书类型、类目和规则已载入 · reference data is loaded")


def init_app(app: Flask) -> None:
    app.cli.add_command(reference)
