"""When to colour, how wide to write, and how text is made safe to show."""

import io

import pytest

from ftlint import UsageError
from ftlint.display import sanitize
from ftlint.report.terminal import (
    RenderOptions,
    columns,
    line_of_text,
    styled,
    wants_colour,
    width_of,
    wrapped,
)


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environ", "stream", "wanted"),
    [
        pytest.param("auto", {}, Terminal(), True, id="a terminal has colour"),
        pytest.param("auto", {}, io.StringIO(), False, id="a pipe has none"),
        pytest.param("never", {"FORCE_COLOR": "1"}, Terminal(), False, id="the option beats the environment"),
        pytest.param(
            "always", {"NO_COLOR": "1", "TERM": "dumb"}, io.StringIO(), True, id="the option beats NO_COLOR"
        ),
        pytest.param(
            "auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, Terminal(), False, id="NO_COLOR beats FORCE_COLOR"
        ),
        pytest.param("auto", {"NO_COLOR": ""}, Terminal(), True, id="an empty NO_COLOR says nothing"),
        pytest.param(
            "auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, io.StringIO(), True, id="FORCE_COLOR beats TERM"
        ),
        pytest.param("auto", {"CLICOLOR_FORCE": "1"}, io.StringIO(), True, id="CLICOLOR_FORCE forces"),
        pytest.param("auto", {"CLICOLOR_FORCE": "0"}, io.StringIO(), False, id="CLICOLOR_FORCE=0 does not"),
        pytest.param("auto", {"TERM": "dumb"}, Terminal(), False, id="a dumb terminal has no colour"),
    ],
)
def test_who_decides_about_colour(
    choice: str, environ: dict[str, str], stream: io.StringIO, wanted: bool
) -> None:
    assert wants_colour(choice, environ, stream) is wanted


def test_a_closed_stream_has_no_colour() -> None:
    stream = io.StringIO()
    stream.close()
    assert wants_colour("auto", {}, stream) is False


def test_a_mistyped_choice_names_the_nearest() -> None:
    with pytest.raises(UsageError, match='no colour choice "alway"; did you mean "always"'):
        wants_colour("alway", {}, io.StringIO())


def test_the_width_is_told_or_suits_a_log() -> None:
    assert width_of({"COLUMNS": "132"}, io.StringIO()) == 132
    assert width_of({"COLUMNS": "wide"}, io.StringIO()) == 100
    assert width_of({"COLUMNS": "0"}, io.StringIO()) == 100


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        pytest.param("plain, 汉字 and 😀", "plain, 汉字 and 😀", id="harmless text stays"),
        pytest.param("\x1b[2J\x07", "\\x1b[2J\\x07", id="terminal commands"),
        pytest.param("\u202egnp.exe", "\\u202egnp.exe", id="direction controls"),
        pytest.param("a\nb\rc\u2028d", "a\\nb\\rc\\u2028d", id="line ends"),
        pytest.param("\ud83d", "\\ud83d", id="half a surrogate pair"),
        pytest.param("x ##vso[task.setvariable]", "x #\\x23vso[task.setvariable]", id="Azure's commands"),
        pytest.param("##[error]no", "#\\x23[error]no", id="GitHub's old commands"),
        pytest.param("###[error]no", "##\\x23[error]no", id="a third sign does not help"),
        pytest.param("## [Heading](x)", "## [Heading](x)", id="a heading is no command"),
    ],
)
def test_text_is_made_safe(raw: str, safe: str) -> None:
    assert sanitize(raw) == safe
    assert sanitize(safe) == safe


def test_a_line_may_not_begin_with_a_command_for_github() -> None:
    assert line_of_text("::error::x") == "\\x3a:error::x\n"
    assert line_of_text("  ::error::x") == "  \\x3a:error::x\n"
    assert line_of_text("\x1b[1m ::error::x") == "\x1b[1m \\x3a:error::x\n"
    assert line_of_text("a ::error::x") == "a ::error::x\n"


def test_paint_needs_colour_and_something_to_paint() -> None:
    assert styled("x", "error", RenderOptions(colour=True)) == "\x1b[1;31mx\x1b[0m"
    assert styled("x", "error", RenderOptions()) == "x"
    assert styled("", "error", RenderOptions(colour=True)) == ""


def test_columns_are_counted_as_a_terminal_does() -> None:
    assert [columns(text) for text in ("abc", "汉字", "cafe\u0301", "｡", "")] == [3, 4, 4, 1, 0]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("it fits", ["it fits"], id="what fits is one line"),
        pytest.param("one two three four", ["one two", "three four"], id="broken at blanks"),
        pytest.param("abcdefghijklmno", ["abcdefghij", "klmno"], id="a long word is cut"),
        pytest.param("to abcdefghijklmno", ["to", "abcdefghij", "klmno"], id="a long word begins a line"),
        pytest.param("汉字汉字汉字", ["汉字汉字汉", "字"], id="Chinese is cut anywhere"),
        pytest.param("", [""], id="nothing is one empty line"),
    ],
)
def test_text_is_wrapped(text: str, lines: list[str]) -> None:
    assert list(wrapped(text, 10)) == lines
