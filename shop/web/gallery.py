"""The living gallery: every component in every state, beside the call that made it.

Only in development and demonstration. A file templates/gallery/<component>.html holds the states of
templates/components/<component>.html. It begins with the imports; a state begins with its title:

    {% set title = _("很大的金额") %}
    {{ money(huge) }}

What is shown as code is what is rendered. A state that a page can have only once (a heading, a
summary of errors) follows `{% set title = _("…") %}{# alone #}` and gets a page of its own.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, render_template
from flask_babel import gettext as _
from jinja2 import Template
from markupsafe import Markup

from shop.access import public
from shop.web.gallery_samples import samples

STATE = re.compile(r'^\{% set title = _\("([^"]+)"\) %\}(\{# alone #\})?\n', re.MULTILINE)
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)

bp = Blueprint("gallery", __name__)


@dataclass(frozen=True)
class State:
    number: int
    message: str
    is_alone: bool
    imports: str
    code: str

    @property
    def title(self) -> str:
        return _(self.message)

    @property
    def anchor(self) -> str:
        return f"state-{self.number}"

    def rendered(self) -> Markup:
        text = _compiled(self.imports + self.code).render(samples())
        return Markup(text)  # noqa: S704 - our own template, escaped by it


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    return current_app.jinja_env.from_string(source)


def folder_of(app_root: str) -> Path:
    return Path(app_root) / "templates" / "gallery"


def components_in(folder: Path) -> list[str]:
    """The components that have a page, in the order of their names."""
    return sorted(file.stem for file in folder.glob("[!_]*.html"))


def states_in(source: str) -> list[State]:
    """The states of one component's file, in its order."""
    imports, *parts = STATE.split(source)
    imports = re.sub(r"\{#.*?#\}", "", imports, flags=re.DOTALL).strip()
    thirds = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return [
        State(number, message, bool(alone), imports, code.strip())
        for number, (message, alone, code) in enumerate(thirds, start=1)
    ]


def _states_of(component: str) -> list[State]:
    folder = folder_of(current_app.root_path)
    if component not in components_in(folder):
        abort(404)
    return states_in((folder / f"{component}.html").read_text(encoding="utf-8"))


@bp.get("/gallery")
@public
def index() -> str:
    folder = folder_of(current_app.root_path)
    counts = {name: len(_states_of(name)) for name in components_in(folder)}
    return render_template("gallery/_index.html", counts=counts)


@bp.get("/gallery/<component>")
@public
def component(component: str) -> str:
    states = _states_of(component)
    names = components_in(folder_of(current_app.root_path))
    return render_template(
        "gallery/_component.html", component=component, states=states, names=names
    )


@bp.get("/gallery/<component>/<int:number>")
@public
def alone(component: str, number: int) -> str:
    """A state that would stand twice on a page with others."""
    found = [state for state in _states_of(component) if state.number == number]
    if not found or not found[0].is_alone:
        abort(404)
    shown = found[0].rendered()
    heading = HEADING.search(shown)
    title = Markup(heading[1]).striptags() if heading else found[0].title  # noqa: S704 - ours
    return render_template(
        "gallery/_alone.html",
        component=component, state=found[0], shown=shown, title=title, has_heading=bool(heading),
    )  # fmt: skip


def init_app(app: Flask) -> None:
    if app.config["IS_DEMO"]:
        app.register_blueprint(bp)
