"""Certificates of every type and state, and which product from which base each covers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from catalog.models import CertificateCoverage
from demo.cast import Held, OfferPlan, Seller
from demo.chance import Chance, instant
from demo.evidence import Evidence
from demo.names import sc_licence
from demo.supply import Supply
from demo.writer import Writer
from producers.models import Certificate, CertificateType
from shop import codes

NORMAL = "normal"
MAIN_STORIES = (NORMAL, "renewed", NORMAL, "national", NORMAL)
SIDE_STORIES = ("revoked", "ending", "expired", NORMAL, "reapplied", NORMAL, NORMAL, NORMAL)
FIXED_STORIES = (NORMAL, "ending", "expired", NORMAL)
FIXED_SIZES = (2, 1, 1)
"""The fixed cooperative and enterprise show the states that ask for something to be done."""
PER_CERTIFICATE = 2


@dataclass(slots=True)
class _Term:
    first: date
    last: date | None
    status: str = "approved"
    reason: str | None = None
    revoked_on: date | None = None


class CertificateMaker:
    """Writes certificates with their scope; what an offer is covered by is noted on its plan."""

    def __init__(self, writer: Writer, *, until: date) -> None:
        self.writer, self.until = writer, until
        self.chance = Chance("certificates")
        self.types = {t.code: t for t in writer.session.scalars(select(CertificateType))}
        self.evidence = Evidence(writer, at=instant(until - timedelta(days=1), 0))
        self._number = 0
        self._serials: Counter[str] = Counter()

    def make(self, supply: Supply) -> None:
        """Certificates of all sellers; each keeps something that can be sold today."""
        for place, seller in enumerate(supply.sellers):
            sold = [offer for offer in seller.offers if not offer.is_new]
            sizes = FIXED_SIZES if seller.is_fixed else (1,)
            for position, group in enumerate(_groups(sold, sizes)):
                self._listing(seller, group, _story(seller, place, position))
            new = [offer for offer in seller.offers if offer.status == "submitted"]
            if new:
                term = _Term(self.until - timedelta(days=8), None, "submitted")
                self._write("consumption_assistance_product", seller, new, term)
            self._quality(seller, sold)
        self._waiting(supply)

    def _listing(self, seller: Seller, group: list[OfferPlan], story: str) -> None:
        """The recognition as an assistance product, without which nothing is sold."""
        kinds = ("assistance_product_regional", "consumption_assistance_product")
        kind = kinds[self._number % 2]
        for term in self._terms(story):
            self._write(kind, seller, group, term)
        if story == "national":
            old = _Term(date(2020, 12, 1), date(2021, 11, 30))
            self._write("poverty_product_national_2020", seller, group, old)

    def _terms(self, story: str) -> list[_Term]:
        until, day = self.until, timedelta(days=1)
        early = until - self.chance.randint(570, 640) * day
        if story == "renewed":
            change = until - self.chance.randint(150, 260) * day
            return [_Term(early, change), _Term(change + day, change + 730 * day)]
        if story == "ending":
            return [_Term(early, until + self.chance.randint(3, 25) * day)]
        if story in {"expired", "reapplied"}:
            ended = _Term(early, until - self.chance.randint(18, 60) * day)
            if story == "expired":
                return [ended]
            return [ended, _Term(until - 5 * day, until + 725 * day, "submitted")]
        if story == "revoked":
            on = until - self.chance.randint(25, 45) * day
            return [_Term(early, until + 300 * day, "revoked", "抽检不合格（演示）", on)]
        return [_Term(early, until + self.chance.randint(120, 500) * day)]

    def _quality(self, seller: Seller, sold: list[OfferPlan]) -> None:
        day = timedelta(days=1)
        for offer in sold:
            early = self.until - self.chance.randint(300, 620) * day
            if offer.template.geographical_name:
                kind = "agi" if self.chance.happens(60) else "gi_product"
                self._write(kind, seller, [offer], _Term(early, None))
            if self.chance.happens(22):
                term = _Term(early, early + 1095 * day)
                self._write("green_food", seller, [offer], term)
            if self.chance.happens(8):
                term = _Term(early + 200 * day, early + 565 * day)
                kind = "organic" if self.chance.happens(75) else "organic_conversion"
                self._write(kind, seller, [offer], term)
            if self.chance.happens(6):
                self._write("famous_special_new", seller, [offer], _Term(early, None))
        early = self.until - 600 * day
        if not seller.is_cooperative:
            self._write("food_production_licence", seller, [], _Term(early, early + 1825 * day))
            self._write("green_food_enterprise", seller, [], _Term(early, None))
        if self._number % 3 == 0 or seller.is_fixed:
            tested = self.until - 20 * day
            self._write("test_report", seller, sold[:1], _Term(tested, tested + 180 * day))
            self._write("conformity_commitment", seller, sold[:1], _Term(tested, tested + 60 * day))

    def _waiting(self, supply: Supply) -> None:
        """Something for the reviewer to decide, and something that was refused."""
        day = timedelta(days=1)
        first = supply.cooperatives[0]
        term = _Term(self.until - 2 * day, self.until + 1093 * day, "submitted")
        self._write("green_food", first, first.offers[:1], term)
        second = supply.cooperatives[1]
        term = _Term(self.until - 40 * day, None, "refused", "证书编号与证书不一致（演示）")
        self._write("gi_product", second, second.offers[:1], term)

    def _write(self, kind: str, seller: Seller, offers: list[OfferPlan], term: _Term) -> None:
        self._number += 1
        number = self._certificate_number(kind, seller, term.first)
        submitted = instant(min(term.first, self.until - timedelta(days=1)), 9)
        approved: datetime | None = submitted + timedelta(hours=5)
        certificate = self.writer.add(
            Certificate,
            type_code=kind,
            holder_id=seller.id,
            number=number,
            issuer=self.types[kind].issuer,
            valid_from=term.first,
            valid_to=term.last,
            status=term.status,
            status_reason=term.reason,
            evidence_id=self.evidence.of(seller),
            submitted_at=submitted,
            approved_at=approved if term.status in {"approved", "revoked"} else None,
            revoked_at=instant(term.revoked_on, 15) if term.revoked_on else None,
        )
        last = term.revoked_on - timedelta(days=1) if term.revoked_on else term.last
        held = Held(
            certificate,
            f"{self.types[kind].name} {number}",
            self.types[kind].grants_listing,
            term.first,
            last,
        )
        for offer in offers:
            self.writer.add(
                CertificateCoverage,
                certificate_id=certificate,
                product_id=offer.product_id,
                base_id=offer.base.id,
            )
            if term.status in {"approved", "revoked"}:
                offer.certificates.append(held)

    def _certificate_number(self, kind: str, seller: Seller, on: date) -> str:
        """In the published form where there is one; unmistakably a demonstration elsewhere."""
        self._serials[kind] += 1
        serial = self._serials[kind]
        numbers = {
            "green_food": f"LB-{serial % 57 + 1:02d}-{on:%y%m}05{serial:05d}A",
            "green_food_enterprise": f"GF{seller.county}{on:%y}{serial:04d}",
            "organic": f"999OP{on:%y}{serial:05d}",
            "organic_conversion": f"998OP{on:%y}{serial:05d}",
            "agi": f"AGI{90_000 + serial:05d}",
            "food_production_licence": sc_licence(seller.county, seller.key),
        }
        number = numbers.get(kind) or f"DEMO-{on.year}-{self._number:06d}"
        return codes.check(self.types[kind].number_check, number)


def _story(seller: Seller, place: int, position: int) -> str:
    if seller.is_fixed:
        return FIXED_STORIES[position % len(FIXED_STORIES)]
    if position == 0:
        return MAIN_STORIES[place % len(MAIN_STORIES)]
    return SIDE_STORIES[(place + position - 2) % len(SIDE_STORIES)]


def _groups(offers: list[OfferPlan], sizes: Sequence[int]) -> list[list[OfferPlan]]:
    """The offers in groups of these sizes, then of the usual one."""
    groups: list[list[OfferPlan]] = []
    start = 0
    while start < len(offers):
        size = sizes[len(groups)] if len(groups) < len(sizes) else PER_CERTIFICATE
        groups.append(offers[start : start + size])
        start += size
    return groups
