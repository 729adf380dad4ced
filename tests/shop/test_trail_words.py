"""The trail speaks in the words of the pages: no code is left where a person reads."""

from typing import Any

import pytest
from flask import Flask

from catalog.states import OFFER_LABELS
from orders.payments.anomalies import REASONS
from orders.quota.labels import PLAN_STATUSES, SPECIAL_CASES
from orders.states import STATUS_LABELS
from producers.households import LINK_LABELS
from producers.states import CERTIFICATE_LABELS, PRODUCER_LABELS
from shop.audit import AuditEntry
from shop.platform import changes as module
from shop.platform.changes import Change, changes

AOHAN = {"150430": "内蒙古自治区赤峰市敖汉旗"}


def told(table: str, before: Any, after: Any) -> list[Change]:
    entry = AuditEntry(subject_type=table, before=before, after=after)
    return changes(entry, AOHAN)


def after_of(app: Flask, table: str, facts: dict[str, Any]) -> dict[str, str | None]:
    with app.test_request_context("/"):
        return {each.label: each.after for each in told(table, None, facts)}


@pytest.mark.parametrize(
    ("table", "facts", "expected"),
    [
        ("producers", {"county_code": "150430"}, {"旗县": "内蒙古自治区赤峰市敖汉旗"}),
        ("offers", {"price": 8970, "minimum": 2, "tiers": [[10, 8700], [40, 8431]]},
         {"单价": "¥89.70", "起订量": "2", "阶梯价": "10 → ¥87.00；40 → ¥84.31"}),
        ("batches", {"code": "X1", "quantity": 163000, "unit": "g"},
         {"批次编号": "X1", "数量": "163,000 克"}),
        ("users", {"roles": ["institution_buyer", "institution_approver"]},
         {"角色": "采购经办人；采购审批人"}),
        ("users", {"fields": ["name", "theme"]}, {"修改的内容": "姓名；显示主题"}),
        ("producers", {"bank_account_changed": True}, {"换了银行账号": "是"}),
        ("certificates", {"type": "green_food", "valid_to": None, "scope": 2},
         {"证书类型": "绿色食品", "失效日": None, "覆盖的商品和基地数": "2"}),
        ("orders", {"lines": [[1, 10, 2]]}, {"到货与拒收": "第 1 行：到货 10，拒收 2"}),
        ("orders", {"lots": {"1": {"7": 20}}}, {"批次库存": "1 7 × 20"}),
        ("quota_plans", {"ratio": 1050, "special_case": "no_canteen", "reserved_fen": 100},
         {"比例": "10.50%", "特殊情况": "无食堂", "预留份额": "¥1.00"}),
        ("payment_anomalies", {"reason": "paid_twice"}, {"原因": "同一笔采购收到第二次付款"}),
        ("orders", {"reason": "自己写的原因", "status": "approved"},
         {"原因": "自己写的原因", "状态": "待供应商确认"}),
        ("certificates", {"status": "approved"}, {"状态": "有效"}),
        ("offers", {"status": "suspended"}, {"状态": "已下架"}),
        ("users", {"proof": "recovery_code"}, {"验证方式": "恢复码"}),
        ("users", {"something_new": "x_y"}, {"something_new": "x_y"}),
    ],
)  # fmt: skip
def test_facts_read_as_people_say_them(
    app: Flask, table: str, facts: dict[str, Any], expected: dict[str, str | None]
) -> None:
    found = after_of(app, table, facts)
    assert {label: words for label, words in found.items() if words is not None} == {
        label: words for label, words in expected.items() if words is not None
    }


def test_only_what_differs_is_told(app: Flask) -> None:
    with app.test_request_context("/"):
        assert told("orders", {"status": "weighed", "number": "A1"},
                    {"status": "accepted", "number": "A1"}) == [
            Change("状态", "已称重，待复核", "已验收，待开票")
        ]  # fmt: skip
        assert told("orders", None, None) == []


def test_statuses_and_reasons_are_called_as_on_their_pages(app: Flask) -> None:
    of_orders = module.OF_A_KIND["orders"]
    with app.test_request_context("/"):
        assert {k: str(v) for k, v in of_orders.items()} == {
            str(k): str(v) for k, v in STATUS_LABELS.items()
        }
        for table, labels in (
            ("offers", OFFER_LABELS),
            ("producers", PRODUCER_LABELS),
            ("certificates", CERTIFICATE_LABELS),
        ):
            for status, (label, _tone) in labels.items():
                assert after_of(app, table, {"status": str(status)})["状态"] == str(label)
        for filed, label in PLAN_STATUSES.items():
            assert after_of(app, "quota_plans", {"status": str(filed)})["状态"] == str(label)
    assert set(map(str, REASONS)) <= set(module.OWN_REASONS)
    assert set(map(str, SPECIAL_CASES)) == set(module.CASES)
    assert set(map(str, LINK_LABELS)) == set(module.LINKS)
