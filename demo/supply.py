"""Cooperatives, enterprises and bases on real villages, and the ties between them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from catalog.queries import LISTING_LIST
from demo.accounts import ACCOUNTS, DOMAIN, MARK
from demo.cast import GrowingBase, Seller
from demo.chance import Chance, instant
from demo.names import bank_account, sc_licence, street, uscc, village_name
from demo.people import People
from demo.sizes import SMALL_COUNTIES, Size
from demo.sources import templates, words
from demo.writer import Writer
from producers.models import Base, BaseLink, Partnership, Producer
from shop import crypto
from shop.accounts.models import Organisation, OrganisationKind
from shop.actor import Role
from shop.regions.models import Level, Region
from shop.regions.queries import counting, within

LEVELS = (None, "county", "city", "region", "national")
BANKS = ("示范农村商业银行（演示）", "样例村镇银行（演示）", "示范农村信用合作社（演示）")
FIXED = {account.place: account for account in ACCOUNTS}


@dataclass(slots=True)
class Supply:
    """Who sells, in the order in which they were made; applicants sell nothing yet."""

    cooperatives: list[Seller]
    enterprises: list[Seller]
    counties: list[str]

    @property
    def sellers(self) -> list[Seller]:
        return self.cooperatives + self.enterprises


def counties_of_sale(writer: Writer, on: date, size: Size) -> list[str]:
    """Counties whose produce is sold, those with the most kinds first, 敖汉旗 before all."""
    eligible = set(writer.session.scalars(counting(LISTING_LIST, on)))
    kinds = {
        county: sum(county in template.counties for template in templates()) for county in eligible
    }
    first = [county for county in SMALL_COUNTIES if kinds.get(county)]
    if size.is_small:
        return first
    rest = sorted((c for c in kinds if kinds[c] and c not in first), key=lambda c: (-kinds[c], c))
    return first + rest


def make_supply(writer: Writer, people: People, size: Size, *, until: date) -> Supply:
    """Write producers, bases and links. Their days hang on the last day, all else does not."""
    maker = _Maker(writer, people, until)
    counties = counties_of_sale(writer, until, size)
    supply = Supply([], [], counties)
    for number in range(size.cooperatives):
        county = counties[number % len(counties)]
        supply.cooperatives.append(maker.producer(county, number, is_cooperative=True))
    for number in range(size.enterprises):
        county = counties[number * 5 % len(counties)] if number else counties[0]
        supply.enterprises.append(maker.producer(county, number, is_cooperative=False))
    for number in range(size.applicants):
        county = counties[number * 5 % len(counties)]
        status = ("applied", "recommended", "suspended", "refused")[number % 4]
        maker.producer(county, size.cooperatives + number, is_cooperative=True, status=status)
    maker.bases(supply, size)
    maker.partnerships(supply)
    return supply


class _Maker:
    def __init__(self, writer: Writer, people: People, until: date) -> None:
        self.writer, self.people, self.until = writer, people, until
        self.chance = Chance("supply")
        self._villages: dict[str, list[tuple[str, str]]] = {}
        self._number = 0

    def producer(
        self, county: str, number: int, *, is_cooperative: bool, status: str = "approved"
    ) -> Seller:
        self._number += 1
        kind = "cooperative" if is_cooperative else "enterprise"
        key = f"{kind}-{number}"
        name = self._name(county, number, kind)
        code = uscc("93" if is_cooperative else "91", county, 10_000 + self._number)
        address = self.people.place_name(county) + street(self.chance)
        head = self.people.invent_name()
        organisation = self.writer.add(
            Organisation,
            kind=OrganisationKind.PRODUCER.value,
            name=name,
            uscc=code,
            region_code=county,
            address=address,
            contact_name=head,
            contact_phone=self.people.invent_phone(),
            is_demo=True,
            created_at=instant(self.until - timedelta(days=700), 9),
        )
        account = FIXED.get(key)
        role = Role.COOPERATIVE_STAFF if is_cooperative else Role.ENTERPRISE_STAFF
        staff = self.people.add(
            account.email if account else f"{key}@{DOMAIN}",
            role,
            organisation,
            name,
            name=account.name if account else None,
        )
        producer_id = self._write_producer(key, kind, organisation, name, code, county, address,
                                           head, status)  # fmt: skip
        return Seller(producer_id, key, name, code, county, is_cooperative, organisation, staff)

    def _name(self, county: str, number: int, kind: str) -> str:
        lists = words()[f"{kind}s"]
        stems, forms = lists["stems"], lists["forms"]
        stem = stems[number % len(stems)] + (
            "" if number < len(stems) else str(number // len(stems))
        )
        form: str = forms[number % len(forms)]
        return form.format(place=self.people.short_name(county), stem=stem) + MARK

    def _write_producer(
        self, key: str, kind: str, organisation: int, name: str, code: str, county: str, address: str,
        head: str, status: str,
    ) -> int:  # fmt: skip
        chance = self.chance
        is_open = status in {"applied", "recommended"}
        applied = instant(self.until - timedelta(days=chance.randint(3, 9) if is_open else 690), 10)
        decided: datetime | None = None if is_open else applied + timedelta(days=12)
        is_cooperative = kind == "cooperative"
        account = bank_account(self._number)
        return self.writer.add(
            Producer,
            kind=kind,
            organisation_id=organisation,
            name=name,
            uscc=code,
            county_code=county,
            address=address,
            founded_on=date(chance.randint(2009, 2021), chance.randint(1, 12), chance.randint(1, 28)),
            legal_representative=head,
            story=self._story(county, is_cooperative),
            status=status,
            status_reason={"suspended": "产地与申报不一致，整改中（演示）",
                           "refused": "联农带农材料不全（演示）"}.get(status),
            applied_at=applied,
            recommended_at=None if status in {"applied", "refused"} else applied + timedelta(days=2),
            approved_at=decided if status in {"approved", "suspended"} else None,
            bank_name=chance.choice(BANKS),
            bank_account_cipher=crypto.seal(account, context="producers.bank_account_cipher"),
            members_count=chance.randint(12, 160) if is_cooperative else None,
            demonstration_level=chance.choice(LEVELS) if is_cooperative else None,
            sc_licence=None if is_cooperative else sc_licence(county, key),
            leading_level=None if is_cooperative else chance.choice(LEVELS),
        )  # fmt: skip

    def _story(self, county: str, is_cooperative: bool) -> str:
        place = self.people.short_name(county)
        if is_cooperative:
            return (
                f"我们在{place}，由村里的农牧户自愿联合，统一供种供料、统一收购、统一销售，"
                "盈余按交易量返还。本页内容为演示数据。"
            )
        return (
            f"我们在{place}收购和加工合作社的农畜产品，与合作社签有订单，"
            "按约定价格收购农户的产品。本页内容为演示数据。"
        )

    def bases(self, supply: Supply, size: Size) -> None:
        """Each cooperative runs one or two bases; the last few are run by enterprises."""
        own = max(1, size.bases - 2 * size.cooperatives)
        operators = [
            supply.cooperatives[number % size.cooperatives] for number in range(size.bases - own)
        ] + [supply.enterprises[number % size.enterprises] for number in range(own)]
        for operator in operators:
            operator.bases.append(self._base(operator))

    def _base(self, operator: Seller) -> GrowingBase:
        """A seller's first base is for what its county is rich in, the second for the other."""
        chance = self.chance
        kinds = [t.base_kind for t in templates() if operator.county in t.counties]
        common = max(("planting", "livestock"), key=kinds.count)
        other = "livestock" if common == "planting" else "planting"
        kind = other if operator.bases and other in kinds else common
        village, village_title = chance.choice(self._villages_in(operator.county))
        lists = words()["bases"]
        forms = lists["crop_forms" if kind == "planting" else "stock_forms"]
        name = chance.choice(forms).format(
            village=village_name(village_title), stem=chance.choice(lists["stems"])
        )
        base = GrowingBase(0, name, operator.county, village, kind, operator=operator)
        base.id = self.writer.add(
            Base,
            name=name + MARK,
            operator_id=operator.id,
            county_code=operator.county,
            village_code=village,
            kind=kind,
            area=chance.randint(120, 6_000) * 100,
            yearly_output=chance.randint(40, 900) * 1_000_000,
            main_produce="粮食、蔬菜和果品" if kind == "planting" else "牛羊肉、禽蛋和奶",
            valid_from=date(self.until.year - 3, 4, 1),
        )
        base.name = name + MARK
        return base

    def _villages_in(self, county: str) -> list[tuple[str, str]]:
        """Real villages of a county (committees; no town neighbourhoods), by code."""
        if county not in self._villages:
            rows = self.writer.session.execute(
                select(Region.code, Region.name)
                .where(within(Region.code, county), Region.level == Level.VILLAGE)
                .order_by(Region.code)
            ).tuples()
            found = [(code, name) for code, name in rows if "村" in name or "嘎查" in name]
            self._villages[county] = [
                pair for pair in found if "居" not in pair[1] and "社区" not in pair[1]
            ]
        return self._villages[county]

    def partnerships(self, supply: Supply) -> None:
        """Every cooperative delivers to an enterprise, the nearest by code, through its first base."""
        start = self.until - timedelta(days=660)
        for number, cooperative in enumerate(supply.cooperatives):
            nearest = sorted(
                supply.enterprises,
                key=lambda e: (abs(int(e.county) - int(cooperative.county)), len(e.partners), e.id),
            )[: 1 + (number % 3 == 0)]
            for position, enterprise in enumerate(nearest):
                cooperative.partners.append(enterprise)
                enterprise.partners.append(cooperative)
                kind = ("order_purchase", "processing", "brand_licence")[(number + position) % 3]
                self.writer.add(Partnership, cooperative_id=cooperative.id,
                                enterprise_id=enterprise.id, kind=kind, valid_from=start)  # fmt: skip
                if position == 0:
                    self.writer.add(BaseLink, base_id=cooperative.bases[0].id,
                                    producer_id=enterprise.id,
                                    kind="co_built" if number % 7 == 0 else "supplies",
                                    valid_from=start)  # fmt: skip
                elif len(cooperative.bases) > 1:
                    self.writer.add(BaseLink, base_id=cooperative.bases[1].id,
                                    producer_id=enterprise.id, kind="supplies", valid_from=start,
                                    valid_to=self.until - timedelta(days=40))  # fmt: skip
