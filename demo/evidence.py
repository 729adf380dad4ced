"""The picture that stands for every scanned certificate: it says that it is a demonstration."""

import hashlib
import io
from datetime import datetime
from functools import cache
from pathlib import Path

from flask import current_app
from PIL import Image, ImageDraw

from demo.cast import Seller
from demo.writer import Writer
from shop.files import StoredFile


class Evidence:
    """The stored file of each seller's certificates, written once."""

    def __init__(self, writer: Writer, *, at: datetime) -> None:
        self._writer, self._at = writer, at
        self._files: dict[int, int] = {}

    def of(self, seller: Seller) -> int:
        if seller.id not in self._files:
            content = _picture()
            self._files[seller.id] = self._writer.add(
                StoredFile,
                sha256=_keep(content),
                media_type="image/png",
                size=len(content),
                original_name="证书扫描件（演示）.png",
                organisation_id=seller.organisation_id,
                created_at=self._at,
            )
        return self._files[seller.id]


def _keep(content: bytes) -> str:
    """Put the bytes where shop.files looks for them; returns their digest."""
    digest = hashlib.sha256(content).hexdigest()
    path = Path(current_app.config["FILE_FOLDER"]) / digest[:2] / digest
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return digest


@cache
def _picture() -> bytes:
    image = Image.new("RGB", (640, 452), "#fbf7ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((16, 16, 624, 436), outline="#8a6d3b", width=4)
    draw.rectangle((28, 28, 612, 424), outline="#c9b48a", width=1)
    draw.text((224, 190), "DEMO CERTIFICATE", fill="#8a6d3b", font_size=24)
    draw.text((224, 226), "not a real document", fill="#8a6d3b", font_size=18)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
