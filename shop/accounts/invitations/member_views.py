"""An organisation's own people: who they are, inviting one, taking one out."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop import clock
from shop.access import can, requires
from shop.accounts import mail
from shop.accounts.answers import Answer, refuse_strange
from shop.accounts.confirmation import confirmed
from shop.accounts.invitations import letters, operations, queries, rules
from shop.accounts.invitations.forms import InvitationForm
from shop.accounts.views import bp as bp
from shop.actor import ROLE_LABELS, Role, current_actor
from shop.db import db, transaction
from shop.errors import NotFound
from shop.web.acting import carried_out
from shop.web.choices import choices
from shop.web.forms import Form


@bp.get("/organisation/members")
@requires("accounts:member:read")
def list_members() -> Answer:
    actor, may_invite = current_actor(), can("accounts:member:invite")
    pending = queries.pending(actor, at=clock.now())
    return render_template(
        "accounts/members.html",
        members=queries.members(actor),
        pending=db.session.scalars(pending).all() if may_invite else [],
        may_invite=may_invite,
        endable=set(rules.appointable(actor.roles)),
        role_labels=ROLE_LABELS,
    )


@bp.route("/organisation/invitations/new", methods=["GET", "POST"])
@requires("accounts:member:invite")
@confirmed
def new_invitation() -> Answer:
    actor, at = current_actor(), clock.now()
    roles = rules.appointable(actor.roles)
    form = InvitationForm(role=roles[0].value if len(roles) == 1 else None)
    form.role.choices = choices((role.value, ROLE_LABELS[role]) for role in roles)
    if not form.is_submitted():
        return render_template("accounts/invitation_new.html", form=form)
    made: list[tuple[str, str]] = []

    def act() -> None:
        role = Role(form.role.data)
        invitation, token = operations.invite(actor, str(form.email.data), role, at=at)
        made.append((letters.link_of(token), invitation.email))
        letters.send(invitation, token, actor=actor, at=at)

    if not form.validate() or not carried_out(form, act):
        return render_template("accounts/invitation_new.html", form=form), 422
    link, email = made[0]
    return render_template(
        "accounts/invitation_sent.html",
        link=link,
        email=email,
        is_mailed=mail.is_possible(),
        expires_at=at + letters.lasts(),
    )


@bp.post("/organisation/invitations/<public_id>/withdrawal")
@requires("accounts:member:invite")
def withdraw_invitation(public_id: str) -> Answer:
    refuse_strange(Form())
    with transaction():
        email = operations.withdraw(current_actor(), public_id, at=clock.now()).email
    flash(_("给 %(email)s 的邀请已撤回，链接不再有效。", email=email), "success")
    return redirect(url_for("accounts.list_members"))


@bp.route("/organisation/members/<public_id>/termination", methods=["GET", "POST"])
@requires("accounts:member:end")
@confirmed
def end_membership(public_id: str) -> Answer:
    """Asks first, with what will follow."""
    actor = current_actor()
    found = [one for one in queries.members(actor) if one.user.public_id == public_id]
    if not found:
        raise NotFound
    form, member = Form(), found[0]
    name, roles = member.user.name, [ROLE_LABELS[role] for role in member.roles]
    at = clock.now()
    if form.is_submitted():
        done = form.validate() and carried_out(
            form, lambda: operations.end_membership(actor, public_id, at=at)
        )
        if done:
            flash(_("已移除 %(name)s，其登录已全部结束。", name=name), "success")
            return redirect(url_for("accounts.list_members"))
    page = render_template(
        "accounts/member_end.html",
        form=form,
        name=name,
        roles=roles,
        public_id=public_id,
        organisation=actor.organisation_name,
        is_self=member.user.id == actor.user_id,
    )
    return page, 422 if form.is_submitted() else 200
