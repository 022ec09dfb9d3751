"""Rows that a real client refuses do not pass as clean, and rows that it reads whole are no errors.

Each client runs in an environment of its own; without it the test is skipped.
"""

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from client_rows import GOOD, VARIED, rows_of  # noqa: E402
from compare import Difference, compared, open_lines, reason_of, reasons, why_too_broad  # noqa: E402
from registry import CLIENTS, ENVIRONMENTS, HERE  # noqa: E402
from verdict import what_is_lost  # noqa: E402


@pytest.mark.slow
@pytest.mark.parametrize("name", CLIENTS)
def test_every_difference_is_known(name: str) -> None:
    if not CLIENTS[name].installed:
        pytest.skip(f"no environment for {name}: python tests/clients/install.py {CLIENTS[name].environment}")
    known = open_lines()
    differences = [d for d in compared(name) if d.outcome != "agree"]
    new = [d for d in differences if reason_of(d) is None and d.line not in known]
    assert not new, "\n".join(f"{d.line} | {d.verdict} | {d.words}" for d in new)


def test_every_client_has_a_script_an_environment_and_forms() -> None:
    for client in CLIENTS.values():
        assert (HERE / client.script).exists()
        assert client.environment in ENVIRONMENTS
        assert all(form in GOOD for forms in client.forms.values() for form in forms)


def test_names_of_rows_are_unique() -> None:
    for form in GOOD:
        names = [name for name, _ in rows_of((form,))]
        assert len(names) == len(set(names))
        assert set(VARIED.get(form, ())) <= GOOD[form].keys()


# Their reasons are bound by names of rows alone; the set may only become smaller.
BOUND_BY_NAMES = {"llamafactory", "axolotl", "ms-swift", "oumi", "openrlhf", "verl"}


def test_every_reason_is_bound_to_a_kind_of_rows() -> None:
    found = [
        f"{why_too_broad(entry)}: {entry['reason']}"
        for entry in reasons()
        if why_too_broad(entry) and not set(entry.get("clients", ())) <= BOUND_BY_NAMES
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("bound", "fault"),
    [
        ({"codes": ["C003"], "holds": "empty answer"}, ""),
        ({"codes": ["C003"], "rows": ["*: messages.*.content empty"]}, ""),
        ({"codes": ["C003"], "rows": ["chat: no answer"]}, ""),
        ({"holds": "empty answer"}, "no code is named"),
        ({"codes": ["C003"]}, "neither a kind of rows nor rows are named"),
        ({"codes": ["C003"], "holds": "odd"}, "no kind odd"),
        *(
            ({"codes": ["C003"], "rows": [rows]}, "a pattern for rows of every kind")
            for rows in (
                "*",
                "C003 case *",
                "C003 case *: row 1",
                "*: * empty",
                "chat: *",
                "*: messages.0.content *",
            )
        ),
    ],
)
def test_reasons_that_are_too_broad(bound: dict[str, object], fault: str) -> None:
    entry = {"outcome": "false", "clients": ["trl"], "reason": "", **bound}
    assert why_too_broad(entry).startswith(fault)
    assert bool(why_too_broad(entry)) == bool(fault)
    assert why_too_broad({**entry, "clients": []}) == "no client is named"


@pytest.mark.parametrize(
    ("client", "row", "codes", "explained"),
    [
        ("trl", "chat: turns: messages.4.content empty", "C003", True),
        ("trl", "chat: turns", "C003", False),
        ("trl", "chat: turns: messages.4.content empty", "C003 T001", False),
        ("trl", "chat: tools, arguments as text", "T001", True),
        ("trl", "chat: tools, arguments as objects", "T001", False),
        ("mistral-common", "chat: turns", "T006", False),
    ],
)
def test_another_false_alarm_of_the_same_code_is_open(
    client: str, row: str, codes: str, explained: bool
) -> None:
    target = next(iter(CLIENTS[client].forms))
    false = Difference(client, target, row, "accepted", "", tuple(codes.split()), "false")
    assert (reason_of(false) is not None) == explained


@pytest.mark.parametrize(
    ("row", "text", "lost"),
    [
        ({"text": "Lima is warm."}, "<s>Lima is warm.</s>", ""),
        ({"text": "Lima is warm."}, "<s></s>", "not in the text: Lima is warm."),
        ({"text": "two\nlines"}, '{"text": "two\\nlines"}', ""),
        ({"text": "a", "source": "forum"}, "a", ""),
        (
            {"messages": [{"role": "user", "content": None}]},
            "user: None",
            "written as a value of Python: None",
        ),
        (
            {"messages": [{"tool_calls": [{"function": {"name": "f", "arguments": '{"a": "b"}'}}]}]},
            '{"name": "f", "arguments": {"a": "b"}}',
            "",
        ),
        (
            {"messages": [{"tool_calls": [{"function": {"name": "f", "arguments": '{"a": "b"}'}}]}]},
            '{"name": "f", "arguments": "{\\"a\\": \\"b\\"}"}',
            "JSON text inside a text",
        ),
        (
            {"messages": [{"tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}]},
            '{"name": "f", "arguments": "{}"}',
            "JSON text inside a text",
        ),
        (
            {"messages": [{"tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}]},
            '{"name": "f", "arguments": {}}',
            "",
        ),
    ],
)
def test_what_is_lost(row: dict[str, object], text: str, lost: str) -> None:
    assert what_is_lost(row, text).startswith(lost)
    assert bool(what_is_lost(row, text)) == bool(lost)
