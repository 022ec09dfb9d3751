"""``--diff``: changes in, exact text out."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint import Change, FileReport, Report
from ftlint.report.fix_diff import differences, spans
from ftlint.report.terminal import RenderOptions

NAMES = {"U001": "zero-width", "U005": "mojibake", "D001": "duplicate-example", "U010": "outer-whitespace"}
ANSWER = "messages[1].content"


def diff(*changes: Change, total: int = 0, look: RenderOptions = RenderOptions(width=90)) -> str:  # noqa: B008
    file = FileReport("old.csv", "csv", "chat", None, 9, 9, 1, "", changes=list(changes), changes_total=total)
    return "".join(differences(Report([file], None, names=NAMES), look))


def shown(before: str, after: str) -> list[str]:
    """Only the lines of a change that show the texts."""
    return diff(Change(1, 1, None, (), before, after)).splitlines()[1:]


def test_a_change_shows_place_path_both_texts_and_the_rules_at_the_right() -> None:
    change = Change(
        17, 17, ANSWER, ("U001", "U005"), "don’t worry\u200b, it’s cafÃ©", "don’t worry, it’s café"
    )
    assert diff(change) == dedent("""\
        --- old.csv:17
          messages[1].content
        - don’t worry\\u200b, it’s cafÃ©
        + don’t worry, it’s café                                   U001 zero-width · U005 mojibake
        """)


def test_codes_go_below_when_there_is_no_room() -> None:
    change = Change(17, 17, None, ("U001", "U005"), "a\u200b" + "b" * 20, "a" + "b" * 20)
    assert diff(change, look=RenderOptions(width=40)) == dedent("""\
        --- old.csv:17
        - a\\u200bbbbbbbbbbbbbbbbbbbbb
        + abbbbbbbbbbbbbbbbbbbb
                 U001 zero-width · U005 mojibake
        """)


def test_codes_are_not_far_away_on_a_wide_terminal() -> None:
    assert (
        max(
            map(
                len,
                diff(
                    Change(1, 1, None, ("U001",), "a\u200b", "a"), look=RenderOptions(width=300)
                ).splitlines(),
            )
        )
        == 110
    )


def test_changes_of_one_record_share_its_place() -> None:
    changes = [Change(3, 3, "prompt", ("U001",), "x", "y"), Change(3, 3, "completion", ("U001",), "x", "y")]
    assert diff(*changes, Change(4, 4, None, (), "x", "y"), look=RenderOptions(width=40)) == dedent("""\
        --- old.csv:3
          prompt
        - x
        + y                      U001 zero-width
          completion
        - x
        + y                      U001 zero-width

        --- old.csv:4
        - x
        + y
        """)


def test_a_dropped_record_says_so_and_is_cut_to_the_width() -> None:
    dropped = Change(5, 5, None, ("D001",), '{"messages": [' + "x" * 500 + "]}", None)
    lines = diff(dropped, look=RenderOptions(width=60)).splitlines()
    assert lines[0] == "--- old.csv:5"
    assert lines[1].startswith('- {"messages": [xxx') and lines[1].endswith("xxx]} (dropped)")
    assert len(lines[1]) == 60
    assert lines[2] == "D001 duplicate-example".rjust(60)


def test_a_change_of_the_file_itself_has_no_line_and_what_is_gone_has_no_plus() -> None:
    assert (
        diff(Change(None, None, None, ("F003",), "\ufeff", ""))
        == "--- old.csv\n- \\ufeff" + "F003".rjust(82) + "\n"
    )


def test_a_record_without_a_line_is_named_by_its_row() -> None:
    assert diff(Change(None, 41, None, (), "x", "y")).startswith("--- old.csv row 41\n")


def test_of_long_texts_only_the_neighbourhood_is_shown() -> None:
    before, after = "a" * 5000 + "\u200b" + "b" * 5000, "a" * 5000 + "b" * 5000
    assert shown(before, after) == [f"- …{'a' * 30}\\u200b{'b' * 30}…", f"+ …{'a' * 30}{'b' * 30}…"]


def test_places_far_apart_are_parted_and_near_ones_are_not() -> None:
    far, near = "x" * 100, "y" * 40
    before, after = f"1{near}2{far}3", f"A{near}B{far}C"
    assert shown(before, after) == [
        f"- 1{near}2{'x' * 30}…{'x' * 30}3",
        f"+ A{near}B{'x' * 30}…{'x' * 30}C",
    ]


def test_many_places_are_counted() -> None:
    words = [f"word{n:03}" + "x" * 10 for n in range(11)]
    removed, added = shown("\u200b".join(words), "".join(words))
    assert removed.count("\\u200b") == 4
    assert removed.endswith("… (and 6 more places)") and added.endswith("… (and 6 more places)")
    assert "word004" in removed and "word005" not in removed


def test_a_long_difference_shows_its_beginning_and_end() -> None:
    (line,) = shown("a" * 3000 + "b" * 3000, "")
    assert line == f"- {'a' * 160}…{'b' * 79}"


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        pytest.param("yes ", "yes", "- yes\\x20", "+ yes", id="a blank at the end"),
        pytest.param("yes", " yes", "- yes", "+ \\x20yes", id="a blank at the beginning"),
        pytest.param("a\u00a0b", "a b", "- a\\xa0b", "+ a\\x20b", id="a no-break space"),
        pytest.param(
            "cafe\u0301", "caf\u00e9", "- cafe\\u0301", "+ caf\\xe9", id="another form of the same letter"
        ),
        pytest.param("a\u2028b", "a\\u2028b", "- a<U+2028>b", "+ a\\u2028b", id="a character and its escape"),
        pytest.param("a\r\nb", "a\nb", "- a\\r\\nb", "+ a\\nb", id="line ends"),
        pytest.param(
            "唐,隐形", "唐,隐形 ->", "- 唐,隐形", "+ 唐,隐形 ->", id="text that can be seen stays as it is"
        ),
    ],
)
def test_a_difference_can_always_be_seen(before: str, after: str, old: str, new: str) -> None:
    assert shown(before, after) == [old, new]


def test_changes_that_are_not_shown_are_counted() -> None:
    one = Change(1, 1, None, (), "x", "y")
    assert diff(one, total=1).count("\n") == 3
    assert diff(one, total=2).endswith("… 1 more change in old.csv not shown\n")
    assert diff(one, total=1210).endswith("… 1,209 more changes in old.csv not shown\n")


def test_nothing_to_change_is_nothing_to_show() -> None:
    assert diff() == ""


def test_colour_is_red_and_green() -> None:
    out = diff(Change(1, 1, None, (), "x", "y"), look=RenderOptions(colour=True))
    assert "\x1b[31m- x\x1b[0m\n\x1b[32m+ y\x1b[0m\n" in out


@given(st.text(max_size=60), st.text(max_size=60))
def test_replacing_the_spans_makes_the_one_text_of_the_other(before: str, after: str) -> None:
    done, built = 0, ""
    for span in spans(before, after):
        built += before[done : span.before[0]] + after[slice(*span.after)]
        done = span.before[1]
    assert built + before[done:] == after


@given(st.text("ab", min_size=500, max_size=700), st.text("ab", min_size=500, max_size=700))
def test_long_texts_have_one_span_with_different_ends(first: str, second: str) -> None:
    (span,) = spans(f"x{first}x", f"y{second}y")
    assert span.before == (0, len(first) + 2) and span.after == (0, len(second) + 2)
