"""Pages, sheets and scripts go over the wire compressed; pictures are small already."""

from flask import Flask
from flask_compress import Compress

SETTINGS = {
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_BR_LEVEL": 4,
    "COMPRESS_LEVEL": 5,
    "COMPRESS_MIN_SIZE": 600,
    "COMPRESS_MIMETYPES": [
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
    ],
}


def init_app(app: Flask) -> None:
    """Answers are compressed as the browser asks.

    A page's length tells a foreign site nothing (BREACH): form tokens are signed anew each time,
    and cookies only come with requests of our own pages (SameSite).
    """
    app.config.update(SETTINGS)
    Compress(app)
