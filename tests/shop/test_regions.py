"""Places: the tree of divisions, what lies within what, and which counties count when."""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, func, literal, select, text

from shop import db as database_door
from shop.db import db
from shop.errors import InvalidInput, NotFound
from shop.regions import queries
from shop.regions.loading import DATA, Loaded, load_reference
from shop.regions.models import Designation, DesignationList, Level, Region, RegionChange
from shop.regions.pinyin import pinyin

TABLES = [
    db.metadata.tables[name]
    for name in ("regions", "region_changes", "designation_lists", "designations")
]
DAY = date(2025, 6, 1)
AOHAN = "150430"
SUNITE_LEFT = "152523"  # regional tier
HELIN = "150123"  # unconfirmed


@contextmanager
def own_postgres(server: str) -> Iterator[str]:
    """A database of this test process on the server, dropped afterwards."""
    name = f"xiangyuan_regions_{os.getpid()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield engine.url.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if os.environ.get("TEST_DATABASE") == "postgresql":
        with own_postgres(request.getfixturevalue("postgres_url")) as address:
            yield address
    else:
        yield f"sqlite:///{tmp_path_factory.mktemp('regions') / 'regions.sqlite'}"


@pytest.fixture(scope="module")
def loaded(url: str) -> Iterator[Loaded]:
    """The shipped reference data in a database of its own, read by all tests here."""
    app = Flask("regions")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    database_door.init_app(app)
    with app.app_context():
        db.metadata.create_all(db.engine, tables=TABLES)
        with database_door.transaction():
            first = load_reference(db.session)
        yield first
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def unchanged(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "loaded" in request.fixturenames:
        db.session.rollback()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_shipped_files_are_loaded_whole(loaded: Loaded) -> None:
    assert loaded == Loaded(19166, 0, 40, 3, 832 + 57 + 160)
    assert count(Region) == 1 + 31 + 342 + 2975 + 1225 + 14592
    assert count(Designation) == 1049


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    assert load_reference(db.session) == Loaded(0, 0, 0, 0, 0)
    assert count(Region) == 19166
    assert count(RegionChange) == 40


def test_loading_again_corrects_what_differs_from_the_files(loaded: Loaded) -> None:
    queries.region(AOHAN).name = "敖漢旗"
    db.session.flush()
    assert load_reference(db.session) == Loaded(0, 1, 0, 0, 0)
    assert queries.region(AOHAN).name == "敖汉旗"


def test_places_have_their_mongolian_names_from_a_source(loaded: Loaded) -> None:
    with (DATA / "mongolian_names.csv").open(encoding="utf-8", newline="") as file:
        shipped = list(csv.DictReader(file))
    named = db.session.execute(
        select(Region.code, Region.name, Region.name_mn).where(Region.name_mn.is_not(None))
    ).all()
    assert {tuple(row) for row in named} == {
        (row["code"], row["name"], row["name_mn"]) for row in shipped
    }
    assert len(named) == 56
    assert all(row["source"] for row in shipped)
    assert queries.region(AOHAN).name_mn == "ᠠᠤᠬᠠᠨ ᠬᠣᠰᠢᠭᠤ"
    assert queries.region("150924").name_mn is None


def test_mongolian_names_hold_nothing_but_mongolian(loaded: Loaded) -> None:
    names = db.session.scalars(select(Region.name_mn).where(Region.name_mn.is_not(None)))
    letters = {letter for name in names for letter in name or ""}
    assert {letter for letter in letters if not "\u1800" <= letter <= "\u18aa"} == {" ", "\u202f"}


def test_a_banner_has_its_names(loaded: Loaded) -> None:
    banner = queries.region(AOHAN)
    assert (banner.name, banner.full_name) == ("敖汉旗", "内蒙古自治区赤峰市敖汉旗")
    assert (banner.level, banner.parent_code, banner.pinyin) == ("county", "150400", "ao han qi")
    assert queries.region("110101").full_name == "北京市东城区"
    assert queries.region("419001").full_name == "河南省济源市"
    village = queries.region("152971100200")
    assert village.full_name.startswith("内蒙古自治区阿拉善盟")
    assert village.full_name.endswith("乌兰毛道嘎查委员会")


def test_an_unknown_place_is_not_found(loaded: Loaded) -> None:
    with pytest.raises(NotFound):
        queries.region("999999")
    assert queries.path("999999") == []


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("单县", "shan xian"),
        ("长治市", "chang zhi shi"),
        ("长子县", "zhang zi xian"),
        ("商都县", "shang du xian"),
        ("克什克腾旗", "ke shi ke teng qi"),
        ("朝阳市", "chao yang shi"),
        ("阿勒泰地区", "a le tai di qu"),
        ("旅顺口区", "lv shun kou qu"),
    ],
)
def test_pinyin_knows_names_of_places(name: str, read: str) -> None:
    assert pinyin(name) == read


