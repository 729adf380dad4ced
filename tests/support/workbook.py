"""What stands in a workbook that the shop made."""

import zipfile
from io import BytesIO
from xml.etree import ElementTree

NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheet_rows(body: bytes) -> list[list[tuple[str, str]]]:
    """The first sheet as (type, value): 'n' is a number, 's' a text; no formula is allowed."""
    with zipfile.ZipFile(BytesIO(body)) as book:
        strings = [
            "".join(node.text or "" for node in item.iter(f"{{{NAMES['m']}}}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    assert sheet.findall(".//m:f", NAMES) == []
    rows = []
    for row in sheet.iterfind(".//m:row", NAMES):
        cells = []
        for cell in row:
            value = cell.find("m:v", NAMES)
            text = (value.text or "") if value is not None else ""
            is_text = cell.get("t") == "s"
            cells.append(("s", strings[int(text)]) if is_text else ("n", text))
        rows.append(cells)
    return rows
