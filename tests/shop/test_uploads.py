"""What people send is judged by its content; nothing hostile is kept and nothing is left behind."""

import os
import struct
import zipfile
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from PIL import Image
from sqlalchemy.orm import scoped_session

from shop.db import db
from shop.files import StoredFile
from shop.uploads import BadFile, Purpose, remove_orphans, store_upload
from tests.factories.supply import NOW, demo_producer, pdf, picture, row_count, sent
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import signed_in

GPS = 0x8825


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif[0x010E] = "secret words"
    exif.get_ifd(GPS)[1] = "N"
    return picture("JPEG", exif=exif)


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("word/vbaProject.bin", "macro")
    return out.getvalue()


def animated() -> bytes:
    out = BytesIO()
    frames = [Image.new("RGB", (8, 8), (n * 90, 0, 0)) for n in range(3)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def claiming_pixels(width: int, height: int) -> bytes:
    """A small PNG whose header claims a huge picture."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + body
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e\x00\x00\x00\x00IEND\xaeB`\x82"
    )  # fmt: skip


def packed_script() -> bytes:
    hidden = zlib.compress(b"5 0 << /S /JavaScript /JS (app.alert(1)) >>")
    head = b"4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n"
    return pdf(head + hidden + b"\nendstream\nendobj\n")


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "a.jpg"),
    "text": (b"hello", "a.txt"),
    "text that says jpg": (b"hello", "a.jpg"),
    "sheet": (archive(), "a.xlsx"),
    "archive that says jpg": (archive(), "a.jpg"),
    "png that says xlsx": (picture("PNG"), "actually_a_png.xlsx"),
    "png that says jpg": (picture("PNG"), "a.jpg"),
    "jpg that says pdf": (picture(), "a.pdf"),
    "no ending": (picture(), "picture"),
    "double ending": (picture(), "a.jpg.exe"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "a.svg"),
    "html": (b"<!doctype html><script>1</script>", "a.html"),
    "gif": (picture("GIF"), "a.gif"),
    "tiff": (picture("TIFF"), "a.tif"),
    "bmp": (picture("BMP"), "a.bmp"),
    "truncated jpg": (picture(size=(640, 480))[:-400], "a.jpg"),
    "truncated png": (picture("PNG", size=(640, 480))[:-60], "a.png"),
    "truncated webp": (picture("WEBP", size=(640, 480))[:-60], "a.webp"),
    "only a header": (b"\xff\xd8\xff\xe0", "a.jpg"),
    "too many pixels": (claiming_pixels(6000, 5000), "a.png"),
    "a bomb of pixels": (claiming_pixels(60_000, 60_000), "a.png"),
    "animation": (animated(), "a.webp"),
    "jpg and archive": (picture() + archive(), "a.jpg"),
    "png and archive": (picture("PNG") + archive(), "a.png"),
    "jpg with a page": (picture() + b"<html><script>alert(1)</script>", "a.jpg"),
    "jpg with a program": (picture(comment=b"<?php system($_GET[0]); ?>"), "a.jpg"),
    "jpg and pdf": (picture(comment=pdf()), "a.jpg"),
    "path upward": (picture(), "../../evil.jpg"),
    "windows path": (picture(), "..\\evil.jpg"),
    "NUL in the name": (picture(), "evil\x00.jpg"),
    "long name": (picture(), "a" * 300 + ".jpg"),
    "turned name": (picture(), "evil\u202egpj.exe.jpg"),
    "hidden name": (picture(), ".jpg"),
    "too large": (b"\xff\xd8\xff" + b"\x00" * (10 * 1024 * 1024), "a.jpg"),
    "pdf without an end": (b"%PDF-1.4\n1 0 obj", "a.pdf"),
    "pdf with a password": (pdf(b"1 0 obj << /Encrypt 5 0 R >> endobj\n"), "a.pdf"),
    "pdf with a script": (pdf(b"1 0 obj << /S /JavaScript /JS (1) >> endobj\n"), "a.pdf"),
    "pdf with a disguised script": (pdf(b"1 0 obj << /S /J#61vaScript >> endobj\n"), "a.pdf"),
    "pdf with a packed script": (packed_script(), "a.pdf"),
    "pdf that starts a program": (pdf(b"1 0 obj << /S /Launch /F (cmd) >> endobj\n"), "a.pdf"),
    "pdf with an attachment": (pdf(b"1 0 obj << /EmbeddedFile 3 0 R >> endobj\n"), "a.pdf"),
    "pdf with a form program": (pdf(b"1 0 obj << /XFA 3 0 R >> endobj\n"), "a.pdf"),
    "pdf and archive": (pdf() + archive(), "a.pdf"),
    "pdf not at the start": (b"junk" + pdf(), "a.pdf"),
}  # fmt: skip


def files_of(app: Flask) -> list[Path]:
    return [path for path in Path(app.config["FILE_FOLDER"]).rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_nothing(
    session: scoped_session[Session], app: Flask, name: str
) -> None:
    data, filename = HOSTILE[name]
    before = row_count(StoredFile), sorted(files_of(app))
    with pytest.raises(BadFile) as refused:
        store_upload(sent(data, filename), organisation_id=None, purpose=Purpose.EVIDENCE, at=NOW)
    with app.test_request_context():
        assert len(str(refused.value.message)) >= 8
    assert (row_count(StoredFile), sorted(files_of(app))) == before


def test_a_pdf_is_no_picture(session: scoped_session[Session]) -> None:
    with pytest.raises(BadFile):
        store_upload(sent(pdf(), "a.pdf"), organisation_id=None, purpose="picture", at=NOW)


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_picture_is_drawn_anew(session: scoped_session[Session], kind: str, ending: str) -> None:
    stored = store_upload(
        sent(picture(kind), f"小米.{ending}"), organisation_id=None, purpose="picture", at=NOW
    )
    db.session.flush()
    with Image.open(stored.path) as kept:
        assert (kept.format, kept.size) == (kind, (64, 48))
    assert stored.is_public
    assert stored.size == stored.path.stat().st_size
    assert stored.original_name == f"小米.{ending}"


def test_where_a_picture_was_taken_is_not_kept(session: scoped_session[Session]) -> None:
    data = with_place()
    assert b"secret words" in data
    stored = store_upload(sent(data, "a.jpg"), organisation_id=None, purpose="picture", at=NOW)
    kept = stored.path.read_bytes()
    assert b"secret words" not in kept
    with Image.open(BytesIO(kept)) as opened:
        assert not dict(opened.getexif())


def test_a_large_picture_is_made_smaller(session: scoped_session[Session]) -> None:
    stored = store_upload(
        sent(picture(size=(3200, 100)), "a.jpg"), organisation_id=None, purpose="picture", at=NOW
    )
    with Image.open(stored.path) as kept:
        assert kept.size == (1600, 50)


def test_a_plain_pdf_is_kept_as_evidence(session: scoped_session[Session]) -> None:
    stored = store_upload(sent(pdf(), "证书.pdf"), organisation_id=None, purpose="evidence", at=NOW)
    assert stored.path.read_bytes() == pdf()
    assert not stored.is_public


def test_only_old_files_without_a_row_are_removed(
    session: scoped_session[Session], app: Flask
) -> None:
    folder = Path(app.config["FILE_FOLDER"]) / "aa"
    folder.mkdir(parents=True, exist_ok=True)
    old, fresh = folder / "aa-old", folder / "aa-fresh"
    for path in (old, fresh):
        path.write_bytes(b"x")
    long_ago = (NOW - timedelta(days=3)).timestamp()
    os.utime(old, (long_ago, long_ago))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    kept = store_upload(sent(picture(), "a.jpg"), organisation_id=None, purpose="picture", at=NOW)
    db.session.flush()
    os.utime(kept.path, (long_ago, long_ago))
    assert remove_orphans(NOW) == 1
    assert not old.exists()
    assert fresh.exists()
    assert kept.path.exists()


def store(app: Flask, data: bytes, name: str, purpose: str, owner: str) -> str:
    with app.app_context():
        stored = store_upload(
            sent(data, name),
            organisation_id=demo_producer(owner).organisation_id,
            purpose=purpose,
            at=NOW,
        )
        db.session.flush()
        public_id = stored.public_id
        db.session.commit()
        return public_id


def test_evidence_is_for_its_owner_and_its_reviewers(database: World, app: Flask) -> None:
    public_id = store(app, pdf(), "a.pdf", "evidence", "coop@demo.example")
    for name, status in [
        ("coop", 200), ("reviewer", 200), ("operator", 200), ("auditor", 200),
        ("enterprise", 404), ("buyer", 404), ("consumer", 403),
    ]:  # fmt: skip
        response = signed_in(app, name).client.get(f"/evidence/{public_id}", buffered=True)
        assert (name, response.status_code) == (name, status)
    PageClient(app.test_client()).get(f"/evidence/{public_id}", status=302)
    assert app.test_client().get(f"/pictures/{public_id}", buffered=True).status_code == 404


def test_a_document_is_downloaded_under_a_generated_name(database: World, app: Flask) -> None:
    public_id = store(app, pdf(), "a.pdf", "evidence", "coop@demo.example")
    headers = signed_in(app, "coop").client.get(f"/evidence/{public_id}", buffered=True).headers
    assert headers["Content-Disposition"] == f"attachment; filename={public_id}.pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/pdf"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-store"


def test_a_picture_is_for_everybody(database: World, app: Flask) -> None:
    public_id = store(app, picture("WEBP"), "a.webp", "picture", "coop@demo.example")
    response = app.test_client().get(f"/pictures/{public_id}", buffered=True)
    assert (response.status_code, response.mimetype) == (200, "image/webp")
    assert "immutable" in response.headers["Cache-Control"]
