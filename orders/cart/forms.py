"""How much of an offer: packs in whole numbers, or kilograms, as the offer is sold."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired

from catalog.models import Offer
from orders.cart.operations import QUANTITY_MOST
from shop.units import PriceBasis
from shop.web.forms import AmountField, Form, WholeField

REQUIRED = InputRequired(_l("请填写数量。"))


class PackQuantityForm(Form):
    """A number of packs; `offer` names the offer where the address does not."""

    offer = HiddenField()
    quantity = WholeField(
        _l("数量"), [REQUIRED], minimum=1, maximum=QUANTITY_MOST[PriceBasis.PACK],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "input-short"},
    )  # fmt: skip


class WeightForm(Form):
    """A weight in kilograms, kept in grams."""

    offer = HiddenField()
    quantity = AmountField(
        _l("重量（千克）"), [REQUIRED], maximum=QUANTITY_MOST[PriceBasis.KILOGRAM],
        render_kw={"inputmode": "decimal", "autocomplete": "off", "class": "input-short"},
    )  # fmt: skip


def quantity_form(offer: Offer) -> PackQuantityForm | WeightForm:
    """The form that fits how the offer is sold."""
    return PackQuantityForm() if offer.price_basis == PriceBasis.PACK else WeightForm()
