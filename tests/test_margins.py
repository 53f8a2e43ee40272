"""Room for the words along the axes, told from the words."""

from ui.margins import fit


def fitted(layout, data=()):
    fit(layout, data)
    return layout


def test_the_longest_label_and_the_title_have_their_room():
    axis = {"ticktext": ["1 min", "1 h 12 min"]}
    plain = fitted({"yaxis": dict(axis), "margin": {"l": 8}})
    titled = fitted({"yaxis": axis | {"title": {"text": "time"}}, "margin": {"l": 8}})
    assert plain["margin"]["l"] == 8 + 70 + 8
    assert titled["margin"]["l"] == plain["margin"]["l"] + 26
    assert plain["yaxis"]["automargin"] is False


def test_numbers_have_room_for_the_greatest_that_bars_on_one_another_reach():
    bars = [{"y": [9, None, 600]}, {"y": [700]}, {"y": [123456], "yaxis": "y2"}]
    alone = fitted({"yaxis": {}, "yaxis2": {}}, bars[:2])["margin"]["l"]
    assert alone == 7 * len("1,300 ") + 8
    assert fitted({"yaxis": {}, "yaxis2": {}}, bars)["margin"]["l"] == 7 * len("123,456 ") + 8


def test_shares_have_room_for_all():
    assert fitted({"yaxis": {"tickformat": ".0%"}}, [{"y": [0.5]}])["margin"]["l"] == 7 * 4 + 8


def test_each_line_of_a_label_has_its_room():
    one = fitted({"xaxis": {"ticktext": ["00:00"]}, "margin": {"b": 8}})["margin"]["b"]
    two = fitted({"xaxis": {"ticktext": ["00:00<br>Sat"]}, "margin": {"b": 8}})["margin"]["b"]
    assert (one, two) == (8 + 18 + 8, 8 + 36 + 8)


def test_names_and_slanted_words_are_left_to_plotly():
    layout = fitted({"yaxis": {"type": "category"}, "xaxis": {"tickangle": -45}, "margin": {"l": 8, "b": 8}})  # fmt: skip
    assert layout["margin"] == {"l": 8, "b": 8}
    assert layout["yaxis"]["automargin"]
    assert layout["xaxis"]["automargin"]
