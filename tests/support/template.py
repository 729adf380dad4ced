"""Builds the template world of the tests: newest schema, reference data, the small demo world.

Run as `python -m tests.support.template` with DATABASE_URL and VAR_DIR in the environment, so
that neither the tests' clock nor their warnings reach it.
"""

from datetime import date

from flask_migrate import upgrade

from shop.app import create_app
from shop.preparation import MIGRATIONS, command

LAST_DAY = date(2026, 6, 30)


def build() -> None:
    app = create_app()
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        command(app, "reference", "load")
        if "seed" in app.cli.commands:
            command(app, "seed", "--small", "--until", LAST_DAY.isoformat())


if __name__ == "__main__":
    build()
