"""The public trace chain as the links of the trace_chain component."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from producers.trace import HouseholdsShown, ProducerFact, PublicChain
from shop.web.filters import day
from shop.web.frame import pick


@dataclass(frozen=True)
class ChainLink:
    """One link; without a title it is missing, and the component says so."""

    kind: str
    kind_label: str
    title: str | None
    detail: str | None = None
    url: str | None = None


def public_links(chain: PublicChain) -> list[ChainLink]:
    """Base, households, cooperative, enterprise and certificate, in this order."""
    return [
        ChainLink("base", _("基地"), chain.base.name, chain.base.village),
        _households(chain),
        _producer("cooperative", _("合作社"), chain.cooperative),
        _producer("enterprise", _("企业"), chain.enterprise),
        _certificates(chain),
    ]


def order_link() -> ChainLink:
    """The end of a batch's way: what an order keeps, and who sees it."""
    return ChainLink(
        "order", _("订单"), _("记在每一张订单上"), _("订单只有买卖双方和监管人员能看。")
    )


def _households(chain: PublicChain) -> ChainLink:
    if chain.households is HouseholdsShown.NUMBER:
        number = chain.household_number or 0
        return ChainLink("household", _("农户"), ngettext("%(num)d 户", "%(num)d 户", number))
    if chain.households is HouseholdsShown.FEW:
        return ChainLink(
            "household", _("农户"), _("5户以下不显示"), _("户数很少时不公开，以免认出具体人家。")
        )
    return ChainLink("household", _("农户"), None)


def _producer(kind: str, label: str, producer: ProducerFact | None) -> ChainLink:
    if producer is None:
        return ChainLink(kind, label, None)
    address = url_for("producers.show_producer", public_id=producer.public_id)
    return ChainLink(kind, label, producer.name, producer.sc_licence, address)


def _certificates(chain: PublicChain) -> ChainLink:
    if not chain.certificates:
        return ChainLink("certificate", _("证书"), None)
    first, others = chain.certificates[0], len(chain.certificates) - 1
    words = [first.number]
    if first.valid_to:
        words.append(_("有效期至 %(day)s", day=day(first.valid_to)))
    if others:
        words.append(ngettext("另有 %(num)d 张", "另有 %(num)d 张", others))
    return ChainLink("certificate", _("证书"), pick(first), " · ".join(words))
