"""Harvests, stock and holds: every line gets its goods from a batch that households brought in."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from catalog.models import Hold, StockLot
from demo.cast import OfferPlan
from demo.chance import Chance, instant
from demo.seasons import best_before, lot_on
from demo.story import LinePlan, OrderPlan, PurchasePlan
from demo.writer import Writer
from orders.models import Allocation
from orders.states import ENDED_WITHOUT_GOODS, OrderEventKind, OrderStatus
from producers.models import Batch, BatchShare
from shop.clock import business_day
from shop.units import PriceBasis

SOLD_OUT, SCARCE = 4, 5  # percent of offers
BROUGHT_BY = (5, 12)  # households to a batch, where the base has so many


@dataclass(slots=True)
class Lot:
    """A stock lot while history runs over it."""

    id: int
    batch_id: int
    received: int
    left: int
    sold: int = 0
    held: int = 0
    perished: int = 0
    is_scarce: bool = False


@dataclass(slots=True)
class Taken:
    """One line of one order, as the shelf sees it."""

    line: LinePlan
    order: OrderPlan
    purchase: PurchasePlan


class Shelves:
    """Fills the shelves of one offer after the other and gives every line its lots."""

    def __init__(self, writer: Writer, *, until: date) -> None:
        self.writer, self.until = writer, until
        self.chance = Chance(f"shelves {until}")
        self._sequence: dict[date, int] = defaultdict(int)

    def fill(self, offers: list[OfferPlan], purchases: list[PurchasePlan]) -> None:
        """Write batches, shares and lots, and note on each line from which lots it comes."""
        wanted: dict[int, list[Taken]] = defaultdict(list)
        for purchase in purchases:
            for order in purchase.orders:
                for line in order.lines:
                    wanted[line.offer.id].append(Taken(line, order, purchase))
        for offer in offers:
            if not offer.is_new:
                self._fill_one(offer, wanted.pop(offer.id, []))
                self.writer.breathe()

    def _fill_one(self, offer: OfferPlan, taken: list[Taken]) -> None:
        by_lot: dict[int, list[Taken]] = defaultdict(list)
        for item in taken:
            place = lot_on(offer, business_day(item.purchase.at))
            assert place is not None
            by_lot[place].append(item)
        last = len(offer.restocks) - 1
        first = min(by_lot, default=last)
        before: Lot | None = None
        for place in range(max(0, min(first, last)), last + 1):
            items = by_lot.get(place, [])
            lot = self._harvest(offer, place, sum(i.line.quantity for i in items), place == last)
            fresh_until = offer.restocks[place] + timedelta(days=30)
            if before and (lot.is_scarce or best_before(offer, place - 1) < fresh_until):
                self._perish(before)  # too old to be sold beside the new harvest
            for item in items:
                self._take(item, [before, lot] if before else [lot])
            if before:
                self._close(offer, before, place - 1)
            before = lot
        if before:
            self._close(offer, before, last)

    def _harvest(self, offer: OfferPlan, place: int, wanted: int, is_last: bool) -> Lot:
        step = offer.template.multiple
        spare = max(wanted * self.chance.randint(15, 45) // 100, offer.template.minimum * 4)
        if is_last:
            spare = self._spare_now(offer)
        received = max(wanted + spare, offer.template.minimum)
        received += -received % step
        batch = self._batch(offer, offer.restocks[place], best_before(offer, place), received)
        lot = Lot(self.writer.next_id(StockLot), batch, received, received)
        if is_last and not spare:
            lot.left, lot.perished, lot.is_scarce = wanted, received - wanted, True
        return lot

    def _spare_now(self, offer: OfferPlan) -> int:
        """What is free on the last day: plenty, little, or nothing."""
        draw = self.chance.randrange(100)
        is_fixed = offer.seller.is_fixed
        if draw < SOLD_OUT and not is_fixed:
            return 0
        if draw < SOLD_OUT + SCARCE and not is_fixed:
            return offer.template.minimum * 2
        return offer.template.minimum * self.chance.randint(40, 160)

    def _batch(self, offer: OfferPlan, harvested: date, best: date, received: int) -> int:
        by_weight = offer.template.basis == PriceBasis.KILOGRAM
        quantity = received if by_weight else received * offer.template.content
        self._sequence[harvested] += 1
        number = self._sequence[harvested]
        code = f"{offer.template.category}-{offer.seller.uscc[-6:]}-{harvested:%Y%m%d}-{number:03d}"
        has_number = offer.template.needs_conformity
        batch = self.writer.add(
            Batch,
            code=code,
            producer_id=offer.base.operator.id if offer.base.operator else offer.seller.id,
            base_id=offer.base.id,
            produce=offer.name,
            harvested_on=harvested,
            best_before=best,
            quantity=quantity,
            unit_code="g" if by_weight else offer.template.content_unit,
            conformity_number=f"HGZ-{harvested:%Y%m%d}-{number:04d}" if has_number else None,
            conformity_issued_on=harvested if has_number else None,
            recorded_at=instant(harvested, 18),
        )
        self._shares(offer, batch, quantity)
        return batch

    def _shares(self, offer: OfferPlan, batch: int, quantity: int) -> None:
        """What each household brought; together the whole batch, to the gram."""
        homes = offer.base.households
        count = min(len(homes), self.chance.randint(*BROUGHT_BY), quantity)
        parts = [self.chance.randint(60, 140) for _ in range(count)]
        left = quantity - count
        for position, household in enumerate(self.chance.sample(homes, count)):
            is_last = position == count - 1
            share = left if is_last else (quantity - count) * parts[position] // sum(parts)
            left -= share
            self.writer.add(BatchShare, batch_id=batch, household_id=household, quantity=share + 1)

    def _take(self, item: Taken, lots: list[Lot]) -> None:
        """Oldest harvest first, as catalog.stock holds it; what came back is on the shelf again."""
        missing = item.line.quantity
        status = item.order.statuses()[-1]
        came_back = status in ENDED_WITHOUT_GOODS and status is not OrderStatus.RETURNED
        for lot in lots:
            part = min(missing, lot.left)
            if part <= 0:
                continue
            missing -= part
            is_claimed = item.order.when(OrderEventKind.DISPATCH) is not None
            if not came_back:
                lot.left -= part
                lot.sold += part if is_claimed else 0
                lot.held += 0 if is_claimed else part
            item.line.parts.append((lot.id, lot.batch_id, part))
        assert not missing

    def _perish(self, lot: Lot) -> None:
        lot.perished += lot.left
        lot.left = 0

    def _close(self, offer: OfferPlan, lot: Lot, place: int) -> None:
        is_old = place < len(offer.restocks) - 2
        if is_old or best_before(offer, place) < self.until:
            self._perish(lot)
        self.writer.add(
            StockLot,
            id=lot.id,
            offer_id=offer.id,
            batch_id=lot.batch_id,
            received=lot.received,
            sold=lot.sold,
            written_off=lot.perished,
            on_hand=lot.received - lot.sold - lot.perished,
            held=lot.held,
        )


def write_holds(
    writer: Writer, purchase: PurchasePlan, order: OrderPlan, expires_at: datetime | None
) -> None:
    """What was held for each line, and, once it was promised or sent, from which batches it came."""
    status = order.statuses()[-1]
    sent = order.when(OrderEventKind.DISPATCH)
    if sent:
        state, finished = "claimed", sent
    elif status in ENDED_WITHOUT_GOODS:
        state, finished = "released", order.steps[-1].at
    else:
        state, finished = "live", None
    promised = sent or order.when(OrderEventKind.CONFIRM)
    for line in order.lines:
        key = f"order-line:{line.id}"
        for lot, batch, quantity in line.parts:
            writer.add(
                Hold, stock_lot_id=lot, holder_key=key, quantity=quantity, status=state,
                created_at=purchase.at, expires_at=expires_at, finished_at=finished,
            )  # fmt: skip
            if promised:
                writer.add(Allocation, line_id=line.id, stock_lot_id=lot, batch_id=batch,
                           quantity=quantity)  # fmt: skip
