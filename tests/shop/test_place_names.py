"""What places are called in English, and that the record stays Chinese."""

import csv
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from shop.regions import queries
from shop.regions.english import FILE, english_name, full_english_name, full_place_name, place_name
from shop.regions.loading import DATA

Db = scoped_session[Session]
AOHAN, VILLAGE = "150430", "150430100200"


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context(), force_locale("en"):
        yield


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_banner_and_province_of_the_record_has_an_english_name() -> None:
    recorded = {row["code"]: row["name"] for row in rows("divisions_counties.csv")}
    listed = {row["code"] for row in rows("nm_banners.csv")}
    provinces = {code for code in recorded if code.endswith("0000")}
    given = {row["code"]: row["name"] for row in rows(FILE.name)}
    assert listed | provinces <= given.keys()
    assert {code: recorded[code] for code in given} == given


def test_no_two_places_of_one_province_share_an_english_name() -> None:
    named = [(row["code"][:2], row["name_en"]) for row in rows(FILE.name)]
    assert len(named) == len(set(named))


def test_a_village_stands_before_its_banner_in_english() -> None:
    recorded = "内蒙古自治区赤峰市敖汉旗新惠镇某某村"
    told = full_english_name(VILLAGE, recorded)
    assert told == "新惠镇某某村, Aohan Banner, Chifeng, Inner Mongolia"
    assert full_english_name("130125", "河北省石家庄市行唐县") == "石家庄市行唐县, Hebei"


@pytest.mark.usefixtures("english")
def test_an_english_page_says_english_names() -> None:
    assert place_name(AOHAN, "敖汉旗") == "Aohan Banner"
    assert place_name("130125", "行唐县") == "行唐县"
    assert full_place_name("150400", "内蒙古自治区赤峰市") == "Chifeng, Inner Mongolia"
    assert place_name("000000", "中国") == full_place_name("000000", "中国") == "China"


def test_outside_of_a_page_names_are_as_recorded(session: Db) -> None:
    assert place_name(AOHAN, "敖汉旗") == "敖汉旗"
    assert queries.names([AOHAN]) == queries.recorded_names([AOHAN]) == {AOHAN: "敖汉旗"}


@pytest.mark.usefixtures("session", "english")
def test_what_is_recorded_does_not_follow_the_page() -> None:
    assert queries.names([AOHAN]) == {AOHAN: english_name(AOHAN)}
    assert queries.recorded_names([AOHAN]) == {AOHAN: "敖汉旗"}
