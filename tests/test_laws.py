"""The laws, on datasets that nobody thought of: cutting, fixing twice, safe fixes, untouched lines."""

import json

import pytest
from examples import some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from public import check, fix

TEXTS = st.sampled_from(
    [
        "",
        " ",
        "a",
        "hello",
        "Why?",
        "caf\u00e9",
        "cafe\u0301",
        "a\u200bb",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "x\x07y",
        "<|im_end|>",
        "line\nline",
        "\u2028",
        "yes",
        "no",
        " yes END",
        "red ->",
        "NA",
        "\ufffd",
        "\ud7ff",
        "👩\u200d👩\u200d👧",
    ]
) | st.text(max_size=8)
ROLES = st.sampled_from(
    ["user", "assistant", "system", "tool", "human", "User", "gpt", "wizard", "assistant "]
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)
CONTENT = TEXTS | TEXTS | TEXTS | ANYTHING
MESSAGE = st.fixed_dictionaries(
    {"role": ROLES, "content": CONTENT},
    optional={
        "weight": st.sampled_from([0, 1, 0.5, "1", None]),
        "name": TEXTS,
        "tool_calls": st.just([{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}])
        | ANYTHING,
        "refusal": TEXTS,
        "odd": ANYTHING,
    },
)
TURN = st.fixed_dictionaries({"from": st.sampled_from(["human", "gpt", "Human", "tool"]), "value": CONTENT})
RECORD = st.one_of(
    st.fixed_dictionaries(
        {"messages": st.lists(MESSAGE | ANYTHING, max_size=4)}, optional={"tools": ANYTHING}
    ),
    st.fixed_dictionaries({"messages": st.lists(MESSAGE, min_size=1, max_size=4)}),
    st.fixed_dictionaries({"prompt": CONTENT, "completion": CONTENT}, optional={"id": ANYTHING}),
    st.fixed_dictionaries({"prompt": TEXTS, "completion": TEXTS}),
    st.fixed_dictionaries({"Question": TEXTS, "answer": TEXTS}),
    st.fixed_dictionaries(
        {"instruction": CONTENT, "output": CONTENT}, optional={"input": CONTENT, "history": ANYTHING}
    ),
    st.fixed_dictionaries(
        {"conversations": st.lists(TURN | ANYTHING, max_size=4)}, optional={"system": CONTENT}
    ),
    st.fixed_dictionaries({"text": CONTENT}),
    st.dictionaries(TEXTS, ANYTHING, max_size=3),
)
LINE = st.one_of(
    RECORD.map(lambda record: json.dumps(record).encode()),
    RECORD.map(lambda record: json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()),
    st.sampled_from(
        [
            b"",
            b"  ",
            b"{",
            b"[1]",
            b"{'prompt': 'a', 'completion': None}",
            b'{"a": 1, "a": 2}',
            b"\xff",
            b"NaN",
        ]
    ),
)
ENDS = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"])
DATA = st.lists(st.tuples(LINE, ENDS), max_size=8).map(lambda lines: b"".join(a + b for a, b in lines))
TARGETS = st.sampled_from([None, "openai-chat", "openai-completions"])
laws = settings(
    max_examples=some(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@laws
@given(DATA, TARGETS, st.sampled_from([1, 60]))
def test_cutting_the_rows_anywhere_changes_no_finding(data: bytes, target: str | None, size: int) -> None:
    whole, cut = check(data, target=target), check(data, target=target, block_bytes=size)
    assert cut.findings == whole.findings
    assert (cut.counts, cut.fixable, cut.rows, cut.examples) == (
        whole.counts,
        whole.fixable,
        whole.rows,
        whole.examples,
    )


@laws
@given(DATA, TARGETS, st.booleans())
def test_fixing_twice_is_fixing_once(data: bytes, target: str | None, unsafe: bool) -> None:
    once, _ = fix(data, target=target, unsafe=unsafe)
    twice, report = fix(once, target=target, unsafe=unsafe)
    assert twice == once
    assert not report.fixed
    assert not report.dropped


@laws
@given(DATA, TARGETS)
def test_nothing_fixable_is_left(data: bytes, target: str | None) -> None:
    _, report = fix(data, target=target, unsafe=True)
    assert not report.fixable


@laws
@given(DATA, TARGETS)
def test_what_is_read_is_kept_or_counted(data: bytes, target: str | None) -> None:
    before = check(data, target=target)
    _, report = fix(data, target=target, unsafe=True)
    assert report.read == report.kept + report.dropped.total()
    assert report.rows == report.kept
    assert report.read >= before.rows


@laws
@given(DATA, TARGETS)
def test_a_line_without_a_finding_stays_byte_for_byte(data: bytes, target: str | None) -> None:
    before = check(data, target=target)
    if any(finding.name in OF_ALL_LINES and finding.fix == "safe" for finding in before.findings):
        return
    touched = {finding.line for finding in before.findings}
    fixed, _ = fix(data, target=target, unsafe=False)
    kept = fixed.split(b"\n")
    for number, line in enumerate(data.split(b"\n"), 1):
        if number not in touched:
            assert line in kept


OF_ALL_LINES = ("carriage-return", "header-alias")
"""Rules that tell once what holds for many lines."""


def texts_of(data: bytes) -> list[str]:
    """Every text that is trained on, sorted."""
    found: list[str] = []

    def walk(value: object, key: str = "") -> None:
        if isinstance(value, dict):
            for name, below in value.items():
                walk(below, name)
        elif isinstance(value, list):
            for below in value:
                walk(below, key)
        elif isinstance(value, str) and key not in ("role", "from", "weight"):
            found.append(value)

    for line in data.splitlines():
        try:
            walk(json.loads(line))
        except (ValueError, RecursionError):
            continue
    return sorted(found)


GOOD = st.lists(
    st.one_of(
        st.fixed_dictionaries({"messages": st.lists(MESSAGE, min_size=1, max_size=4)}),
        st.fixed_dictionaries({"Question": TEXTS, "answer": TEXTS}),
        st.fixed_dictionaries({"prompt": TEXTS, "completion": TEXTS}),
    ),
    max_size=5,
).map(lambda records: b"".join(json.dumps(record).encode() + b"\r\n" for record in records))


@laws
@given(GOOD, TARGETS)
def test_a_safe_fix_changes_no_text_and_drops_no_example(data: bytes, target: str | None) -> None:
    before = check(data, target=target)
    fixed, report = fix(data, target=target, unsafe=False)
    assert not report.dropped
    assert report.rows == before.rows
    assert set(texts_of(data)) <= set(texts_of(fixed))


@pytest.mark.parametrize("unsafe", [False, True])
def test_rows_that_become_equal_are_duplicates_in_the_same_run(unsafe: bool) -> None:
    rows = [{"prompt": "a\u200b", "completion": "b"}, {"prompt": "a", "completion": "b"}]
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    fixed, report = fix(data, unsafe=unsafe, select=["U001", "D001"])
    assert len(fixed.splitlines()) == (1 if unsafe else 2)
    assert report.dropped == ({"D001": 1} if unsafe else {})
