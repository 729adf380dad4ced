"""Ordering by a pasted list and by repeating an earlier order."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from orders.models import Order
from shop.db import db, transaction
from shop.money import Money
from tests.factories.shelf import make_shelf, make_tier
from tests.orders.purchasing.cast import Cast
from tests.support.counting import Queries
from tests.support.grid import GRID
from tests.support.page import Page

PASTING = "/canteen/orders/pasting"


def names(cast: Cast) -> tuple[str, str]:
    """Names for what the cast can buy, by the pack and by the kilogram."""
    with cast.app.app_context(), transaction():
        stage = cast.stage
        db.session.merge(stage.shelf.offer).product.name = "双生黄米"
        db.session.merge(stage.other_shelf.offer).product.name = "双生羊腿"
    return "双生黄米", "双生羊腿"


def paste(cast: Cast, text: str, status: int = 200) -> Page:
    return cast.buyer.submit(cast.buyer.get(PASTING), "pasting", status=status, text=text)


def test_a_pasted_list_becomes_an_order(cast: Cast) -> None:
    packs, kilograms = names(cast)
    page = paste(cast, f"品名\t数量\t单位\n{packs}\t10\t袋\n{kilograms} 41 斤\n")
    assert "每一行都没有问题" in page.text
    assert "¥298.00" in page.text
    assert "¥252.97" in page.text
    order = cast.buyer.submit(page, "pasted", status=200, step="take")
    fields = order.form("bulk-order").fields
    assert fields[f"quantity-{cast.packs}"] == ["10"]
    assert fields[f"quantity-{cast.kilograms}"] == ["20.5"]
    review = cast.buyer.submit(
        order, "bulk-order", status=200, delivery_on="2026-07-05", step="review"
    )
    assert "合计 ¥550.97" in review.text
    cast.buyer.submit(review, "/canteen/orders")


def test_rows_that_are_not_clear_are_shown_and_kept(cast: Cast) -> None:
    packs, kilograms = names(cast)
    page = paste(
        cast, f"{packs}\n没有这种东西 3 袋\n{packs} 2000 袋\n{kilograms} 0.5\n{packs} 三箱"
    )
    assert "有 5 行还需要改正" in page.text
    for words in ("请填写数量", "没有叫这个名字的可购商品", "现在可订 100 袋", "起订 1 千克",
                  "不按“箱”出售"):  # fmt: skip
        assert words in page.text
    fields = page.form("pasted").fields
    assert fields["words-1"] == ["没有这种东西"]
    assert fields["amount-1"] == ["3 袋"]
    again = cast.buyer.submit(page, "pasted", status=422, step="take")
    assert again.form("pasted").fields == fields


def test_a_size_behind_the_name_is_no_hindrance(cast: Cast) -> None:
    packs, _kilograms = names(cast)
    page = paste(cast, f"{packs}10公斤装 10袋\n{packs}（5kg） 20 袋\n{packs}")
    assert [page.form("pasted").fields[f"offer-{n}"] for n in range(3)] == [[cast.packs]] * 3
    assert "请填数量" in page.text
    assert "有 1 行还需要改正" in page.text


def test_an_offered_amount_is_taken_with_one_click_and_a_row_dropped(cast: Cast) -> None:
    packs, _kilograms = names(cast)
    page = paste(cast, f"{packs} 6 千克\n没有这种东西 3 袋")
    assert "6 千克不是整袋" in page.text
    page = cast.buyer.submit(page, "pasted", status=200, step="fix-0-3")
    assert page.form("pasted").fields["amount-0"] == ["3 袋"]
    page = cast.buyer.submit(page, "pasted", status=200, step="drop-1")
    assert "每一行都没有问题" in page.text
    assert "words-1" not in page.form("pasted").fields


def test_several_candidates_are_chosen_from(cast: Cast) -> None:
    with cast.app.app_context(), transaction():
        shelves = [
            make_shelf(product={"name": name, "pack_name": "袋"})
            for name in ("双生荞麦面甲", "双生荞麦面乙")
        ]
        chosen = shelves[1].offer.public_id
    page = paste(cast, "双生荞麦面 4")
    assert "请从 2 种里选择" in page.text
    page = cast.buyer.submit(page, "pasted", status=200, step="check", **{"offer-0": chosen})
    assert "每一行都没有问题" in page.text
    order = cast.buyer.submit(page, "pasted", status=200, step="take")
    assert order.form("bulk-order").fields[f"quantity-{chosen}"] == ["4"]


def test_what_the_unit_bought_before_is_meant(cast: Cast) -> None:
    cast.order()
    with cast.app.app_context(), transaction():
        name = db.session.merge(cast.stage.shelf.offer).product.name = "双生莜面"
        make_shelf(product={"name": name})
    page = paste(cast, f"{name} 5 袋")
    assert "每一行都没有问题" in page.text
    assert page.form("pasted").fields["offer-0"] == [cast.packs]


def test_a_products_address_and_two_rows_of_one_product(cast: Cast) -> None:
    packs, _kilograms = names(cast)
    page = paste(cast, f"http://localhost/products/{cast.packs} 60\n{packs} 30")
    assert "将合并成一行" in page.text
    order = cast.buyer.submit(page, "pasted", status=200, step="take")
    assert order.form("bulk-order").fields[f"quantity-{cast.packs}"] == ["90"]
    page = paste(cast, f"{packs} 60\n{packs} 50")
    assert "合计超过库存" in page.text


def test_the_tier_is_shown(cast: Cast) -> None:
    packs, _kilograms = names(cast)
    with cast.app.app_context(), transaction():
        make_tier(db.session.merge(cast.stage.shelf.offer), 20, Money(28_00))
    assert "满 20 袋：¥28.00" in paste(cast, f"{packs} 10").text
    assert "¥28.00/袋" in paste(cast, f"{packs} 20").text.replace(" ", "")


def test_bad_lists_are_refused_with_what_was_typed(cast: Cast) -> None:
    assert "请至少写一行" in paste(cast, " \n--\n", 422).text
    many = "\n".join(f"小米 {n}" for n in range(1, 102))
    page = paste(cast, many, 422)
    assert "一次最多 100 行" in page.text
    assert page.form("pasting").fields["text"][0].split() == many.split()
    assert "提交了这张表单没有的内容" in cast.buyer.submit(
        cast.buyer.get(PASTING), "pasting", status=422, text="小米 1", price="1"
    ).text  # fmt: skip


def test_bad_amounts_of_a_pasted_row_never_break_it(cast: Cast) -> None:
    packs, _kilograms = names(cast)
    page = paste(cast, f"{packs} 10")
    for text in [*GRID, "１０袋", "/" * 300]:
        cast.buyer.submit(page, "pasted", status=200, step="check", **{"amount-0": text})
        cast.buyer.submit(page, "pasted", status=200, step="check", **{"words-0": text})
    for text in ("-1", "null", "９", "x" * 23):
        answer = cast.buyer.submit(page, "pasted", status=422, **{"offer-0": text})
        assert "请从列出的商品里选择" in answer.text
        assert answer.form("pasted").fields["words-0"] == [packs]
    for step in ("fix-9-1", "else", "fix-0-x"):
        cast.buyer.submit(page, "pasted", status=404, step=step)


def test_a_list_costs_the_same_for_three_rows_and_for_many(
    cast: Cast, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    packs, kilograms = names(cast)
    with cast.app.app_context(), transaction():
        others = [make_shelf().offer.product.name for _ in range(40)]
    costs = []
    for lines in (others[:3], others):
        page = cast.buyer.get(PASTING)
        text = "\n".join(f"{name} 2" for name in [packs, kilograms, *lines])
        with count_queries() as queries:
            read = cast.buyer.submit(page, "pasting", status=200, text=text)
        with count_queries() as taking:
            cast.buyer.submit(read, "pasted", status=200, step="take")
        costs.append((queries.count, taking.count))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12, costs


def test_what_is_chosen_is_gathered_on_top_without_script(cast: Cast) -> None:
    page = cast.buyer.get("/canteen/orders/new")
    assert "已选 0 种" in page.text
    amount = {f"quantity-{cast.packs}": "10", "step": "search"}
    page = cast.buyer.submit(page, "bulk-order", status=200, **amount)
    assert "已选 1 种" in page.text
    chosen, others = page.text.split("可订购的商品")
    with cast.app.app_context():
        name = db.session.merge(cast.stage.shelf.offer).product.name
    assert name in chosen
    assert name not in others
    assert page.form("bulk-order").fields[f"quantity-{cast.packs}"] == ["10"]


def test_last_weeks_order_again_in_three_clicks(cast: Cast) -> None:
    number = cast.order("confirmed")
    with cast.app.app_context():
        count = db.session.scalar(db.select(db.func.count(Order.id))) or 0
    desk = cast.buyer.get("/canteen")
    [again] = [link for link in desk.reader.links if "again=" in link]
    form = cast.buyer.get(again)
    assert "商品和单价都没有变化" in form.text
    fields = form.form("bulk-order").fields
    assert fields[f"quantity-{cast.packs}"] == ["10"]
    assert fields["delivery_on"] == ["2026-07-01"]
    review = cast.buyer.submit(form, "bulk-order", status=200, step="review")
    placed = cast.buyer.submit(review, "/canteen/orders")
    assert placed.location != f"/canteen/orders/{number}"
    with cast.app.app_context():
        assert db.session.scalar(db.select(db.func.count(Order.id))) == count + 1


def test_what_is_different_today_is_told(cast: Cast) -> None:
    number = cast.order()
    with cast.app.app_context(), transaction():
        db.session.merge(cast.stage.shelf.offer).price = Money(31_00)
    page = cast.buyer.get(f"/canteen/orders/new?again={number}")
    assert "单价由 ¥29.80 变为 ¥31.00" in page.text
    with cast.app.app_context(), transaction():
        db.session.merge(cast.stage.shelf.offer).status = "retired"
    page = cast.buyer.get(f"/canteen/orders/new?again={number}")
    assert "现在不能购买，没有放进来" in page.text
    assert f"quantity-{cast.packs}" not in page.form("bulk-order").fields


def test_anothers_order_cannot_be_repeated(cast: Cast) -> None:
    cast.buyer.get("/canteen/orders/new?again=A26063000000000", status=404)
    cast.buyer.get("/canteen/orders/new?again=P26063000000000", status=404)


def test_repeating_costs_few_queries(
    cast: Cast, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    number = cast.order()
    with count_queries() as queries:
        cast.buyer.get(f"/canteen/orders/new?again={number}")
    assert queries.count <= 12, queries.statements


def test_what_was_ordered_before_comes_first(cast: Cast) -> None:
    cast.order()
    page = cast.buyer.get("/canteen/orders/new")
    text = page.response.get_data(as_text=True)
    assert text.index("本单位订过的商品") < text.index(f"quantity-{cast.packs}")
    assert text.index(f"quantity-{cast.packs}") < text.index(f"quantity-{cast.kilograms}")
    assert "上次 2026-06-30" in page.text


def test_all_wrong_amounts_are_said_at_once_with_what_would_do(cast: Cast) -> None:
    page = cast.buyer.get("/canteen/orders/new")
    with cast.app.app_context(), transaction():
        offer = db.session.merge(cast.stage.shelf.offer)
        offer.minimum, offer.multiple = 10, 5
    values = {f"quantity-{cast.packs}": "12", f"quantity-{cast.kilograms}": "0.5"}
    answer = cast.buyer.submit(
        page, "bulk-order", status=422, delivery_on="2026-07-05", step="review", **values
    )
    assert "可改为 10 袋 或 15 袋。" in answer.text
    assert "起订 1 千克。可改为 1 千克。" in answer.text
