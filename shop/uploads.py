"""Uploads: what people send is decoded, judged by its content and kept under a generated name.

Pictures are decoded and written anew, so that no metadata (where it was taken, with what) and
nothing hidden behind the picture survives. A PDF is kept as it is, as evidence, if it carries
nothing that acts by itself. Everything else is refused with what is expected.
"""

import hashlib
import os
import tempfile
import warnings
import zipfile
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from shop import pdf
from shop.db import db
from shop.errors import InvalidInput
from shop.files import StoredFile

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_NAME = 200
LONGEST_SIDE = {"picture": 1600, "evidence": 4000}
ORPHAN_AGE = timedelta(days=1)

EXTENSIONS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
}
ENDINGS = {kind: ending for ending, kind in EXTENSIONS.items() if ending != ".jpeg"}
DECODERS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
FOREIGN = (b"<script", b"<?php", b"<html", b"<!doctype", b"%pdf-")
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Purpose(StrEnum):
    """A picture is shown to everybody; evidence to its owner and to those who review it."""

    PICTURE = "picture"
    EVIDENCE = "evidence"


EXPECTED = {
    Purpose.PICTURE: _l("请上传 JPEG、PNG 或 WebP 图片，不超过10兆字节、2500万像素。"),
    Purpose.EVIDENCE: _l("请上传 JPEG、PNG、WebP 图片或 PDF 文件，不超过10兆字节。"),
}


class BadFile(InvalidInput):
    """The file is not what is expected here."""


def store_upload(
    sent: FileStorage, *, organisation_id: int | None, purpose: str, at: datetime
) -> StoredFile:
    """Check a file and keep it; the row joins the caller's transaction. Raises BadFile.

    Nothing is written before the whole file has been checked. If the transaction fails later,
    `remove_orphans` takes the bytes away.
    """
    wanted = Purpose(purpose)
    name, media_type, content = checked_upload(sent, wanted)
    stored = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=media_type,
        size=len(content),
        original_name=name,
        organisation_id=organisation_id,
        is_public=wanted is Purpose.PICTURE,
        created_at=at,
    )
    write_bytes(stored.path, content)
    db.session.add(stored)
    return stored


def checked_upload(sent: FileStorage, wanted: Purpose) -> tuple[str, str, bytes]:
    """Its name, its media type and the bytes to keep. Raises BadFile."""
    data = sent.stream.read(MOST_BYTES + 1)
    if not data:
        raise BadFile(_l("文件是空的，请重新选择。"))
    if len(data) > MOST_BYTES:
        raise BadFile(_l("文件超过10兆字节，请压缩后再上传。"))
    name = checked_name(sent.filename or "")
    media_type = kind_of(data)
    if media_type is None or (wanted is Purpose.PICTURE and media_type not in DECODERS):
        raise BadFile(EXPECTED[wanted])
    if EXTENSIONS.get(Path(name).suffix.lower()) != media_type:
        raise BadFile(_l("文件的扩展名与内容不符。请不要改名，直接上传原来的图片或 PDF。"))
    return name, media_type, cleaned(data, media_type, LONGEST_SIDE[wanted])


def checked_name(name: str) -> str:
    """The name as sent, which is only ever shown. Raises BadFile for one made to mislead."""
    is_plain = name.isprintable() and not any(c in DIRECTIONS or c in '/\\:*?"<>|' for c in name)
    if not is_plain or not 0 < len(name) <= LONGEST_NAME or name.startswith("."):
        raise BadFile(_l("文件名过长或含有特殊字符，请改用简短的普通文件名。"))
    return name


def kind_of(data: bytes) -> str | None:
    """The media type by the first bytes; None for everything that is not expected here."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if data.startswith(b"%PDF-") else None


def cleaned(data: bytes, media_type: str, longest_side: int) -> bytes:
    """The bytes to keep. Raises BadFile."""
    if zipfile.is_zipfile(BytesIO(data)):
        raise BadFile(_l("文件里夹带了别的内容，请重新导出后再上传。"))
    if media_type == "application/pdf":
        return checked_pdf(data)
    lower = data.lower()
    if any(marker in lower for marker in FOREIGN):
        raise BadFile(_l("文件里夹带了别的内容，请重新导出后再上传。"))
    return redrawn(data, media_type, longest_side)


def checked_pdf(data: bytes) -> bytes:
    problem = pdf.problem_of(data)
    if problem is pdf.Problem.BROKEN:
        raise BadFile(_l("PDF 文件不完整或已损坏，请重新导出后再上传。"))
    if problem is pdf.Problem.ENCRYPTED:
        raise BadFile(_l("PDF 文件设有密码，请去掉密码后再上传。"))
    if problem is pdf.Problem.ACTIVE:
        raise BadFile(_l("PDF 文件含有脚本、附件或自动运行的内容，请另存为普通 PDF 后再上传。"))
    return data


def redrawn(data: bytes, media_type: str, longest_side: int) -> bytes:
    """Decode with the one decoder that fits and draw the picture anew, without metadata."""
    decoder = DECODERS[media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=[decoder]) as opened:
                width, height = opened.size
                if width * height > MOST_PIXELS:
                    raise BadFile(_l("图片超过2500万像素，请缩小后再上传。"))
                if getattr(opened, "n_frames", 1) > 1:
                    raise BadFile(_l("请上传静态图片，不要上传动图。"))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
        has_alpha = decoder != "JPEG" and ("A" in upright.mode or "transparency" in upright.info)
        flat = upright.convert("RGBA" if has_alpha else "RGB")
        clean = Image.new(flat.mode, flat.size)
        clean.paste(flat)
        clean.thumbnail((longest_side, longest_side))
        kept = BytesIO()
        clean.save(kept, decoder, **({} if decoder == "PNG" else {"quality": 88}))
    except BadFile:
        raise
    except Exception as broken:  # a decoder may raise anything over hostile bytes
        raise BadFile(_l("图片不完整或已损坏，请重新选择。")) from broken
    return kept.getvalue()


def write_bytes(path: Path, content: bytes) -> None:
    """Put the content there at once or not at all; content that is there already is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        os.utime(path)  # so that the clean-up does not take it for an old orphan
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove_orphans(at: datetime) -> int:
    """Scheduled: delete files which no row names and which are older than a day."""
    folder = Path(current_app.config["FILE_FOLDER"])
    old = (at - ORPHAN_AGE).timestamp()
    candidates = [p for p in folder.glob("*/*") if p.is_file() and p.stat().st_mtime < old]
    known = set(db.session.scalars(select(StoredFile.sha256).distinct())) if candidates else set()
    orphans = [path for path in candidates if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
