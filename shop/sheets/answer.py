"""The workbook as the answer to a request."""

from flask import Response

from shop import clock
from shop.sheets.book import MIME, workbook
from shop.sheets.report import Report


def sheet(report: Report, name: str) -> Response:
    """A workbook to keep, under `name`.xlsx (plain letters). Raises InvalidInput when too long."""
    body = workbook(report, at=clock.now())
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(body, mimetype=MIME, headers=headers)
