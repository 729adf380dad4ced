"""The flow: nodes as high as what goes through them, ribbons between them."""

import pytest

from shop.charts import Flow, Node, Row, counts, flow

PLAIN = counts()
NODES = [Node("a", "甲", 0, "/a"), Node("b", "乙", 0), Node("x", "丙", 1), Node("y", "丁", 1)]


def test_nodes_are_as_high_as_what_goes_through_them() -> None:
    chart = flow(NODES, [Flow("a", "x", 60), Flow("a", "y", 20), Flow("b", "y", 20)], PLAIN)
    assert [(node.label, node.x, node.top, node.height, node.short) for node in chart.nodes] == [
        ("甲", "0.00%", 10, 152, "80"),
        ("乙", "0.00%", 172, 38, "20"),
        ("丙", "98.00%", 10, 114, "60"),
        ("丁", "98.00%", 134, 76, "40"),
    ]
    assert [(node.label_x, node.anchor) for node in chart.nodes[1:3]] == [
        ("2.00%", "start"),
        ("98.00%", "end"),
    ]
    assert (chart.height, chart.has_links, chart.is_empty) == (220, True, False)


def test_ribbons_stand_side_by_side_at_their_nodes() -> None:
    chart = flow(NODES, [Flow("a", "x", 60), Flow("a", "y", 20), Flow("b", "y", 20)], PLAIN)
    assert [ribbon.path for ribbon in chart.ribbons] == [
        "M20 10C500 10 500 10 980 10V124C500 124 500 124 20 124Z",
        "M20 124C500 124 500 134 980 134V172C500 172 500 162 20 162Z",
        "M20 172C500 172 500 172 980 172V210C500 210 500 210 20 210Z",
    ]
    assert [(each.source, each.target, each.exact) for each in chart.ribbons][2] == (
        "乙",
        "丁",
        "20",
    )


def test_what_does_not_flow_is_only_in_the_table() -> None:
    chart = flow(NODES, [Flow("a", "x", 60), Flow("b", "y", 0), Flow("b", "x", -5)], PLAIN)
    assert [node.label for node in chart.nodes] == ["甲", "丙"]
    assert chart.rows == (
        Row("甲", ("丙", "60"), "/a"),
        Row("乙", ("丁", "0")),
        Row("乙", ("丙", "-5")),
    )


def test_small_nodes_keep_room_for_their_labels() -> None:
    chart = flow(NODES, [Flow("a", "x", 1_000), Flow("b", "x", 1), Flow("b", "y", 1)], PLAIN)
    tops = [node.top for node in chart.nodes]
    assert [node.height for node in chart.nodes] == [190, 2, 190, 2]
    assert (tops[1] - tops[0], chart.height - tops[1]) == (200, 40)


def test_no_flow_is_an_empty_chart() -> None:
    assert flow([], [], PLAIN).is_empty
    assert flow(NODES, [Flow("a", "x", 0)], PLAIN).is_empty


def test_a_flow_goes_forward_between_known_nodes() -> None:
    with pytest.raises(ValueError, match="unknown node"):
        flow(NODES, [Flow("a", "z", 1)], PLAIN)
    with pytest.raises(ValueError, match="later column"):
        flow(NODES, [Flow("x", "a", 1)], PLAIN)
    with pytest.raises(ValueError, match="later column"):
        flow(NODES, [Flow("a", "b", 1)], PLAIN)
