"""Without a connection: the worker, its pages, the installed app."""

import json
import re
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from shop.web.headers import CONTENT_POLICY
from tests.support.page import PageClient


@pytest.fixture
def visitor(app: Flask) -> PageClient:
    return PageClient(app.test_client())


def test_the_worker_answers_for_the_whole_shop_and_is_asked_for_anew(app: Flask) -> None:
    answer = app.test_client().get("/sw.js")
    script = answer.get_data(as_text=True)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in CONTENT_POLICY
    for address in re.findall(r'"(/[^"]+)"', script):
        if address != "/offline/language":
            with app.test_client().get(address) as file:
                assert file.status_code == 200, address


def test_only_navigations_and_marked_files_are_answered(app: Flask) -> None:
    script = app.test_client().get("/sw.js").get_data(as_text=True)
    assert 'request.method !== "GET"' in script
    assert 'searchParams.has("v")' in script


@pytest.mark.parametrize(
    ("language", "heading"), [("zh-hans", "现在没有网络"), ("en", "No connection right now")]
)
def test_the_page_speaks_the_readers_language(
    visitor: PageClient, language: str, heading: str
) -> None:
    page = visitor.get(f"/offline/{language}", headers={"Accept-Language": "de"})
    assert page.heading == heading
    assert "Set-Cookie" not in page.response.headers
    assert not page.reader.forms


def test_another_language_has_no_page(visitor: PageClient) -> None:
    visitor.get("/offline/de", status=404)


def test_the_manifest_names_icons_that_are_there(app: Flask) -> None:
    answer = app.test_client().get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    told = json.loads(answer.data)
    assert told["short_name"] == "乡源"
    for icon in told["icons"]:
        response = app.test_client().get(icon["src"])
        assert response.status_code == 200
        if icon["type"] == "image/png":
            with Image.open(BytesIO(response.get_data())) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]
        response.close()
