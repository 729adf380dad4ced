"""The server as a WSGI application."""

from pathlib import Path

from flask import Flask, Response

from orders.payments.localstripe.api import answer_errors, api_blueprint
from orders.payments.localstripe.controls import controls_blueprint
from orders.payments.localstripe.hosted import hosted_blueprint
from orders.payments.localstripe.sessions import Payments
from orders.payments.localstripe.store import Store
from orders.payments.localstripe.webhooks import Sender

BODY_MAX_BYTES = 256 * 1024


class LocalStripe(Flask):
    """The application and the threads behind it; call `close` to end them."""

    payments: Payments
    store: Store
    sender: Sender

    def close(self) -> None:
        """Stop sending and close the store. What was not delivered stays queued."""
        self.sender.stop()
        self.store.close()


def create_app(
    *,
    secret_key: str,
    webhook_secret: str,
    webhook_url: str | None,
    state_dir: str | Path | None = None,
    test_controls: bool = False,
    public_url: str | None = None,
) -> LocalStripe:
    """Build the server and start its webhook threads.

    `public_url` is where the payer's browser finds this server, when that differs from the address
    the shop calls. Raises ValueError without secrets, and for a live key, which has no place here.
    """
    if not secret_key or not webhook_secret:
        raise ValueError("the secret key and the webhook secret are required")
    if secret_key.startswith(("sk_live_", "rk_live_")):
        raise ValueError("a live key has no place in the local server")
    from stripe import api_version

    app = LocalStripe(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX_BYTES
    app.config["PUBLIC_URL"] = public_url.rstrip("/") if public_url else None
    app.store = Store(Path(state_dir) if state_dir is not None else None)
    app.sender = Sender(app.store, webhook_url or None, webhook_secret)
    app.payments = Payments(app.store, app.sender, version=api_version)
    app.register_blueprint(api_blueprint(app.payments, app.store, secret_key))
    app.register_blueprint(hosted_blueprint(app.payments))
    if test_controls:
        controls = controls_blueprint(
            app.payments,
            app.store,
            app.sender,
            secret_key=secret_key,
            webhook_secret=webhook_secret,
        )
        app.register_blueprint(controls)
    answer_errors(app)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    app.sender.start(app.payments.expire_overdue)
    return app
