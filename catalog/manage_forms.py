"""Forms of the supplier's listings, stock and certificates."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.validators import Optional

from catalog.categories import CategoryTree
from catalog.models import Offer
from catalog.operations.offers import ProductFacts
from catalog.storage import storage_choices
from catalog.terms import MOST_TIERS, Terms, Tier
from producers.forms import (
    BASE_UNITS,
    CHOOSE,
    REQUIRED,
    UNIT_CHOICES,
    DecimalField,
    base_units,
    words,
)
from producers.models import Producer
from shop.units import UNITS, PriceBasis, plain_decimal
from shop.web.choices import PLEASE, choices
from shop.web.forms import Form, LineField, MoneyField, TextBlockField, WholeField
from shop.web.frame import pick

MOST_PACKS = 9_999_999
MOST_GRAMS = 999_999_000

BASIS_CHOICES = [
    (PriceBasis.PACK.value, _l("按包装计价（元/件）")),
    (PriceBasis.KILOGRAM.value, _l("按重量计价（元/千克）")),
]


class MeasureField(DecimalField):
    """Packs, or kilograms where the price is for a kilogram; `measured` is packs or grams."""

    measured: int | None = None

    def measure(self, basis: str) -> bool:
        """Turn the typed amount into the offer's measure; False with an error at the field."""
        if self.amount is None:
            return True
        if basis == PriceBasis.PACK:
            self.measured, most = self._whole(self.amount), MOST_PACKS
            expected = _("请填写整数件数，例如 10。")
        else:
            self.measured, most = self._whole(self.amount * 1000), MOST_GRAMS
            expected = _("请填写千克数，最多三位小数，例如 2.5。")
        if self.measured is None or self.measured > most:
            self.errors = [*self.errors, expected]
            return False
        return True

    @staticmethod
    def _whole(value: Decimal) -> int | None:
        return int(value) if value == value.to_integral_value() else None


def measure_text(quantity: int, basis: str) -> str:
    return str(quantity) if basis == PriceBasis.PACK else plain_decimal(quantity, UNITS["kg"])


class TermsForm(Form):
    """Price, minimum order, multiple and up to three tiers."""

    price = MoneyField(_l("单价（元）"), [REQUIRED])
    minimum = MeasureField(
        _l("起订量"), [REQUIRED], description=_l("按包装计价填件数，按重量计价填千克数。")
    )
    multiple = MeasureField(
        _l("销售倍数"),
        [REQUIRED],
        description=_l("每次增加的最小数量；可以零售填1，整箱出售填每箱件数。"),
    )
    from_1 = MeasureField(_l("一级阶梯：数量达到"), [Optional()])
    price_1 = MoneyField(_l("一级阶梯：单价（元）"), [Optional()])
    from_2 = MeasureField(_l("二级阶梯：数量达到"), [Optional()])
    price_2 = MoneyField(_l("二级阶梯：单价（元）"), [Optional()])
    from_3 = MeasureField(_l("三级阶梯：数量达到"), [Optional()])
    price_3 = MoneyField(_l("三级阶梯：单价（元）"), [Optional()])
    basis: Any = PriceBasis.PACK.value

    def tier_fields(self) -> list[tuple[MeasureField, MoneyField]]:
        return [(self[f"from_{n}"], self[f"price_{n}"]) for n in range(1, MOST_TIERS + 1)]

    def chosen_basis(self) -> str:
        return str(self.basis)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        basis = self.chosen_basis()
        fields = [self.minimum, self.multiple, *(each for each, _price in self.tier_fields())]
        for field in fields:  # every field is told
            valid = not field.errors and field.measure(basis) and valid
        ended = False
        for quantity, price in self.tier_fields():
            given = quantity.amount is not None, price.data is not None
            if quantity.errors or price.errors:
                valid = False
            elif given[0] != given[1]:
                missing = price if given[0] else quantity
                missing.errors = [*missing.errors, _("阶梯的数量和单价要一起填写。")]
                valid = False
            elif given[0] and ended:
                quantity.errors = [*quantity.errors, _("请先填写上一级阶梯。")]
                valid = False
            ended = ended or not (given[0] or quantity.errors)
        return valid

    def to_terms(self) -> Terms:
        return Terms(
            price=self.price.data,
            minimum=self.minimum.measured or 0,
            multiple=self.multiple.measured or 0,
            tiers=tuple(
                Tier(quantity.measured or 0, price.data)
                for quantity, price in self.tier_fields()
                if quantity.measured is not None
            ),
        )

    @staticmethod
    def written(offer: Offer) -> dict[str, Any]:
        basis = offer.price_basis
        values = {
            "price": offer.price,
            "minimum": measure_text(offer.minimum, basis),
            "multiple": measure_text(offer.multiple, basis),
        }
        for number, tier in enumerate(offer.tiers[:MOST_TIERS], start=1):
            values[f"from_{number}"] = measure_text(tier.from_quantity, basis)
            values[f"price_{number}"] = tier.price
        return values