def test_a_path_goes_from_the_country_to_the_place(loaded: Loaded) -> None:
    named = [region.name for region in queries.path(AOHAN)]
    assert named == ["中国", "内蒙古自治区", "赤峰市", "敖汉旗"]
    assert [region.code for region in queries.path("110101")] == ["000000", "110000", "110101"]
    assert len(queries.path("152971100200")) == 6


def test_a_path_is_one_query(loaded: Loaded) -> None:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    queries.path("152971100200")
    event.remove(db.engine, "before_cursor_execute", note)
    assert sum(statement.startswith("SELECT") for statement in seen) == 1


def test_children_skip_the_containers_of_the_statistical_codes(loaded: Loaded) -> None:
    assert len(queries.children("000000")) == 31
    assert queries.children("110000")[0].name == "东城区"
    henan = [child.name for child in queries.children("410000")]
    assert "济源市" in henan
    assert "省直辖县级行政区划" not in henan
    assert queries.children("152971100200") == []


def test_every_row_stands_where_its_code_says(loaded: Loaded) -> None:
    for code, parent, level in db.session.execute(
        select(Region.code, Region.parent_code, Region.level)
    ):
        assert queries.level_of(code) == level
        assert parent is None or queries.contains(parent, code)


def test_names_of_several_places(loaded: Loaded) -> None:
    assert queries.names([AOHAN, "000000", "nothing"]) == {AOHAN: "敖汉旗", "000000": "中国"}
    assert queries.names([AOHAN], full=True) == {AOHAN: "内蒙古自治区赤峰市敖汉旗"}
    assert queries.names(["110100"]) == {"110100": "北京市市辖区"}
    assert queries.names([]) == {}


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("000000", "150430", True),
        ("000000", "000000", True),
        ("150000", "150430", True),
        ("150400", "150430100200", True),
        ("150430", "150430100", True),
        ("150430100", "150430100200", True),
        ("150430", "150430", True),
        ("150430", "150400", False),
        ("150400", "150000", False),
        ("150000", "000000", False),
        ("150400", "150502", False),
        ("150430100", "150430101200", False),
        ("441900", "441900001", True),
    ],
)
def test_what_lies_within_what(outer: str, inner: str, expected: bool) -> None:
    assert queries.contains(outer, inner) is expected


@pytest.mark.parametrize("code", ["", "15", "15043", "1504301", "15043０", "15043a", "150430\n"])
def test_a_malformed_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput):
        queries.level_of(code)
    with pytest.raises(InvalidInput):
        queries.contains("000000", code)


def test_ancestors() -> None:
    assert queries.county_of("150430100200") == "150430"
    assert queries.prefecture_of("150430") == "150400"
    assert queries.province_of("150430100") == "150000"
    assert queries.ancestor("150430", Level.COUNTRY) == "000000"
    assert queries.ancestor("150430100200", Level.TOWNSHIP) == "150430100"
    with pytest.raises(InvalidInput):
        queries.county_of("150000")


PAIR = st.text("0159", min_size=2, max_size=2)
TRIPLE = st.text("019", min_size=3, max_size=3)
CODES = st.one_of(
    st.just("000000"),
    PAIR.map(lambda head: head + "0000"),
    st.builds("{}{}00".format, PAIR, PAIR),
    st.builds("{}{}{}".format, PAIR, PAIR, PAIR),
    st.builds("{}{}{}{}".format, PAIR, PAIR, PAIR, TRIPLE),
    st.builds("{}{}{}{}{}".format, PAIR, PAIR, PAIR, TRIPLE, TRIPLE),
)


@pytest.fixture(scope="module")
def codes_table() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    yield engine
    engine.dispose()


@given(outer=CODES, inner=CODES)
def test_contains_and_within_agree(codes_table: Engine, outer: str, inner: str) -> None:
    with codes_table.connect() as connection:
        found = connection.scalar(select(queries.within(literal(inner), outer)))
    assert bool(found) is queries.contains(outer, inner)


@given(code=CODES, level=st.sampled_from(Level))
def test_grouping_in_sql_agrees_with_ancestors(
    codes_table: Engine, code: str, level: Level
) -> None:
    with codes_table.connect() as connection:
        found = connection.scalar(select(queries.group_code(literal(code), level)))
    try:
        expected = queries.ancestor(code, level)
    except InvalidInput:
        expected = code
    assert found == expected


