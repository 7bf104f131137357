"""Charts: what is written in them, and in which colours."""

import math

import pytest

from rasm.report.charts import bar_chart, line_chart

PLACES = ["first", "second", *"cdefg", "eighth"]


def test_a_line_chart_names_its_axes_and_each_run() -> None:
    svg = line_chart("Loss", "nats", {"first": [(1, 0.5), (2, 0.25)]}, PLACES)
    for text in ("epoch", "nats", "first"):
        assert f">{text}</text>" in svg
    assert "<figcaption>Loss</figcaption>" in svg


def test_colour_is_that_of_the_place_and_comes_again_after_seven() -> None:
    charts = {name: line_chart("Loss", "nats", {name: [(1, 0.5)]}, PLACES) for name in PLACES}
    blue, vermilion = "#0072b2", "#d55e00"
    assert blue in charts["first"] and vermilion not in charts["first"]
    assert vermilion in charts["second"] and blue not in charts["second"]
    assert blue in charts["eighth"]
    assert charts["eighth"].replace("eighth", "first") != charts["first"]  # hollow marks


def test_bars_have_their_values_and_stand_under_their_whole_names() -> None:
    long = "heh_goal_with_hamza_above_final -> feh_with_dot_moved_below_medi (+2)"
    runs = {"first": {long: 0.5, "b": 1.0}, "second": {long: 0.25, "b": math.nan}}
    svg = bar_chart("A & B", "fraction", runs, PLACES)
    for text in ("0.500", "1.000", "0.250", long.replace(">", "&gt;"), "first", "second"):
        assert f">{text}</text>" in svg
    assert "nan" not in svg
    assert "<figcaption>A &amp; B</figcaption>" in svg


def test_whole_numbers_are_counts() -> None:
    svg = bar_chart("Errors", "glyphs", {"first": {"a": 12.0}}, PLACES)
    assert ">12</text>" in svg and "12.0" not in svg


def test_dollars_are_no_formula() -> None:
    assert ">$x$</text>" in bar_chart("Errors", "glyphs", {"first": {"$x$": 1.0}}, PLACES)


def test_a_bar_chart_wants_a_row() -> None:
    with pytest.raises(ValueError, match="Errors: a bar chart wants a row"):
        bar_chart("Errors", "glyphs", {"first": {}}, PLACES)
