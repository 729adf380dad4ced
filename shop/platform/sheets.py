"""The background work and the audit trail as sheets."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from shop.actor import name_shown
from shop.audit import AuditEntry
from shop.outbox import OutboxMessage
from shop.platform import words
from shop.platform.changes import changes, places_of
from shop.platform.forms import AuditFilter
from shop.platform.queries import JobLine, TopicCount
from shop.sheets import Column, Group, Kind, Report, Row
from shop.web.filters import moment


def audit_report(entries: Sequence[AuditEntry], form: AuditFilter) -> Report:
    """One row for each entry, the newest first."""
    places = places_of(entries)
    labels = (
        ("person", _("人员")), ("organisation", _("单位")), ("action", _("操作")),
        ("code", _("操作代码")), ("subject", _("对象")), ("change", _("变化")),
        ("address", _("来源")),
    )  # fmt: skip
    columns = [Column(key, label, Kind.TEXT) for key, label in labels]
    asked = [
        (str(field.label.text), _asked(field.name, str(field.data)))
        for field in (form.action, form.subject, form.person, form.day, form.until)
        if field.data
    ]
    return Report(
        _("操作记录"), _("谁在什么时候对什么做了什么？"), _("时间"), [Group("", columns)],
        [_row(entry, places) for entry in entries], None,
        [_("记录只能增加，不能修改或删除；最近的在最上面。")], asked,
    )  # fmt: skip


def _asked(name: str, value: str) -> str:
    """What was asked for, in the words in which it was chosen."""
    if name == "action":
        return str(words.GROUPS.get(value.rstrip(":")) or words.action_words(value))
    return words.concern_words(value) if name == "subject" else value


def _row(entry: AuditEntry, places: Mapping[str, str]) -> Row:
    told = [
        f"{each.label}：{each.before or '—'} → {each.after or '—'}"
        for each in changes(entry, places)
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


def topics_report(topics: Sequence[TopicCount]) -> Report:
    """How many messages of each kind stand where."""
    columns = [
        Column("waiting", _("等待"), Kind.COUNT), Column("done", _("完成"), Kind.COUNT),
        Column("set_aside", _("已搁置"), Kind.COUNT), Column("oldest", _("最早等待"), Kind.TEXT),
        Column("code", _("任务代码"), Kind.TEXT), Column("note", _("说明"), Kind.TEXT),
    ]  # fmt: skip
    rows = [
        Row(words.topic_words(each.topic), {
            "waiting": each.waiting, "done": each.done, "set_aside": each.set_aside,
            "oldest": moment(each.oldest), "code": each.topic,
            "note": None if each.is_handled else _("无人处理"),
        })
        for each in topics
    ]  # fmt: skip
    sums = {key: sum(int(str(row.values[key])) for row in rows)
            for key in ("waiting", "done", "set_aside")}  # fmt: skip
    return Report(
        _("各类任务"), _("各类后台任务有多少在等待、完成了、搁置了？"), _("任务"), [Group("", columns)],
        rows, Row(_("合计"), sums), [_("多次失败的任务被搁置，要有人处理；等待的会自动执行。")], [],
    )  # fmt: skip


def set_aside_report(messages: Sequence[OutboxMessage]) -> Report:
    """One row for each message given up, the latest first."""
    labels = (
        ("topic", _("任务")), ("concern", _("涉及")), ("created", _("产生时间")),
        ("error", _("错误")), ("code", _("任务代码")),
    )  # fmt: skip
    columns = [Column(key, label, Kind.TEXT) for key, label in labels]
    columns.insert(3, Column("attempts", _("尝试次数"), Kind.COUNT))
    return Report(
        _("已搁置"), _("哪些任务多次失败，要有人处理？"), _("编号"), [Group("", columns)],
        [_message_row(each) for each in messages], None, [], [],
    )  # fmt: skip


def _message_row(message: OutboxMessage) -> Row:
    concern = words.concern(message.payload)
    return Row(
        str(message.id),
        {
            "topic": words.topic_words(message.topic),
            "concern": words.concern_words(concern) if concern else None,
            "created": moment(message.created_at), "attempts": message.attempts,
            "error": words.error_words(message.last_error), "code": message.topic,
        },
    )  # fmt: skip


def jobs_report(jobs: Sequence[JobLine]) -> Report:
    """One row for each job that runs by the clock."""
    labels = (
        ("every", _("间隔")), ("last", _("上次执行")), ("error", _("错误")),
        ("due", _("下次执行")), ("code", _("任务代码")),
    )  # fmt: skip
    columns = [Column(key, label, Kind.TEXT) for key, label in labels]
    columns.insert(2, Column("result", _("上次处理数"), Kind.COUNT))
    rows = [
        Row(words.job_words(job.name), {
            "every": words.interval_words(job.every), "last": moment(job.last_run_at),
            "result": job.last_result, "error": words.error_words(job.last_error),
            "due": moment(job.due_at), "code": job.name,
        })
        for job in jobs
    ]  # fmt: skip
    return Report(
        _("定时任务"), _("定时任务上次做了什么，下次什么时候做？"), _("任务"), [Group("", columns)],
        rows, None, [], [],
    )  # fmt: skip
