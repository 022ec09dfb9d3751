"""Files for the tests of what is done in parts: damaged, mixed and odd ones, as bytes, by name."""

import json
import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


def jsonl(*records: Any) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def chat(question: str, answer: str, **more: Any) -> dict[str, Any]:
    said = [{"role": "user", "content": question}, {"role": "assistant", "content": answer, **more}]
    return {"messages": said}


def pair(prompt: str, completion: str, **more: Any) -> dict[str, Any]:
    return {"prompt": prompt, "completion": completion, **more}


CLEAN = jsonl(*(chat(f"What is {n}?", f"It is the number {n}.") for n in range(8)))
LEGACY = jsonl(*(pair(f"Name {n} ->", f" name{n} END") for n in range(12)))
BARE = jsonl(*(pair(f"SHOUTED QUESTION {n}", f"answer number {n}") for n in range(12)))
LABELS = jsonl(*(pair(f"text {n}\n\n###\n\n", [" yes", " no"][n % 2]) for n in range(24)))
LONG = jsonl(chat("a", "b"), chat("long", "word " * 700), chat("c\u200bd", "e\x07f"), chat("a", "b"))
ODD = [
    b"",
    b"   ",
    b'{"messages": [{"role": "user", "content": "broken"',
    b"[1, 2]",
    b'{"prompt": "x", "completion": NaN}',
    b'{"prompt": "t", "prompt": "u", "completion": "v"}',
    b'{"prompt": "s", "completion": "\\ud800"}',
    b'{"prompt": "a", "completion": "b"} {"prompt": "c", "completion": "d"}',
    b"null",
    b'{"prompt": "caf\xe9", "completion": "latin"}',
    '{"prompt": "sep\u2028arated", "completion": "x"}'.encode(),
    b"{'prompt': 'single', 'completion': 'quotes'}",
    b'{"prompt": "trailing", "completion": "comma",}',
]
DAMAGED = b"\n".join(b for line in ODD for b in (line, jsonl(chat("fine", "yes")).rstrip())) + b"\n"
MIXED = jsonl(
    chat("one", "two"),
    pair("three", "four", id=5),
    {"instruction": "add", "input": "1 2", "output": "3"},
    {"conversations": [{"from": "Human", "value": "hi"}, {"from": "gpt", "value": "hello"}]},
    chat("cafe\u0301", " padded ", weight="1"),
    {"messages": []},
    {"unknown": 1},
    chat("", ""),
    pair("", "no prompt"),
    {"messages": [{"role": "wizard", "content": "abracadabra"}]},
    {"prompt": "p", "chosen": "c", "rejected": "r"},
    chat("one", "two"),
)
TOOLS = jsonl(
    {
        "messages": [
            {"role": "user", "content": "weather?"},
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": "1", "type": "function", "function": {"name": "w", "arguments": {"city": "Rome"}}}
                ],
            },
            {"role": "tool", "tool_call_id": "1", "content": "sun"},
            {"role": "assistant", "content": "Sunny."},
        ],
        "tools": [{"type": "function", "function": {"name": "w", "parameters": {"type": "object"}}}],
    },
    chat("no tools", "none", name="x"),
)
TWINS = jsonl(*(chat("same", "again") if n % 9 == 0 else chat(f"other {n}", f"{n}") for n in range(40)))
SPREAD = json.dumps(chat("several", "lines"), indent=1).encode() * 3
TABLE = b'question,answer\nWhat?,This.\n"a, b",\n,nothing\nWhat?,This.\nhidden\xe2\x80\x8bspace,yes\n'

FILES: dict[str, bytes] = {
    "clean": CLEAN,
    "legacy": LEGACY,
    "bare": BARE,
    "half-damaged": BARE + b"oops\n" + BARE.replace(b"answer", b"ANSWER") + b"\n" + BARE.upper().lower(),
    "labels": LABELS,
    "long": LONG,
    "damaged": DAMAGED,
    "mixed": MIXED,
    "tools": TOOLS,
    "twins": TWINS,
    "spread": SPREAD,
    "bom": b"\xef\xbb\xbf" + MIXED,
    "returns": MIXED.replace(b"\n", b"\r\n"),
    "some-returns": TWINS.replace(b"\n", b"\r\n", 7),
    "blank": MIXED.replace(b"\n", b"\n\n  \n"),
    "open-ended": (TWINS + BARE).rstrip(),
    "empty": b"",
    "nothing": b"\n\n",
}


def ways(data: bytes) -> list[dict[str, Any]]:
    """Parts of the data of several sizes, as settings: not too many, since every part takes its time."""
    return [{"part_bytes": len(data) // parts + 1} for parts in (13, 4)]


class Elsewhere(Executor):
    """Works on what was sent, and sends back what came of it, as another machine would."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        work, given, named = pickle.loads(pickle.dumps((fn, args, kwargs)))
        try:
            future.set_result(pickle.loads(pickle.dumps(work(*given, **named))))
        except Exception as error:
            future.set_exception(error)
        return future
