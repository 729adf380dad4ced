"""The workbook as the answer to a request."""

from flask import Response
from flask_babel import gettext as _

from shop import clock
from shop.actor import current_actor
from shop.sheets.book import MIME, workbook
from shop.sheets.report import Report


def sheet(report: Report, name: str, *more: Report) -> Response:
    """A workbook to keep, under `name`.xlsx (plain letters). Raises InvalidInput when too long."""
    body = workbook(report, *more, at=clock.now())
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(body, mimetype=MIME, headers=headers)


def sheet_head() -> list[tuple[str, str]]:
    """What stands above a table on paper: 填报单位, 填报人, 审核人 (to be written), 日期."""
    actor = current_actor()
    return [
        (_("填报单位"), actor.organisation_name or ""), (_("填报人"), actor.name),
        (_("审核人"), ""), (_("日期"), clock.today().isoformat()),
    ]  # fmt: skip
