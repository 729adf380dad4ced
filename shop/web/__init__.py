"""The page frame: who asks, in which language; filters, headers, forms and error pages."""

from flask import Flask

from shop.web import (
    checklist,
    compression,
    errors,
    filters,
    frame,
    gallery,
    headers,
    limits,
    offline,
    origin,
    resume,
    status,
    styles,
    written,
)


def init_app(app: Flask) -> None:
    limits.init_app(app)
    compression.init_app(app)
    frame.init_app(app)
    origin.init_app(app)
    filters.init_app(app)
    written.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    status.init_app(app)
    styles.init_app(app)
    resume.init_app(app)
    offline.init_app(app)
    checklist.init_app(app)
    gallery.init_app(app)
