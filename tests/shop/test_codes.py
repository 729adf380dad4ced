"""Numbers are checked by their published rules, and only spaces and case are forgiven."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import codes
from shop.errors import InvalidInput

REAL_SC = [
    "SC10741018302531",
    "SC11351090100010",
    "SC12336098200173",
    "SC12434017430075",
    "SC10744030704994",
]

ACCEPTED = [
    (codes.uscc, "91110000600037341L", "91110000600037341L"),
    (codes.uscc, " 9111 0000 6000 3734 1l ", "91110000600037341L"),
    (codes.sc_licence, "sc 107 410183 02531", "SC10741018302531"),
    (codes.green_food, "lb-15-19012700330a", "LB-15-19012700330A"),
    (codes.green_food, "LB-50-1703081720AA", "LB-50-1703081720AA"),
    (codes.green_enterprise, "GF150430120001", "GF150430120001"),
    (codes.organic, "001OP1200001", "001OP1200001"),
    (codes.organic, "0134op2300123-1", "0134OP2300123-1"),
    (codes.agi, "agi01459", "AGI01459"),
    (codes.agi, "AGI2014-02-1497", "AGI2014-02-1497"),
    (codes.phone, "138 0013 8000", "13800138000"),
    (codes.id_number, "11010519491231002x", "11010519491231002X"),
]

REFUSED = [
    (codes.uscc, "91110000600037341A"),
    (codes.uscc, "9111000060003734IL"),
    (codes.uscc, "91110000600037341"),
    (codes.uscc, "９１１１００００６０００３７３４１Ｌ"),
    (codes.uscc, "91110000-600037341L"),
    (codes.sc_licence, "SC10741018302532"),
    (codes.sc_licence, "SC1274451020125"),
    (codes.sc_licence, "SC30741018302531"),
    (codes.sc_licence, "10741018302531"),
    (codes.sc_licence, "ſC10741018302531"),
    (codes.sc_licence, "SC１0741018302531"),
    (codes.green_food, "LB-15-190127003A"),
    (codes.green_food, "LB-15-19012700330AAA"),
    (codes.green_enterprise, "GF15043012000"),
    (codes.organic, "01OP1200001"),
    (codes.organic, "001OP120001"),
    (codes.agi, "AGI1459"),
    (codes.agi, "AGI٠١٤٥٩"),
    (codes.phone, "12800138000"),
    (codes.phone, "+8613800138000"),
    (codes.phone, "1380013800"),
    (codes.phone, "13800138000\n0"),
    (codes.id_number, "110105194912310021"),
    (codes.id_number, "110105194902310026"),
    (codes.id_number, "000105194912310020"),
    (codes.id_number, "110105491231002"),
]


@pytest.mark.parametrize(("checker", "text", "stored"), ACCEPTED)
def test_a_right_number_is_stored_without_spaces_in_capitals(
    checker: Callable[[str], str], text: str, stored: str
) -> None:
    assert checker(text) == stored


@pytest.mark.parametrize(("checker", "text"), REFUSED)
def test_a_wrong_number_is_refused(checker: Callable[[str], str], text: str) -> None:
    with pytest.raises(InvalidInput):
        checker(text)


@pytest.mark.parametrize("number", REAL_SC)
def test_real_food_licences_pass_and_every_changed_digit_is_noticed(number: str) -> None:
    assert codes.sc_licence(number) == number
    for place in range(5, 16):
        changed = str((int(number[place]) + 1) % 10)
        with pytest.raises(InvalidInput):
            codes.sc_licence(number[:place] + changed + number[place + 1 :])


def test_a_refusal_says_in_chinese_what_is_expected() -> None:
    with pytest.raises(InvalidInput) as refused:
        codes.phone("abc")
    assert str(refused.value.message) == "手机号应为以1开头的11位数字。"


def test_people_born_before_their_county_had_its_code_are_accepted() -> None:
    assert codes.make_id_number("15042619600101123") == "150426196001011234"


def test_rural_collectives_have_a_letter_for_their_registry() -> None:
    body = "N2150430" + codes.make_organisation_code("MF000012")
    assert codes.uscc(codes.make_uscc(body))[:2] == "N2"


def test_an_organisation_code_has_its_own_check_character() -> None:
    assert codes.make_organisation_code("60003734") == "600037341"
    assert codes.make_organisation_code("80210043") == "802100433"


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9))
def test_a_made_credit_code_passes_and_a_changed_one_does_not(organisation: str) -> None:
    code = codes.make_uscc("93150430" + organisation)
    assert codes.uscc(code) == code
    other = "0" if code[10] != "0" else "1"
    with pytest.raises(InvalidInput):
        codes.uscc(code[:10] + other + code[11:])


@given(st.text("0123456789", min_size=10, max_size=10))
def test_a_made_food_licence_passes(body: str) -> None:
    assert codes.make_sc("107" + body)[:5] == "SC107"


@given(st.text())
def test_whatever_is_typed_is_stored_as_ascii_or_refused(text: str) -> None:
    for name in ("green_food", "organic", "agi", "sc", "gf"):
        try:
            stored = codes.check(name, text)
        except InvalidInput:
            continue
        assert set(stored) <= set(string.ascii_uppercase + string.digits + "-")


def test_a_certificate_type_names_its_check() -> None:
    assert codes.check("sc", "sc10741018302531") == "SC10741018302531"
    assert codes.check("gf", "GF150430120001") == "GF150430120001"
    assert codes.check("none", " 内农认字〔2024〕3号 ") == "内农认字〔2024〕3号"
    with pytest.raises(InvalidInput):
        codes.check("none", "   ")
    with pytest.raises(InvalidInput):
        codes.check("none", "a\x00b")
    with pytest.raises(KeyError):
        codes.check("unknown", "1")
