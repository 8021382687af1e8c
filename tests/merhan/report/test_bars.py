import pytest
from rich.cells import cell_len

from merhan.report.bars import ASCII, BAD, GOOD, MIDDLING, UNICODE, bar, blend, fit, number, score, shade


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (0, ""),
        (1, "██████████"),
        (0.5, "█████"),
        (0.05, "▌"),
        (0.1125, "█▏"),
        (0.001, "▏"),
        (0.99, "█████████▉"),
    ],
)
def test_a_bar_is_drawn_to_an_eighth_and_small_values_are_seen(value, drawn):
    assert bar(value, 1, 10, UNICODE) == drawn


def test_a_bar_without_utf8_has_whole_cells():
    assert bar(3, 10, 20, ASCII) == "######"
    assert bar(1, 10_000, 20, ASCII) == "#"
    assert bar(1, 0, 20, ASCII) == "#"


def test_text_fits_its_cells_whatever_the_script():
    assert fit("joy", 5, UNICODE) == "joy  "
    assert fit("surprise", 5, UNICODE) == "surp…"
    assert cell_len(fit("日本語の感情", 7, UNICODE)) == 7


def test_colours_lie_between_their_ends():
    assert blend("#000000", "#ffffff", 0.5) == "#808080"
    assert blend("#102030", "#ffffff", -1) == "#102030"
    assert (shade(0), shade(0.5), shade(1)) == (BAD, MIDDLING, GOOD)


def test_numbers_as_people_write_them():
    assert [number(n) for n in (4710, 4710.0, 3.6, 0)] == ["4,710", "4,710", "3.6", "0"]
    assert number(sum([0.7, 0.1, 0.2] * 100)) == "100"
    assert score(0.12345, UNICODE) == "0.123"
    assert score(None, UNICODE) == "–"
