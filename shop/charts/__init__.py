"""Charts as numbers: pure functions from whole values to the geometry that the macros draw.

No database, no Flask, no floats. Values are integers (fen, counts, grams); a `Measure` says how
they read. Lengths across are percentages in words ("37.50%"), so that a chart has the width of
its place while its text keeps its size; lengths down are whole pixels. The macros are in
`templates/components/charts.html`.
"""

from shop.charts.bars import Bar, BarChart, Item, bars
from shop.charts.flow import Flow, FlowChart, Node, flow
from shop.charts.lines import Line, LineChart, Series, lines
from shop.charts.maps import MapChart, Tile, tile_map_banners, tile_map_provinces
from shop.charts.measure import Measure, Size, amounts, counts
from shop.charts.rows import Row
from shop.charts.sparkline import Sparkline, sparkline
from shop.charts.stacked import Segment, Stack, StackChart, stacked

__all__ = [
    "Measure", "Size", "amounts", "counts",
    "Item", "Series", "Stack", "Node", "Flow",
    "bars", "flow", "lines", "sparkline", "stacked", "tile_map_banners", "tile_map_provinces",
    "Bar", "BarChart", "FlowChart", "Line", "LineChart", "MapChart", "Row", "Segment", "Sparkline",
    "StackChart", "Tile",
]  # fmt: skip
