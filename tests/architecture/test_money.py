"""No float comes near money or quantities."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("shop/money.py", "shop/units.py", "catalog/rules.py", "orders", "producers/rules.py")

WAITS = {"orders/payments/localstripe/webhooks.py"}  # seconds between two deliveries, no amounts


def sources() -> list[Path]:
    found = [ROOT / place for place in PLACES if (ROOT / place).is_file()]
    found += sorted((ROOT / "orders").rglob("*.py"))
    return [path for path in found if str(path.relative_to(ROOT)) not in WAITS]


def floats_in(code: str) -> list[int]:
    """Lines with a float literal, a call of float(), or the annotation float."""
    lines = []
    for node in ast.walk(ast.parse(code)):
        literal = isinstance(node, ast.Constant) and type(node.value) is float
        named = isinstance(node, ast.Name) and node.id == "float"
        if literal or named:
            lines.append(node.lineno)  # type: ignore[attr-defined]
    return sorted(set(lines))


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_float_in_money_code(path: Path) -> None:
    assert floats_in(path.read_text()) == []


@pytest.mark.parametrize("code", ["x = 0.1", "x = float('1')", "def f(x: float): ...", "1e3"])
def test_the_check_itself_sees_floats(code: str) -> None:
    assert floats_in(code) == [1]


def test_the_check_itself_lets_decimals_pass() -> None:
    assert floats_in("from decimal import Decimal\nx = Decimal('0.1') * 3") == []