def test_within_is_a_range_that_an_index_serves(loaded: Loaded) -> None:
    statement = select(Region.code).where(queries.within(Region.code, "150400"))
    words = str(statement.compile(compile_kwargs={"literal_binds": True}))
    assert words.endswith("WHERE regions.code >= '1504' AND regions.code < '1505'")
    counties = statement.where(Region.level == Level.COUNTY)
    assert len(db.session.scalars(counties).all()) == len(queries.children("150400"))


def test_grouping_counts_every_row_once(loaded: Loaded) -> None:
    group = queries.group_code(Region.code, Level.PROVINCE)
    rows = db.session.execute(select(group, func.count()).group_by(group)).tuples().all()
    totals = dict(rows)
    assert sum(totals.values()) == 19166
    assert totals["000000"] == 1
    assert totals["150000"] == 1 + 12 + 108 + 1225 + 14592


def test_a_national_banner_counts_from_the_first_day_of_the_list(loaded: Loaded) -> None:
    assert not queries.counts(AOHAN, "national_832", date(2020, 12, 31))
    assert queries.counts(AOHAN, "national_832", date(2021, 1, 1))
    assert queries.counts("150430100200", "national_832", DAY)
    assert not queries.counts("150400", "national_832", DAY)
    assert not queries.counts("110101", "national_832", DAY)
    assert not queries.counts(AOHAN, "no_such_list", DAY)


def test_a_regional_banner_counts_only_for_the_region(loaded: Loaded) -> None:
    assert not queries.counts(SUNITE_LEFT, "national_832", DAY)
    assert queries.tier_of(SUNITE_LEFT, "inner_mongolia_57", DAY) == "regional"
    assert queries.tier_of(AOHAN, "inner_mongolia_57", DAY) == "national"


def test_an_unconfirmed_row_is_kept_but_never_counts(loaded: Loaded) -> None:
    row = db.session.scalars(select(Designation).filter_by(region_code=HELIN)).one()
    assert (row.tier, row.confirmed) == ("regional", False)
    assert not queries.counts(HELIN, "inner_mongolia_57", DAY)
    assert queries.tier_of(HELIN, "inner_mongolia_57", DAY) is None


@pytest.mark.parametrize(
    ("key", "codes"), [("national_832", 831), ("inner_mongolia_57", 46), ("national_key_160", 90)]
)
def test_how_many_counties_count(loaded: Loaded, key: str, codes: int) -> None:
    counted = db.session.scalars(queries.counting(key, DAY)).all()
    assert len(counted) == len(set(counted)) == codes
    assert all(queries.counts(code, key, DAY) for code in counted[:5])


def test_the_31_national_banners_are_the_ones_of_the_832(loaded: Loaded) -> None:
    within = queries.within(Designation.region_code, "150000")
    national = set(db.session.scalars(queries.counting("national_832", DAY).where(within)))
    regional_list = queries.counting("inner_mongolia_57", DAY)
    assert len(national) == 31
    assert set(db.session.scalars(regional_list.where(Designation.tier == "national"))) == national


def test_two_merged_counties_are_two_rows_under_one_code(loaded: Loaded) -> None:
    rows = db.session.scalars(select(Designation).filter_by(region_code="632803")).all()
    assert {row.listed_name for row in rows} == {"冷湖行委", "茫崖行委"}
    former = queries.former_names("632803")
    assert [(each.old_name, each.kind) for each in former] == [
        ("冷湖行委", "merged"),
        ("茫崖行委", "upgraded"),
    ]


def test_an_old_code_leads_to_the_county_of_today(loaded: Loaded) -> None:
    assert queries.current_code("610928") == "610981"
    assert queries.current_code(AOHAN) == AOHAN
    change = queries.former_names("610981")[0]
    assert (change.old_name, change.effective_on, change.effective_year) == ("旬阳县", None, 2021)


def test_a_newer_version_takes_over_on_its_first_day(loaded: Loaded) -> None:
    later = DesignationList(
        key="national_832",
        version="2030",
        name="新名单",
        name_en="A new list",
        valid_from=date(2030, 1, 1),
        valid_to=date(2030, 12, 31),
        source="-",
    )
    db.session.add(later)
    db.session.flush()
    db.session.add(
        Designation(
            list_id=later.id,
            region_code=SUNITE_LEFT,
            tier="national",
            listed_name="苏尼特左旗",
            exit_year=None,
            confirmed=True,
        )
    )
    db.session.flush()
    assert queries.counts(AOHAN, "national_832", date(2029, 12, 31))
    assert not queries.counts(AOHAN, "national_832", date(2030, 1, 1))
    assert queries.counts(SUNITE_LEFT, "national_832", date(2030, 12, 31))
    assert queries.counts(AOHAN, "national_832", date(2031, 1, 1))
    in_force = [(each.key, each.version) for each in queries.lists_in_force(date(2030, 6, 1))]
    assert ("national_832", "2030") in in_force
    assert len(in_force) == 3
