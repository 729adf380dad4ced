"""Words and addresses of the storefront's pages."""

from dataclasses import dataclass

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalog.cards import what_for
from catalog.comparing import Compared
from catalog.pictures import Picture, card_picture, picture_url
from catalog.product_page import Obstacle, ProductPage
from catalog.rules import UnitPrice
from catalog.storage import storage_shown
from shop.web.filters import content, measure
from shop.web.frame import pick

OBSTACLES: dict[Obstacle, LazyString] = {
    Obstacle.SUSPENDED: _l("这件商品已暂停销售。"),
    Obstacle.RETIRED: _l("这件商品已下架。"),
    Obstacle.PRODUCER: _l("供应商已暂停供货，暂时不能购买。"),
    Obstacle.REVOKED: _l("帮扶产品证书已被撤销，不能购买。"),
    Obstacle.EXPIRED: _l("帮扶产品证书已过期，续期后才能购买。"),
    Obstacle.NOT_BEGUN: _l("帮扶产品证书尚未生效，生效后才能购买。"),
    Obstacle.UNCERTIFIED: _l("没有适用于这件商品和这个基地的帮扶产品证书，不能购买。"),
    Obstacle.NOT_ELIGIBLE: _l("产地不在认定的帮扶地区名单内，不能购买。"),
    Obstacle.SOLD_OUT: _l("已售罄，等待下一批到货。"),
}

CERTIFICATES: dict[str, LazyString] = {
    "poverty_product_national_2020": _l("原国务院扶贫办公布的全国扶贫产品目录内的产品。"),
    "assistance_product_regional": _l("地方帮扶主管部门认定、来自帮扶地区并带动农户的产品。"),
    "consumption_assistance_product": _l("按消费帮扶产品标准认定的产品。"),
    "green_food": _l("产地环境、投入品和成品都按绿色食品标准检验，三年一审。"),
    "organic": _l("不使用化学合成的农药、化肥，每年由认证机构检查。"),
    "organic_conversion": _l("正在向有机生产转换，还不是有机产品。"),
    "agi": _l("品质来自特定产地的农产品，由农业农村部登记。"),
    "gi_product": _l("品质来自特定产地的产品，由国家知识产权局保护。"),
    "food_production_licence": _l("加工企业的食品生产许可，编号以 SC 开头。"),
    "famous_special_new": _l("全国名特优新农产品名录收录的产品。"),
    "conformity_commitment": _l("生产者对这一批农产品合格的书面承诺。"),
    "test_report": _l("检验机构对这一批产品的检验结果。"),
}

UNIT_NAMES = {"kg": _l("千克"), "jin": _l("斤"), "l": _l("升"), "piece": _l("件")}


@dataclass(frozen=True)
class ProductWords:
    """What the product page says of its offer, in the page's language."""

    name: str
    summary: str
    picture_url: str
    per_label: str
    unit_prices: list[str]
    content: str
    minimum: str
    multiple: str
    tiers: list[tuple[str, str, str]]  # from, price, per kilogram …


def obstacle_words(obstacle: Obstacle | None) -> LazyString | None:
    return OBSTACLES[obstacle] if obstacle else None


def certificate_words() -> dict[str, LazyString]:
    return CERTIFICATES


def product_words(page: ProductPage) -> ProductWords:
    offer, product = page.offer, page.offer.product
    pack = pick(product, "pack_name")
    picture = product.picture.public_id if product.picture else None
    return ProductWords(
        name=pick(product),
        summary=pick(product, "summary"),
        picture_url=picture_url(product.motif, product.id, picture),
        per_label=what_for(offer.price_basis, pack, product.content, product.content_unit),
        unit_prices=[unit_price_words(price) for price in page.unit_prices],
        content=f"{content(product.content, product.content_unit)} / {pack}",
        minimum=measure(page.terms.smallest, offer.price_basis, pack),
        multiple=measure(offer.multiple, offer.price_basis, pack),
        tiers=[
            (
                measure(tier.from_quantity, offer.price_basis, pack),
                str(tier.price),
                _("，").join(map(unit_price_words, tier.unit_prices)),
            )
            for tier in page.tiers
        ],
    )


@dataclass(frozen=True)
class ComparedWords:
    """What the comparison says of one offer, in the page's language."""

    name: str
    picture: Picture
    per_label: str
    per_unit: str
    content: str
    smallest: str
    tiers: list[str]
    storage: str | None
    shelf_life: str | None


def compared_words(thing: Compared) -> ComparedWords:
    offer, product = thing.offer, thing.offer.product
    pack = pick(product, "pack_name")
    days = product.shelf_life_days
    return ComparedWords(
        name=pick(product),
        picture=card_picture(
            product.motif, product.id, product.picture.public_id if product.picture else None
        ),
        per_label=what_for(offer.price_basis, pack, product.content, product.content_unit),
        per_unit=unit_price_words(thing.per_unit),
        content=f"{content(product.content, product.content_unit)} / {pack}",
        smallest=measure(thing.smallest, offer.price_basis, pack),
        tiers=[
            _("满 %(quantity)s：%(price)s",
              quantity=measure(tier.from_quantity, offer.price_basis, pack), price=tier.price)
            for tier in offer.tiers
        ],
        storage=storage_shown(product.storage),
        shelf_life=ngettext("%(num)d 天", "%(num)d 天", days) if days else None,
    )  # fmt: skip


def unit_price_words(unit_price: UnitPrice) -> str:
    """¥12.80 / 千克, marked where the fen had to be rounded."""
    about = "" if unit_price.is_exact else _("约 ")
    return f"{about}{unit_price.price} / {UNIT_NAMES[unit_price.per]}"
