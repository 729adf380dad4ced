"""Products and offers: real kinds of produce at invented prices, in packs or by weight."""

from collections import Counter, deque
from datetime import date, timedelta

from catalog.models import Offer, PriceTier, Product
from demo.cast import GrowingBase, OfferPlan, Seller
from demo.chance import Chance, instant
from demo.sizes import Size
from demo.sources import Template, templates
from demo.supply import Supply
from demo.writer import Writer
from shop.money import Money

STATUSES = {"draft": 2, "submitted": 3, "suspended": 2, "retired": 1, "listed": 92}
REASONS = {"suspended": "产品图片与实物不符，待更正（演示）", "retired": "不再生产（演示）"}


def make_goods(writer: Writer, supply: Supply, size: Size, *, until: date) -> list[OfferPlan]:
    """Write products, offers and price tiers; the offers, those that history may sell among them."""
    maker = _Maker(writer, until)
    sellers = deque(supply.sellers)
    turns = [supply.cooperatives[0]] * 5 + [supply.enterprises[0]] * 4
    made = idle = 0
    while made < size.products and idle < len(sellers):
        seller = turns.pop(0) if turns else sellers[0]
        sellers.rotate(0 if turns else -1)
        found = maker.next_template(seller)
        idle = 0 if found else idle + 1
        if found:
            made += 1
            maker.product(seller, *found)
    return maker.offers


class _Maker:
    def __init__(self, writer: Writer, until: date) -> None:
        self.writer, self.until = writer, until
        self.chance = Chance("goods")
        self.offers: list[OfferPlan] = []
        self._used: Counter[str] = Counter()
        self._sold: set[tuple[int, str]] = set()

    def next_template(self, seller: Seller) -> tuple[Template, GrowingBase] | None:
        """What the seller's bases bring forth and fewest others sell yet; names of places first."""
        bases = _bases(seller)
        choices = [
            (
                not (seller.is_fixed and not seller.offers and t.basis == "kilogram"),
                self._used[t.key],
                t.geographical_name is None,
                number,
                t,
                base,
            )
            for base in bases
            for number, t in enumerate(templates())
            if base.county in t.counties
            and (t.base_kind == base.kind or len(bases) == 1)
            and (seller.id, t.key) not in self._sold
            and (seller.is_cooperative or t.is_processed)
        ]
        if not choices:
            return None
        *_rank, template, base = min(choices, key=lambda choice: choice[:4])
        return template, base

    def product(self, seller: Seller, template: Template, base: GrowingBase) -> None:
        self._used[template.key] += 1
        self._sold.add((seller.id, template.key))
        processor = seller if not seller.is_cooperative else None
        if template.is_processed and processor is None and seller.partners:
            processor = seller.partners[0]
        product = self.writer.add(
            Product,
            producer_id=seller.id,
            processor_id=processor.id if processor and template.is_processed else None,
            category_code=template.category,
            name=template.name,
            name_en=template.name_en,
            summary=template.summary,
            summary_en=template.summary_en,
            geographical_indication=template.geographical_name,
            content=template.content,
            content_unit=template.content_unit,
            pack_name=template.pack,
            pack_name_en=template.pack_en,
            storage=template.storage,
            shelf_life_days=template.shelf_life,
            motif=template.motif,
            created_at=instant(self.until - timedelta(days=650), 11),
        )
        self._offer(seller, template, base, product)
        others = [b for b in seller.bases if b is not base and b.kind == base.kind]
        if others and not seller.is_fixed and self.chance.happens(30):
            self._offer(seller, template, others[0], product)

    def _offer(self, seller: Seller, template: Template, base: GrowingBase, product: int) -> None:
        status = self._status(seller)
        price = template.price * self.chance.randint(92, 108) // 100
        price = max(10, price - price % 10)
        tiers = self._tiers(template, price)
        plan = OfferPlan(
            id=0, product_id=product, name=template.name, template=template, seller=seller,
            base=base, price=price, tiers=tiers, status=status, shelf_days=template.shelf_life,
            is_new=status in {"draft", "submitted"},
        )  # fmt: skip
        plan.id = self._write(plan)
        seller.offers.append(plan)
        self.offers.append(plan)

    def _status(self, seller: Seller) -> str:
        """The first offers of everybody are listed; the fixed sellers have one of each kind."""
        place = len(seller.offers)
        if seller.is_fixed:
            return {4: "submitted", 5: "draft"}.get(place, "listed")
        return "listed" if place < 3 else self.chance.weighted(STATUSES)

    def _write(self, plan: OfferPlan) -> int:
        made = instant(self.until - timedelta(days=6 if plan.is_new else 640), 14)
        was_listed = not plan.is_new
        offer = self.writer.add(
            Offer,
            product_id=plan.product_id,
            base_id=plan.base.id,
            price=Money(plan.price),
            price_basis=plan.template.basis,
            minimum=plan.template.minimum,
            multiple=plan.template.multiple,
            status=plan.status,
            status_reason=REASONS.get(plan.status),
            submitted_at=None if plan.status == "draft" else made,
            listed_at=made + timedelta(days=2) if was_listed else None,
            suspended_at=instant(self.until - timedelta(days=12), 10)
            if plan.status == "suspended"
            else None,
            updated_at=instant(self.until - timedelta(days=12), 10) if was_listed else made,
        )
        for quantity, price in plan.tiers:
            self.writer.add(PriceTier, offer_id=offer, from_quantity=quantity, price=Money(price))
        return offer

    def _tiers(self, template: Template, price: int) -> list[tuple[int, int]]:
        if not self.chance.happens(60):
            return []
        step = template.minimum
        return [(step * times, price * (100 - off) // 100) for times, off in ((5, 3), (20, 6))]


def _bases(seller: Seller) -> list[GrowingBase]:
    """A cooperative's own bases; an enterprise's and those that deliver to it."""
    if seller.is_cooperative:
        return seller.bases
    return seller.bases + [partner.bases[0] for partner in seller.partners]
