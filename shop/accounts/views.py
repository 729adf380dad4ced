"""Pages of one's own account."""

from flask import Blueprint, render_template

from shop.access import public, requires

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public
def sign_in() -> str:
    return render_template("base.html")


@bp.get("/sign-up")
@public
def sign_up() -> str:
    return render_template("base.html")


@bp.post("/sign-out")
@public
def sign_out() -> str:
    return render_template("base.html")


@bp.get("/account")
@requires("accounts:account:read")
def show_account() -> str:
    return render_template("base.html")


@bp.get("/inbox")
@requires("accounts:inbox:read")
def inbox() -> str:
    return render_template("base.html")