class ProductForm(Form):
    """What a product is; the price comes with it when it is new."""

    name = LineField(_l("商品名"), [REQUIRED], longest=60)
    name_en = LineField(_l("英文名"), [Optional()], longest=120)
    category = SelectField(_l("品类"), [CHOOSE])
    summary = TextBlockField(_l("简介"), [REQUIRED], longest=500)
    summary_en = TextBlockField(_l("英文简介"), [Optional()], longest=800)
    net_content = DecimalField(_l("每件净含量"), [REQUIRED])
    content_unit = SelectField(_l("净含量单位"), [CHOOSE], choices=choices(UNIT_CHOICES))
    pack_name = LineField(
        _l("包装名称"), [REQUIRED], longest=10, description=_l("例如：袋、箱、盒。")
    )
    pack_name_en = LineField(_l("包装英文名"), [Optional()], longest=20)
    storage = SelectField(_l("贮存条件"), [CHOOSE])
    shelf_life_days = WholeField(_l("保质期（天）"), [Optional()], minimum=1, maximum=3650)
    geographical_indication = LineField(
        _l("地理标志名称"), [Optional()], longest=40, description=_l("使用地理标志的商品填写。")
    )
    processor = SelectField(_l("加工企业"), [Optional()])
    picture = FileField(
        _l("商品图片"),
        [Optional()],
        description=_l("JPEG、PNG 或 WebP，不超过10兆字节；拍摄信息会被去掉。"),
    )
    content_base: int | None = None

    def offer_choices(
        self, tree: CategoryTree, processors: Iterable[Producer], storage: str | None = None
    ) -> None:
        """`storage` is what is on record already, which may be none of the usual ways."""
        self.storage.choices = choices(storage_choices(storage))
        self.category.choices = choices(category_choices(tree), ask=PLEASE)
        self.processor.choices = choices(
            ((each.public_id, each.name) for each in processors), ask=_l("无（未经加工）")
        )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.net_content.errors or self.content_unit.errors:
            return False
        self.content_base = base_units(self.net_content, self.content_unit.data)
        if self.content_base is not None and self.content_base > MOST_GRAMS:
            self.refuse("net_content", _("净含量太大，请核对单位。"))
            return False
        return valid and self.content_base is not None

    def to_facts(self, processors: Iterable[Producer]) -> ProductFacts:
        chosen = {each.public_id: each for each in processors}
        return ProductFacts(
            category_code=self.category.data,
            name=words(self.name),
            name_en=self.name_en.data or "",
            summary=words(self.summary),
            summary_en=self.summary_en.data or "",
            content=self.content_base or 0,
            content_unit=BASE_UNITS[UNITS[self.content_unit.data].dimension],
            pack_name=words(self.pack_name),
            pack_name_en=self.pack_name_en.data or "",
            storage=self.storage.data,
            shelf_life_days=self.shelf_life_days.data,
            geographical_indication=self.geographical_indication.data or None,
            processor=chosen.get(self.processor.data or ""),
        )


class FurtherOfferForm(TermsForm):
    """A known product's further base and terms; `content_unit` is the product's."""

    content_unit: Any = "g"
    asked_first: tuple[str, ...] = ("base", "price_basis")
    base = SelectField(_l("产地基地"), [CHOOSE])
    price_basis = RadioField(
        _l("计价方式"), [CHOOSE], choices=choices(BASIS_CHOICES), default="pack"
    )

    def chosen_basis(self) -> str:
        return str(self.price_basis.data)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fields stand, and are wrong, in the order of the page; those of `TermsForm` come last."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self._fields
        last = [name for name in fields if name not in self.asked_first]
        for name in [*self.asked_first, *last]:
            fields[name] = fields.pop(name)

    def unit_code(self) -> str:
        return str(self.content_unit)

    @staticmethod
    def like(offer: Offer) -> dict[str, Any]:
        """Beginning with the terms of the offer that is there."""
        return {"price_basis": offer.price_basis, **TermsForm.written(offer)}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        unit = UNITS.get(self.unit_code())
        by_weight = self.chosen_basis() == PriceBasis.KILOGRAM
        if by_weight and unit is not None and unit.dimension != "mass":
            self.refuse("price_basis", _("按重量计价的商品，净含量单位应为克、斤、千克或吨。"))
            return False
        return valid


class NewOfferForm(ProductForm, FurtherOfferForm):
    """A new product, its base and its terms."""

    asked_first = (
        "name", "name_en", "category", "summary", "summary_en", "net_content", "content_unit",
        "pack_name", "pack_name_en", "storage", "shelf_life_days", "geographical_indication",
        "processor", "picture", "base", "price_basis",
    )  # fmt: skip

    def unit_code(self) -> str:
        return str(self.content_unit.data)


def category_choices(tree: CategoryTree) -> list[tuple[str, str]]:
    """Every category from the third level down, and those above with none below, by their path."""
    found = []
    for code in sorted(tree.by_code):
        path = tree.path(code)
        if len(path) > 2 or not tree.below.get(code):
            found.append((code, " › ".join(pick(category) for category in path[1:] or path)))
    return found
