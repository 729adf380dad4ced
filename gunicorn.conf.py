"""How gunicorn serves the shop; everything that differs by place comes from the environment."""

import gc
import importlib
import os
from typing import Any

wsgi_app = "wsgi:app"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "0"))
max_requests_jitter = max_requests // 10
limit_request_line = 8190
limit_request_fields = 100
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
control_socket_disable = True
accesslog = os.environ.get("ACCESS_LOG")
errorlog = "-"


def when_ready(server: Any) -> None:
    """Load what the first payment would load, and freeze it: the workers share its memory."""
    importlib.import_module("stripe")
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A forked worker opens connections of its own; the parent's stay untouched."""
    app = worker.app.wsgi()
    if "sqlalchemy" in app.extensions:
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose(close=False)
