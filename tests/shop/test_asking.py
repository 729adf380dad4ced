"""What a list's address may ask for, and that the rest is not found."""

from datetime import date

import pytest
from flask import Flask

from shop.errors import NotFound
from shop.web.asking import asked_day, asked_month, asked_of, asked_words, list_url


def test_what_there_is_is_read(app: Flask) -> None:
    with app.test_request_context(
        "/?state=open&q=%20小%E2%80%AE米%20&day=2026-06-30&month=2026-06"
    ):
        assert asked_of("state", {"open", "ended"}) == "open"
        assert asked_words() == "小米"
        assert asked_day("day") == date(2026, 6, 30)
        assert asked_month("month") == date(2026, 6, 1)


def test_nothing_is_asked_for_by_an_empty_address(app: Flask) -> None:
    with app.test_request_context("/?state=&day="):
        assert (asked_of("state", {"open"}), asked_words()) == ("", "")
        assert (asked_day("day"), asked_month("month")) == (None, None)


@pytest.mark.parametrize(
    "query",
    ["state=gone", "day=2026-02-30", "day=30.6.2026", "month=2026-13", "month=2026", "month=１"],
)
def test_what_there_is_not_is_not_found(app: Flask, query: str) -> None:
    def read() -> None:
        asked_of("state", {"open"})
        asked_day("day")
        asked_month("month")

    with app.test_request_context(f"/?{query}"), pytest.raises(NotFound):
        read()


def test_words_are_of_bearable_length(app: Flask) -> None:
    with app.test_request_context("/?q=" + "x" * 500):
        assert asked_words() == "x" * 60


def test_an_address_says_only_what_is_asked_for(app: Flask) -> None:
    with app.test_request_context("/"):
        assert list_url("batches.list_batches", produce="", q="小米") == (
            "/supplier/batches?q=%E5%B0%8F%E7%B1%B3"
        )
