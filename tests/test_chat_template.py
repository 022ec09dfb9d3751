"""Chat templates: files that they are read from, what a stranger's template cannot do, and where texts end up."""

import json
from pathlib import Path
from typing import Any

import pytest
from chat_template_cases import FOLDER, conversations
from hypothesis import given

import ftlint
from ftlint.chat_template.files import read_chat_template
from ftlint.chat_template.placed import place_parts
from ftlint.chat_template.rendering import Refusal
from ftlint.chat_template.template import ChatTemplate
from ftlint.errors import UsageError

USER, ASSISTANT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}
CHAT = [USER, ASSISTANT]
TURNS = "{% for m in messages %}{{ bos_token }}{{ m.role }}: {{ m.content }}\n{% endfor %}"
DOUBLED = (
    "{% set ns = namespace(x=START) %}{% for i in range(99) %}{% set ns.x = STEP %}{% endfor %}{{ ns.x }}"
)


def render(source: str, messages: list[Any] = CHAT) -> str:
    """The text that a template makes."""
    return ChatTemplate({"default": source}, {"bos_token": "<s>"}).render(messages).text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chat_template.jinja", TURNS),
        ("mine.jinja", TURNS),
        ("tokenizer_config.json", json.dumps({"chat_template": TURNS, "bos_token": {"content": "<s>"}})),
        ("tokenizer_config.json", json.dumps({"chat_template": [{"name": "default", "template": TURNS}]})),
        ("chat_template.json", json.dumps({"chat_template": TURNS})),
    ],
)
def test_a_template_is_read_from_each_file_beside_a_model(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    if name != "tokenizer_config.json":
        (tmp_path / "tokenizer_config.json").write_text('{"bos_token": "<s>"}')
    token = "<s>" if 'bos_token": {' in content or name != "tokenizer_config.json" else ""
    assert (
        read_chat_template(tmp_path / name).render(CHAT).text
        == f"{token}user: Hi\n{token}assistant: Hello.\n"
    )
    if name != "mine.jinja":
        assert read_chat_template(tmp_path).render(CHAT).text.endswith("assistant: Hello.\n")


def test_tools_have_a_template_of_their_own(tmp_path: Path) -> None:
    named = [
        {"name": "default", "template": "no tools"},
        {"name": "tool_use", "template": "{{ tools|length }} tools"},
    ]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": named}))
    template = read_chat_template(tmp_path)
    assert (template.render(CHAT).text, template.render(CHAT, [{}]).text) == ("no tools", "1 tools")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{% for m in messages %}", ":1: the chat template is invalid: Unexpected end of template"),
        ("\n\n{% if %}{% endif %}", ":3: the chat template is invalid"),
        ("{{ x | no_such_filter }}", ":1: the chat template is invalid: No filter named 'no_such_filter'"),
    ],
)
def test_a_broken_template_is_one_error_with_its_line(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "chat_template.jinja"
    path.write_text(content)
    (tmp_path / "rows.jsonl").write_text(json.dumps({"messages": CHAT}) + "\n")
    with pytest.raises(UsageError) as raised:
        ftlint.check(tmp_path / "rows.jsonl", chat_template=path)
    assert words in str(raised.value)


def test_a_message_that_is_no_object_is_not_rendered(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"messages": ["x", USER, USER]}) + "\n")
    report = ftlint.check(path, chat_template=FOLDER / "no_system.jinja", select="M")
    assert not report.files[0].findings


@pytest.mark.parametrize("name", ["tokenizer_config.json", "missing.jinja", "."])
def test_without_a_template_the_error_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "tokenizer_config.json").write_text('{"bos_token": "<s>"}')
    with pytest.raises(UsageError, match="no chat"):
        read_chat_template(tmp_path / name)


@pytest.mark.parametrize(
    "source",
    [
        "{% include '/etc/passwd' %}",
        "{% import '/etc/passwd' as x %}",
        "{% extends '/etc/passwd' %}",
        "{{ messages.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ namespace(__class__=1) }}",
        "{{ messages.append(1) }}",
        "{{ environment.budget }}",
    ],
)
def test_a_template_reaches_nothing_but_its_conversation(source: str) -> None:
    with pytest.raises(Refusal):
        render(source)


