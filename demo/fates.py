"""What became of each purchase: the steps that had happened by the cut-off, by the shop's table."""

from collections.abc import Callable
from datetime import datetime, timedelta

from demo.chance import Chance
from demo.story import OrderPlan, PurchasePlan, Step
from orders.placing import PAYMENT_TIME
from orders.states import OrderEventKind as E

FULL = (E.APPROVE, E.CONFIRM, E.DISPATCH, E.WEIGH, E.ACCEPT, E.INVOICE, E.SETTLE)
WEIGHED_TWICE = (E.APPROVE, E.CONFIRM, E.DISPATCH, E.WEIGH, E.SEND_BACK, E.WEIGH, E.ACCEPT,
                 E.INVOICE, E.SETTLE)  # fmt: skip
REFUSED = (E.APPROVE, E.CONFIRM, E.DISPATCH, E.WEIGH, E.RETURN)
CANTEEN_PATHS = {
    FULL: 880, WEIGHED_TWICE: 15, REFUSED: 5, (E.REJECT,): 30, (E.CANCEL,): 15,
    (E.APPROVE, E.DECLINE): 25, (E.APPROVE, E.CANCEL): 15,
}  # fmt: skip
CONSUMER_PATHS = {(E.PAY,): 910, (E.EXPIRE,): 55, (E.CANCEL,): 35}
SENT = (E.DISPATCH, E.RECEIVE)
NOTES = {
    E.REJECT: ("本月预算已用完", "与上周订单重复", "请先比价再报"),
    E.DECLINE: ("近期大雪封路，无法按期送达", "该批次已售完"),
    E.CANCEL: ("计划变更，暂不采购", "收货时间改不了"),
    E.SEND_BACK: ("秤未归零，请重新称重", "少填一行"),
    E.RETURN: ("包装破损、温度超标，全部拒收",),
    E.REFUND: ("不想要了",),
}


def canteen_fates(chance: Chance, purchase: PurchasePlan, cutoff: datetime) -> None:
    """Each order of a unit's purchase goes its own way."""
    for order in purchase.orders:
        path = chance.weighted(CANTEEN_PATHS)
        order.steps = [Step(E.PLACE, purchase.at, purchase.person)]
        at = purchase.at
        for event in path:
            at = chance.at_work(at + _canteen_lag(chance, event))
            if at > cutoff:
                break
            add_step(chance, order, purchase, event, at)


def _canteen_lag(chance: Chance, event: E) -> timedelta:
    if event is E.SETTLE and chance.happens(4):
        return chance.days(62, 420)  # arrears, longer than the sixty days that order 802 allows
    lags: dict[E, Callable[[], timedelta]] = {
        E.APPROVE: lambda: chance.hours(1, 26),
        E.REJECT: lambda: chance.hours(2, 30),
        E.CANCEL: lambda: chance.hours(2, 20),
        E.CONFIRM: lambda: chance.hours(1, 30),
        E.DECLINE: lambda: chance.hours(4, 40),
        E.DISPATCH: lambda: chance.hours(20, 90),
        E.WEIGH: lambda: chance.hours(18, 60),
        E.SEND_BACK: lambda: chance.hours(1, 3),
        E.RETURN: lambda: chance.hours(1, 4),
        E.ACCEPT: lambda: chance.hours(1, 9),
        E.INVOICE: lambda: chance.days(1, 6),
        E.SETTLE: lambda: chance.days(3, 40),
    }
    return lags[event]()


def consumer_fates(chance: Chance, purchase: PurchasePlan, cutoff: datetime) -> None:
    """A consumer pays all orders at once; each is then sent, or given back, by itself."""
    (ending,) = chance.weighted(CONSUMER_PATHS)
    lag = {
        E.PAY: chance.minutes(1, 12), E.CANCEL: chance.minutes(2, 20),
        E.EXPIRE: PAYMENT_TIME + timedelta(seconds=chance.randint(5, 50)),
    }[ending]  # fmt: skip
    for order in purchase.orders:
        order.steps = [Step(E.PLACE, purchase.at, purchase.person)]
        at = purchase.at + lag
        add_step(chance, order, purchase, ending, at)
        if ending is not E.PAY:
            continue
        if chance.happens(3):
            at += chance.hours(1, 12)
            if at <= cutoff:
                add_step(chance, order, purchase, E.REFUND, at)
            continue
        for event, low, high in ((E.DISPATCH, 8, 60), (E.RECEIVE, 50, 190)):
            at += chance.hours(low, high)
            if at > cutoff:
                break
            add_step(chance, order, purchase, event, at)


def add_step(
    chance: Chance, order: OrderPlan, purchase: PurchasePlan, event: E, at: datetime
) -> None:
    """One fact by whoever may cause it; the weigher never accepts, the buyer never approves."""
    unit, staff = purchase.unit, order.seller.staff
    if event in NOTES and (unit or event is not E.CANCEL):
        note: str | None = chance.choice(NOTES[event])
    else:
        note = None
    if unit is None:
        people = {E.PAY: None, E.EXPIRE: None, E.DISPATCH: staff}
        person = people.get(event, purchase.person)
    else:
        weigher, checker = unit.receiver, unit.buyer
        if purchase.at.second % 2:  # they take turns
            weigher, checker = checker, weigher
        people = {
            E.APPROVE: unit.approver, E.REJECT: unit.approver, E.CANCEL: unit.buyer,
            E.CONFIRM: staff, E.DECLINE: staff, E.DISPATCH: staff, E.WEIGH: weigher,
            E.SEND_BACK: checker, E.ACCEPT: checker, E.RETURN: checker,
            E.INVOICE: staff if purchase.at.minute % 2 else unit.buyer, E.SETTLE: unit.buyer,
        }  # fmt: skip
        person = people[event]
    order.steps.append(Step(event, at, person, note))
