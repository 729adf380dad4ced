"""The composition root: the only module that knows every package."""

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from shop import access, cli, config, db, jobs, outbox, web

RECORDS = (
    "shop.files",
    "shop.regions.models",
    "producers.models",
    "catalog.models",
    "orders.models",
    "orders.cart.models",
    "orders.payments.models",
    "orders.fulfilment.models",
    "orders.quota.models",
)


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
    jobs.init_app(app)
    web.init_app(app)
    init_packages(app)
    db.init_app(app)
    cli.init_app(app)
    if proxies := app.config["PROXY_COUNT"]:
        # Only what our own proxies appended is believed; without one, no such header counts.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


def import_records() -> None:
    """Every table is known before the first query, whichever page is asked for first."""
    for name in RECORDS:
        import_module(name)


def init_packages(app: Flask) -> None:
    """Every package's wiring, from the ground up."""
    import catalog.wiring
    import orders.wiring
    import producers.wiring
    import shop.accounts.wiring
    import shop.help.wiring
    import shop.platform.wiring

    shop.accounts.wiring.init_app(app)
    shop.platform.wiring.init_app(app)
    shop.help.wiring.init_app(app)
    producers.wiring.init_app(app)
    catalog.wiring.init_app(app)
    orders.wiring.init_app(app)
    if app.config["IS_DEMO"]:
        import demo.wiring

        demo.wiring.init_app(app)
