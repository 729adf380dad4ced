"""The audit trail as a sheet."""

from collections.abc import Sequence

from flask_babel import gettext as _

from shop.actor import name_shown
from shop.audit import AuditEntry
from shop.platform import words
from shop.platform.forms import AuditFilter
from shop.sheets import Column, Group, Kind, Report, Row
from shop.web.filters import moment


def audit_report(entries: Sequence[AuditEntry], form: AuditFilter) -> Report:
    """One row for each entry, the newest first."""
    labels = (
        ("person", _("人员")), ("organisation", _("单位")), ("action", _("操作")),
        ("code", _("操作代码")), ("subject", _("对象")), ("change", _("变化")),
        ("address", _("来源")),
    )  # fmt: skip
    columns = [Column(key, label, Kind.TEXT) for key, label in labels]
    asked = [
        (str(field.label.text), str(field.data))
        for field in (form.action, form.subject, form.person, form.day, form.until)
        if field.data
    ]
    return Report(
        _("操作记录"), _("谁在什么时候对什么做了什么？"), _("时间"), [Group("", columns)],
        [_row(entry) for entry in entries], None,
        [_("记录只能增加，不能修改或删除；最近的在最上面。")], asked,
    )  # fmt: skip


def _row(entry: AuditEntry) -> Row:
    told = [
        f"{each.label}：{each.before or '—'} → {each.after or '—'}"
        for each in words.changes(entry.before, entry.after)
    ]
    return Row(
        moment(entry.at),
        {
            "person": name_shown(entry.actor_name),
            "organisation": entry.organisation_name,
            "action": words.action_words(entry.action),
            "code": entry.action,
            "subject": f"{words.subject_words(entry.subject_type)} {entry.subject_id}",
            "change": "；".join(told),
            "address": entry.address,
        },
    )
