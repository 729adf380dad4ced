"""Help says true things: its links lead somewhere, its words are those of the shop."""

import re

import pytest
from flask import Flask

from shop.accounts.sessions import STAFF_IDLE
from shop.actor import Role
from shop.help.glossary import CELLS, DOCUMENT, rows, words
from shop.help.topics import TOPICS
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import PEOPLE, signed_in


@pytest.mark.parametrize("key", TOPICS)
def test_every_step_leads_to_a_page_that_there_is(app: Flask, key: str) -> None:
    steps = TOPICS[key].steps
    assert 5 <= len(steps) <= 8
    assert [s.endpoint for s in steps if s.endpoint and s.endpoint not in app.view_functions] == []
    assert all(step.label for step in steps if step.endpoint)
    assert len(TOPICS[key].questions) >= 4


def test_every_role_has_help() -> None:
    assert set().union(*(topic.roles for topic in TOPICS.values())) == set(Role)


@pytest.mark.parametrize("name", ["visitor", *PEOPLE])
def test_links_of_help_lead_where_the_reader_may_go(app: Flask, database: World, name: str) -> None:
    client = PageClient(app.test_client()) if name == "visitor" else signed_in(app, name)
    for key in TOPICS:
        page = client.get(f"/help/{key}")
        html = page.response.get_data(as_text=True)
        steps = html.split('class="help-steps"')[1].split("</ol>")[0]
        for link in set(re.findall(r'href="([^"]+)"', steps)):
            assert client.client.get(link).status_code in {200, 302}, f"{name}: {key} {link}"


def test_ones_own_work_comes_first(app: Flask, database: World) -> None:
    page = signed_in(app, "approver").get("/help")
    assert page.text.index("单位采购：审批人") < page.text.index("其他角色")
    assert PageClient(app.test_client()).get("/help").text.index("个人购买") > 0


def test_the_glossary_is_the_document(client: PageClient) -> None:
    table = rows(DOCUMENT.read_text(encoding="utf-8"))
    assert [row for row in table if len(row) != CELLS] == []
    page = client.get("/help/glossary")
    assert len(words()) == len(table)
    assert all(word.chinese in page.text and word.meaning in page.text for word in words())
    english = client.get("/help/glossary", headers={"Accept-Language": "en"})
    assert "the sum of its orders" in english.text


def test_the_contacts_are_those_of_the_reader(app: Flask, database: World) -> None:
    visitor = PageClient(app.test_client()).get("/help/contacts")
    buyer = signed_in(app, "buyer").get("/help/contacts")
    assert visitor.reader.headings[0].strip() == "联系谁"
    assert len(buyer.text) > len(visitor.text)


def test_the_idle_time_is_the_one_that_help_names() -> None:
    asked = [q for q in TOPICS["ordering"].questions if "登录中断" in str(q.asked)]
    assert f"{STAFF_IDLE.seconds // 60}分钟" in str(asked[0].answer)


def test_help_asks_little(app: Flask, database: World, count_queries) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(app, "buyer")
    for path in ("/help", "/help/ordering", "/help/glossary", "/help/contacts"):
        with count_queries() as queries:
            client.get(path)
        assert queries.count <= 4
