"""Rows that a real client refuses do not pass as clean, and rows that it reads whole are no errors.

Each client runs in an environment of its own; without it the test is skipped.
"""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from client_rows import GOOD, VARIED, rows_of  # noqa: E402
from compare import Difference, compared, open_lines, reason_of, reasons, why_too_broad  # noqa: E402
from kinds import KINDS  # noqa: E402
from registry import CLIENTS, ENVIRONMENTS, HERE  # noqa: E402
from verdict import ROLES, unknown_role, unread_weight, what_is_lost  # noqa: E402


def _called(arguments: object) -> dict[str, object]:
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": arguments}}
    return {"messages": [{"role": "assistant", "tool_calls": [call]}]}


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


def test_every_reason_is_bound_to_a_kind_of_rows() -> None:
    found = [f"{why_too_broad(entry)}: {entry['reason']}" for entry in reasons() if why_too_broad(entry)]
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
        ({"messages": [{"role": "user", "content": 7301}]}, "user: 7301", ""),
        ({"messages": [{"role": "user", "content": 7301}]}, "user: ", "not in the text: 7301"),
        ({"messages": [{"role": "user", "content": 7}]}, "user: ", ""),
        ({"text": "a", "tools": "null"}, "a", ""),
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


@pytest.mark.parametrize(
    ("role", "lost"),
    [
        ("user", ""),
        ("human", "a header that no model has: human"),
        ("gpt", ""),
        (7, "a header that no model has: 7"),
    ],
)
def test_unknown_roles_that_are_written_into_headers(role: object, lost: str) -> None:
    def judge(target: str, row: Any) -> str:
        message = row["messages"][0]
        # One word is taken for another, as templates with a branch for it do; all others become headers.
        return f"<{message['role']}>{message['content']}" if message["role"] != "gpt" else message["content"]

    row = {"messages": [{"role": role, "content": "a"}]}
    assert unknown_role(judge, "trl-sft", row, (*ROLES, "gpt")) == lost
    assert row == {"messages": [{"role": role, "content": "a"}]}


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        ({"role": "assistant", "weight": 1.0}, ""),
        ({"role": "assistant", "weight": None}, ""),
        ({"role": "user", "weight": 0}, ""),
        ({"role": "assistant", "weight": 0}, "a weight that is not read: 0"),
        ({"from": "gpt", "weight": 0.5}, "a weight that is not read: 0.5"),
    ],
)
def test_weights_that_are_not_read(answer: dict[str, object], lost: str) -> None:
    assert unread_weight({"messages": [answer]}) == lost
    assert unread_weight({"prompt": [answer], "completion": "a"}) == ""


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("empty answer", {"messages": [{"role": "assistant", "content": " "}]}),
        ("no content", {"messages": [{"role": "user"}]}),
        ("arguments as text", _called('{"a": 1}')),
        ("arguments as an object", _called({"a": 1})),
        ("arguments no object", _called("{")),
        ("arguments twice encoded", _called('"{}"')),
        ("result of another call", {"messages": [{"role": "tool", "tool_call_id": "a", "content": "b"}]}),
        ("undeclared call", {**_called({}), "tools": [{"type": "function", "function": {"name": "g"}}]}),
        ("broken schema", {"tools": [{"function": {"name": "f", "parameters": {"type": "dict"}}}]}),
        ("same answers", {"chosen": "a ", "rejected": "a"}),
        ("repeated prompt", {"prompt": "a", "chosen": "a b", "rejected": "c"}),
        ("late system", {"messages": [{"role": "user"}, {"role": "system"}]}),
    ],
)
def test_kinds_of_rows(kind: str, row: dict[str, object]) -> None:
    assert KINDS[kind](row)
    assert not KINDS[kind](GOOD["chat"]["turns"])
