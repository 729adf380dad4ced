"""The composition root: the only module that knows every package."""

from pathlib import Path
from typing import Any

from flask import Flask

from shop import access, cli, config, db, outbox, web


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """The whole shop. `settings` override what the environment says."""
    root = Path(__file__).resolve().parent.parent
    app = Flask(
        "xiangyuan",
        root_path=str(root),
        template_folder=str(root / "templates"),
        static_folder=str(root / "static"),
    )
    app.config.update(config.from_environment())
    app.config.update(settings or {})
    Path(app.config["VAR_DIR"]).mkdir(parents=True, exist_ok=True)
    import_records()
    access.init_app(app)
    outbox.init_app(app)
    web.init_app(app)
    init_packages(app)
    db.init_app(app)
    cli.init_app(app)
    return app


def import_records() -> None:
    """Every table is known before the first query, whichever page is asked for first."""
    import catalog.models
    import orders.cart.models
    import orders.fulfilment.models
    import orders.models
    import orders.payments.models
    import orders.quota.models
    import producers.models
    import shop.files
    import shop.regions.models  # noqa: F401


def init_packages(app: Flask) -> None:
    """Every package's wiring, from the ground up."""
    import catalog.wiring
    import orders.wiring
    import producers.wiring
    import shop.accounts.wiring

    shop.accounts.wiring.init_app(app)
    producers.wiring.init_app(app)
    catalog.wiring.init_app(app)
    orders.wiring.init_app(app)
    if app.config["IS_DEMO"]:
        import demo.wiring

        demo.wiring.init_app(app)
