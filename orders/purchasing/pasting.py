"""What a pasted list comes to: each row with its offer, its amount in the offer's measure, its price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from catalog.models import Offer
from catalog.queries import free_stock
from catalog.rules import BadQuantity, check_quantity
from orders.placing import unit_price
from orders.purchasing.amounts import Fault, Measured, Sold, measured, nearest
from orders.purchasing.bulk_forms import amounts_in_words, in_words
from orders.purchasing.matching import Match, match_lines
from orders.purchasing.paste import Row
from shop.actor import Actor
from shop.money import Money, total
from shop.regions.queries import names
from shop.units import PriceBasis
from shop.web.frame import pick


@dataclass
class ReadRow:
    """A row as the table shows it. `state`: matched, choose, missing or amount."""

    number: int
    row: Row
    candidates: list[Offer]
    offer: Offer | None
    quantity: int | None = None
    problem: str = ""
    fixes: list[tuple[int, str]] = field(default_factory=list)
    price: Money | None = None
    amount: Money | None = None
    hint: str = ""

    @property
    def state(self) -> str:
        if not self.candidates:
            return "missing"
        if self.offer is None:
            return "choose"
        return "amount" if self.problem else "matched"


@dataclass(frozen=True)
class ReadList:
    """The whole list. It can be taken into an order once no row has a problem."""

    rows: list[ReadRow]

    def places(self) -> dict[str, str]:
        """County code → name of where the offers found come from: one query."""
        offers = {offer for row in self.rows for offer in row.candidates}
        return names({offer.base.county_code for offer in offers})

    @property
    def problems(self) -> int:
        return sum(1 for row in self.rows if row.state != "matched")

    @property
    def total(self) -> Money:
        return total(row.amount for row in self.rows if row.amount)

    def quantities(self) -> dict[Offer, int]:
        """What is wanted of each offer; two rows of one offer are one."""
        wanted: dict[Offer, int] = {}
        for row in self.rows:
            if row.offer is not None and row.quantity is not None:
                wanted[row.offer] = wanted.get(row.offer, 0) + row.quantity
        return wanted


def read_rows(
    rows: Sequence[Row], picked: Mapping[int, str], *, actor: Actor, on: date
) -> ReadList:
    """Find the offers of these rows and judge the amounts; `picked`: row number → offer chosen."""
    matches = match_lines([row.words for row in rows], actor=actor, on=on)
    found = [_found(n, row, matches[row.words], picked.get(n, "")) for n, row in enumerate(rows)]
    offers = {offer for row in found for offer in row.candidates}
    free = free_stock([offer.id for offer in offers])
    for row in found:
        if row.offer is not None:
            _judge(row, free.get(row.offer.id, 0))
    _judge_together(found, free)
    return ReadList(found)


def _found(number: int, row: Row, match: Match, picked: str) -> ReadRow:
    chosen = next((o for o in match.candidates if o.public_id == picked), match.chosen)
    if chosen is None:  # 小米 5 袋 does not mean the one in boxes
        fitting = [o for o in match.candidates if row.unit.lower() in _sold(o).packs]
        chosen = fitting[0] if len(fitting) == 1 else None
    return ReadRow(number, row, match.candidates, chosen)


def _judge(row: ReadRow, free: int) -> None:
    offer = row.offer
    if offer is None:
        return
    found = measured(row.row.number, row.row.unit, _sold(offer))
    if found.quantity is None:
        row.problem = _fault_words(offer, row.row, found)
        row.fixes = _fixes(offer, [n for q in found.around for n in _near(offer, q, free)])
        return
    row.quantity = found.quantity
    try:
        check_quantity(found.quantity, minimum=offer.minimum, multiple=offer.multiple)
    except BadQuantity:
        row.problem = amounts_in_words(offer)
        row.fixes = _fixes(offer, _near(offer, found.quantity, free))
        return
    if found.quantity > free:
        row.problem = _("库存不足，现在可订 %(free)s。", free=in_words(offer, free))
        row.fixes = _fixes(offer, _near(offer, found.quantity, free))
        return
    _price(row, offer, found.quantity)


def _judge_together(rows: Sequence[ReadRow], free: Mapping[int, int]) -> None:
    """Two rows of one offer become one line of the order: its stock must do for both."""
    seen: dict[int, ReadRow] = {}
    sums: dict[int, int] = {}
    for row in rows:
        if row.offer is None or row.quantity is None or row.problem:
            continue
        first, offer = seen.setdefault(row.offer.id, row), row.offer
        sums[offer.id] = sums.get(offer.id, 0) + row.quantity
        if first is row:
            continue
        if sums[offer.id] > free.get(offer.id, 0):
            row.problem = _("与第%(number)d行合计超过库存，现在可订 %(free)s。",
                            number=first.number + 1,
                            free=in_words(offer, free.get(offer.id, 0)))  # fmt: skip
        else:
            row.hint = _("与第%(number)d行是同一件商品，将合并成一行。", number=first.number + 1)


def _price(row: ReadRow, offer: Offer, quantity: int) -> None:
    row.price = unit_price(offer, quantity)
    row.amount = PriceBasis(offer.price_basis).amount(row.price, quantity)
    following = [tier for tier in offer.tiers if tier.from_quantity > quantity]
    if following:
        tier = following[0]
        row.hint = _("满 %(quantity)s：%(price)s",
                     quantity=in_words(offer, tier.from_quantity), price=tier.price)  # fmt: skip


def _sold(offer: Offer) -> Sold:
    product = offer.product
    packs = (product.pack_name, product.pack_name_en, f"{product.pack_name_en}s")
    return Sold(offer.price_basis, packs, product.content, product.content_unit)


def _near(offer: Offer, quantity: int, free: int) -> list[int]:
    return nearest(quantity, minimum=offer.minimum, multiple=offer.multiple, free=free)


def _fixes(offer: Offer, amounts: Sequence[int]) -> list[tuple[int, str]]:
    return [(amount, in_words(offer, amount)) for amount in sorted(set(amounts))]


def _fault_words(offer: Offer, row: Row, found: Measured) -> str:
    is_pack = offer.price_basis == PriceBasis.PACK
    pack = pick(offer.product, "pack_name") if is_pack else _("千克")
    if found.fault is Fault.NUMBER:
        return _("请填写数量，例如 5 %(unit)s。", unit=pack)
    if found.fault is Fault.UNIT:
        return _("这件商品按%(unit)s出售，不按“%(typed)s”出售。", unit=pack, typed=row.unit)
    return _("%(typed)s不是整%(unit)s。", typed=row.amount, unit=pack)
