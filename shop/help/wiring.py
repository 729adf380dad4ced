"""Help joins the shop here."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from shop.help import views
from shop.web import navigation


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    navigation.add_public(
        app, navigation.PublicEntry(_l("帮助"), "help.index", 10, icon="help", place="footer")
    )
