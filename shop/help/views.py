"""The pages of help. Everybody may read all of them; links lead only where the reader may go."""

from flask import Blueprint, abort, current_app, render_template

from shop.access import PUBLIC, policy, policy_of, public
from shop.actor import Actor, current_actor
from shop.help.glossary import words
from shop.help.model import Topic
from shop.help.reaching import offices_for
from shop.help.topics import TOPICS
from shop.web.checklist import audience_of

bp = Blueprint("help", __name__)


def is_own(topic: Topic, actor: Actor) -> bool:
    """Whether a topic is about the reader's own work."""
    return bool(topic.roles & actor.roles) if actor.roles else not topic.roles


def frame_of(actor: Actor) -> str:
    """The reader's own frame, so that help does not lead away from the desk."""
    return f"sections/{audience_of(actor) or 'public'}.html"


def may_follow(endpoint: str, actor: Actor) -> bool:
    """A visitor is asked to sign in on the way; somebody without the right gets no link."""
    if endpoint not in current_app.view_functions:
        return False
    permission = policy_of(current_app, endpoint) or ""
    is_open = permission == PUBLIC or policy().allows(actor, permission)
    return is_open or not actor.is_signed_in


@bp.get("/help")
@public
def index() -> str:
    """The reader's own work first."""
    actor = current_actor()
    own = [topic for topic in TOPICS.values() if is_own(topic, actor)]
    others = [topic for topic in TOPICS.values() if topic not in own]
    return render_template("help/index.html", frame=frame_of(actor), own=own, others=others)


@public
def topic(key: str) -> str:
    """One role's page."""
    if key not in TOPICS:
        abort(404)
    actor = current_actor()
    shown = TOPICS[key]
    linked = {
        step.endpoint for step in shown.steps if step.endpoint and may_follow(step.endpoint, actor)
    }
    return render_template("help/topic.html", frame=frame_of(actor), topic=shown, linked=linked)


for name in TOPICS:
    # Each page has an address of its own, so that the address map shows all there is.
    bp.add_url_rule(f"/help/{name}", "topic", topic, defaults={"key": name})


@bp.get("/help/glossary")
@public
def glossary() -> str:
    return render_template("help/glossary.html", frame=frame_of(current_actor()), words=words())


@bp.get("/help/shortcuts")
@public
def shortcuts() -> str:
    return render_template("help/shortcuts.html", frame=frame_of(current_actor()))


@bp.get("/help/contacts")
@public
def contacts() -> str:
    actor = current_actor()
    return render_template("help/contacts.html", frame=frame_of(actor), offices=offices_for(actor))
