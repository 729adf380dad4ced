"""`python -m orders.payments.localstripe`: serve on 127.0.0.1 until stopped.

One worker process, since the server's memory of keys and deliveries is one lock wide.
"""

import argparse
import os
import sys
from typing import Any

from gunicorn.app.base import BaseApplication

from orders.payments.localstripe.app import LocalStripe, create_app

THREADS = 8


class Server(BaseApplication):
    """gunicorn with its settings from here; the application is made inside the worker."""

    def __init__(self, arguments: argparse.Namespace, secret_key: str, webhook_secret: str) -> None:
        self._arguments = arguments
        self._secrets = {"secret_key": secret_key, "webhook_secret": webhook_secret}
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._arguments.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 60,
            "loglevel": "warning",
            "proc_name": "localstripe",
            "worker_exit": lambda _server, worker: _close(worker.app.callable),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> LocalStripe:
        return create_app(
            webhook_url=self._arguments.webhook_url,
            state_dir=self._arguments.state_dir,
            test_controls=self._arguments.test_controls,
            public_url=self._arguments.public_url,
            **self._secrets,
        )


def _close(app: object) -> None:
    if isinstance(app, LocalStripe):
        app.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m orders.payments.localstripe")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--webhook-url", help="where the shop takes signed webhooks")
    parser.add_argument("--state-dir", help="folder that keeps sessions over a restart")
    parser.add_argument("--public-url", help="address of this server as the browser sees it")
    parser.add_argument("--test-controls", action="store_true", help="offer /_test; never in use")
    arguments = parser.parse_args()
    secret_key = os.environ.get("STRIPE_SECRET_KEY", "")
    # The shop may hold two secrets while one is replaced; signing takes the first.
    webhook_secret = os.environ.get("STRIPE_WEBHOOK_SECRET", "").split(",")[0].strip()
    if not secret_key or not webhook_secret:
        sys.exit("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET must be set")
    if secret_key.startswith(("sk_live_", "rk_live_")):
        sys.exit("a live key has no place in the local server")
    Server(arguments, secret_key, webhook_secret).run()


if __name__ == "__main__":
    main()