@pytest.mark.parametrize(
    "source",
    [
        *(
            DOUBLED.replace("START", start).replace("STEP", step)
            for start, step in (
                ("'a'", "ns.x + ns.x"),
                ("'a'", "ns.x ~ ns.x"),
                ("[1]", "[ns.x, ns.x]"),
                ("[1]", "(ns.x, ns.x)"),
                ("[1]", "[ns.x] * 2"),
                ("[1]", "dict(a=ns.x, b=ns.x)"),
                ("9", "ns.x * ns.x"),
                ("'a'", "ns.x.replace('a', 'aa')"),
            )
        ),
        "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}"
        "{% set ns.x = y %}{% endfor %}{{ ns.x }}",
        "{{ 'a' * 10000000000 }}",
        "{{ 'a'|center(10000000000) }}",
        "{{ 'a'.center(10000000000) }}",
        "{{ '%9999999999d' % 3 }}",
        "{{ '%*d' % (9999999999, 3) }}",
        "{{ '{:9999999999d}'.format(3) }}",
        "{{ '{:{}}'.format(3, 9999999999) }}",
        "{{ '%9999999999d'|format(3) }}",
        "{{ range(99999)|join('a' * 1000000) }}",
        "{{ ('a' * 1000000).join(range(99999)|map('string')) }}",
        "{{ [1]|slice(1000000000)|list }}",
        "{{ [1]|batch(1000000000, 'x')|list }}",
        "{{ messages|tojson(indent=1000000000) }}",
        "{{ lipsum(n=1000000) }}",
        "{{ ('<' * 10000000)|striptags }}",
        "{{ ('a ' * 1000000)|wordwrap(1) }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{{ strftime_now('%Y' * 100000000) }}",
    ],
)
def test_a_template_cannot_use_up_time_or_memory(source: str) -> None:
    with pytest.raises(Refusal):
        render(source)


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(90) }}",
    ],
)
def test_after_three_endless_conversations_a_template_is_not_run_again(source: str) -> None:
    template = ChatTemplate({"default": source}, {})
    for _ in range(1000):
        with pytest.raises(Refusal, match="does not come to an end"):
            template.render(CHAT)


def test_keys_that_are_null_are_left_out_and_thoughts_have_every_name() -> None:
    source = "{% for m in messages %}{{ m.tool_calls is defined }} {{ m.thinking }} {{ m.reasoning_content }}{% endfor %}"
    message = {"role": "assistant", "content": "x", "tool_calls": None, "reasoning": "why"}
    assert render(source, [message]) == "False why why"


@given(conversation=conversations())
def test_every_text_of_a_template_that_writes_all_is_found_in_its_place(conversation: Any) -> None:
    messages, tools = conversation
    template = ChatTemplate({"default": (FOLDER / "chatml.jinja").read_text()}, {})
    messages = [message | {"content": message["content"] or ""} for message in messages]
    text = template.render(messages, tools).text
    found = [
        placed for placed in place_parts(template, messages, tools, text) if placed.source.field == "content"
    ]
    assert [placed.source.text for placed in found] == [
        m["content"] for m in messages if m["content"].strip()
    ]
    assert all(
        placed.is_exact and text[slice(*placed.spans[0])] == placed.source.text.strip() for placed in found
    )
    assert [placed.spans[0] for placed in found] == sorted(placed.spans[0] for placed in found)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"messages": CHAT}, "<|im_start|>assistant\nHello.<|im_end|>"),
        ({"instruction": "Hi", "output": "Hello."}, "<|im_start|>assistant\nHello.<|im_end|>"),
        ({"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello."}]}, "Hello."),
    ],
)
def test_a_record_of_any_shape_is_rendered(record: dict[str, Any], expected: str) -> None:
    rendered = ftlint.render(record, template=FOLDER / "chatml.jinja")
    assert expected in rendered.text
    assert [rendered.text[start:end] for start, end in rendered.trained] == ["Hello.<|im_end|>\n"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"prompt": "Hi", "completion": "Hello."}, "no messages"),
        ({"messages": [{"role": "system", "content": "x"}, *CHAT]}, "System role not supported"),
    ],
)
def test_what_cannot_be_rendered_is_said_in_words(record: dict[str, Any], words: str) -> None:
    with pytest.raises(ftlint.UsageError, match=words):
        ftlint.render(record, template=FOLDER / "no_system.jinja")
