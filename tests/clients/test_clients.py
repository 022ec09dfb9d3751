"""Rows that a real client refuses do not pass as clean, and rows that it reads whole are no errors.

Each client runs in an environment of its own; without it the test is skipped.
"""

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from client_rows import GOOD, VARIED, rows_of  # noqa: E402
from compare import compared, open_lines, reason_of  # noqa: E402
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
        assert set(VARIED[form]) <= GOOD[form].keys()


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
