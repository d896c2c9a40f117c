"""Each row of Instagram's error table, with an example."""

from typing import Any

import pytest

from socialpub.platforms import graph_errors, instagram_errors
from socialpub.platforms.classify import HTTP_ROWS, Means, Reading
from tests.platforms.test_classify import declined, graph

READING = Reading("Instagram", instagram_errors.ROWS, graph_errors.facts)

EXAMPLES: list[tuple[int, dict[str, Any], Means, int]] = [
    (500, graph(100, 2207004), Means.UNCLEAR, 0),
    *((400, graph(code, sub), Means.FORGOTTEN, 1) for code, sub in ((24, 2207008), (-2, 2207020), (-1, 2207032))),
    *((400, graph(-1, sub), Means.FORGOTTEN, 1) for sub in (2207053, 2207082)),
    *((400, graph(code, sub), Means.UNCLEAR, 2) for code, sub in ((-1, 2207001), (-2, 2207003), (9007, 2207027))),
    (400, graph(9004, 2207052), Means.PERSON, 3),
    (400, graph(9, 2207042), Means.PACE, 4),
    (403, graph(4, 2207051), Means.PACE, 5),
    (400, graph(25, 2207050), Means.PERSON, 6),
    (400, graph(36000, 2207004), Means.REFUSED, 7),
    (400, graph(36001, 2207005), Means.REFUSED, 7),
    (400, graph(36003, 2207009), Means.REFUSED, 7),
    *((400, graph(100, sub), Means.REFUSED, 8) for sub in (2207010, 2207040)),
    (400, graph(100, 2207028), Means.REFUSED, 9),
    (400, graph(190, 464), Means.PERSON, 10),
    (400, graph(190, 460), Means.PERSON, 11),
    (401, graph(190, 463), Means.PERSON, 12),
    (400, graph(102), Means.PERSON, 13),
    (400, graph(368), Means.PERSON, 14),
    (403, graph(200), Means.PERSON, 15),
    (429, graph(32), Means.PACE, 16),
    (400, graph(4), Means.PACE, 17),
    (400, graph(80002), Means.PACE, 18),
    (400, graph(2), Means.UNCLEAR, 19),
    (400, graph(4711, is_transient=True), Means.UNCLEAR, 20),
    (400, graph(100, 33), Means.PERSON, 21),
    (400, graph(100), Means.REFUSED, 22),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "means", "row"), EXAMPLES)
def test_each_row(status: int, body: dict[str, Any], means: Means, row: int) -> None:
    found, _ = READING.row(declined(status, body))
    assert (found.means, READING.rows.index(found)) == (means, row)


def test_no_row_is_without_an_example() -> None:
    assert {row for *_, row in EXAMPLES} == set(range(len(READING.rows)))


def test_what_asks_for_a_person_says_what_to_do() -> None:
    for row in (*READING.rows, *HTTP_ROWS):
        assert row.says
        assert row.remedy or row.means not in (Means.PERSON, Means.REFUSED), row
