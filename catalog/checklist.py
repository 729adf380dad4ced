"""A new supplier's first steps in this room: certificate, product, stock."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, select

from catalog.models import Offer, Product, StockLot
from catalog.states import OfferStatus
from producers.models import Certificate, CertificateType, Producer
from producers.states import CertificateStatus
from shop.actor import Actor
from shop.db import db
from shop.web.checklist import Task


def first_steps(actor: Actor) -> Sequence[Task]:
    """One query: what the supplier already sells."""
    accepted = exists().where(
        Certificate.holder_id == Producer.id,
        Certificate.status == CertificateStatus.APPROVED,
        CertificateType.code == Certificate.type_code,
        CertificateType.grants_listing.is_(True),
    )
    of_its_own = (Product.producer_id == Producer.id, Offer.product_id == Product.id)
    row = db.session.execute(
        select(
            accepted,
            exists().where(*of_its_own),
            exists().where(*of_its_own, Offer.status == OfferStatus.LISTED),
            exists().where(*of_its_own, StockLot.offer_id == Offer.id),
        ).where(Producer.organisation_id == actor.organisation_id)
    ).first()
    if row is None:
        return []
    is_accepted, has_offer, is_listed, has_stock = row
    return [
        Task(
            "certificate",
            _("提交帮扶产品证书"),
            _("没有有效的帮扶产品证书覆盖，商品不能购买。提交后由县级部门核对。"),
            url_for("certificates.new_certificate"),
            bool(is_accepted),
            40,
        ),
        Task(
            "offer",
            _("新增第一件商品"),
            _("先存草稿，再提交县级审核；审核通过后上架。"),
            url_for("listings.list_offers") if has_offer else url_for("listings.new_offer"),
            bool(is_listed),
            50,
        ),
        Task(
            "stock",
            _("从批次入库"),
            _("在商品页选择批次入库，买家看到的库存就来自这里。"),
            url_for("listings.list_offers"),
            bool(has_stock),
            70,
        ),
    ]
