"""Chat templates render as in transformers: the same text, the same trained tokens, the same refusals."""

import json
from pathlib import Path
from typing import Any

import pytest
from chat_template_cases import TOKENS, TOOL, call, conversations, templates
from hypothesis import given

import ftlint
from ftlint.chat_template.rendering import Refusal
from ftlint.chat_template.template import ChatTemplate

pytestmark = pytest.mark.slow
by_template = pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in templates()])
Conversation = tuple[list[dict[str, Any]], list[Any] | None]


def theirs(source: str, conversation: Conversation, *, prompt: bool) -> tuple[str, Any]:
    """The text and the marked spans by transformers, or its words where it raises."""
    from transformers.utils import chat_template_utils as transformers

    messages, tools = conversation
    try:
        texts, spans = transformers.render_jinja_template(
            [transformers._normalize_chat_messages(messages)],
            tools=tools,
            chat_template=source,
            add_generation_prompt=prompt,
            return_assistant_tokens_mask=True,
            **TOKENS,
        )
    except Exception as error:
        return "raises", str(error)
    return texts[0], tuple(spans[0])


def ours(source: str, conversation: Conversation, *, prompt: bool) -> tuple[str, Any]:
    """The same by ftlint."""
    messages, tools = conversation
    try:
        rendering = ChatTemplate({"default": source}, TOKENS).render(
            messages, tools, add_generation_prompt=prompt
        )
    except Refusal as refusal:
        return "raises", str(refusal)
    return rendering.text, rendering.generated


@by_template
@given(conversation=conversations())
def test_the_text_is_that_of_transformers(path: Path, conversation: Conversation) -> None:
    pytest.importorskip("transformers")
    source = path.read_text("utf-8")
    for prompt in (False, True):
        assert ours(source, conversation, prompt=prompt) == theirs(source, conversation, prompt=prompt)


@pytest.fixture(scope="module")
def tokenizer_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer of bytes and pairs, trained here, with the special tokens of the templates."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(["How is the weather in Bonn? It rains in Bonn."] * 3, trainer)
    tokenizer.add_special_tokens(
        [AddedToken(token) for token in ("<s>", "</s>", "<|im_start|>", "<|im_end|>")]
    )
    path = tmp_path_factory.mktemp("model") / "tokenizer.json"
    tokenizer.save(str(path))
    return path


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "user", "content": "How is the weather?"}, {"role": "assistant", "content": "It rains."}],
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Bonn? 🙂"},
            {"role": "assistant", "content": "", "tool_calls": [call({"city": "Bonn"})]},
            {"role": "tool", "content": "rain"},
            {"role": "assistant", "content": "Zoë says: rain."},
            {"role": "user", "content": "Thanks"},
            {"role": "assistant", "content": "In Bonn it rains."},
        ],
    ],
)
def test_the_trained_tokens_are_those_of_transformers(
    messages: list[dict[str, Any]], tokenizer_file: Path
) -> None:
    transformers = pytest.importorskip("transformers")
    template = next(path for path in templates() if path.name == "training.jinja")
    model = transformers.PreTrainedTokenizerFast(tokenizer_file=str(tokenizer_file), **TOKENS)
    expected = model.apply_chat_template(
        messages,
        tools=[TOOL],
        chat_template=template.read_text("utf-8"),
        return_dict=True,
        return_assistant_tokens_mask=True,
    )
    rendered = ftlint.render(
        {"messages": messages, "tools": [TOOL]}, template=template, tokenizer=tokenizer_file
    )
    assert rendered.tokens is not None
    assert [token.id for token in rendered.tokens] == expected["input_ids"]
    assert [int(token.trained) for token in rendered.tokens] == expected["assistant_masks"]
    assert 0 < sum(expected["assistant_masks"]) < len(expected["input_ids"])


def test_an_answer_that_begins_inside_a_token_is_named(tokenizer_file: Path, tmp_path: Path) -> None:
    rows = [
        [{"role": "user", "content": "x"}, {"role": "assistant", "content": text}]
        for text in ("🙂", "in Bonn")
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"messages": row}) + "\n" for row in rows))
    source = "{% for m in messages %}{{ 'Bonn ' if m.role == 'assistant' else '' }}{{ m.content }}{% endfor %}{{ 'Bonn ' if add_generation_prompt else '' }}"
    report = ftlint.check(path, template_text=source, tokenizer=tokenizer_file, select="M010")
    assert [(f.line, f.path, f.message.split('"')[1]) for f in report.files[0].findings] == [
        (2, "messages[1].content", " in")
    ]


def test_limits_count_the_rendering(tokenizer_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        json.dumps({"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]})
    )
    options = {"select": ("L001", "L002"), "rule_options": {"L001": {"tokens": 50}, "L002": {"tokens": 50}}}
    source = "{{ LONG }}{% for m in messages %}{{ m.content }}{% endfor %}"
    for text, codes in (("'z' * 10", []), ("'z ' * 100", ["L002"])):
        report = ftlint.check(
            path, template_text=source.replace("LONG", text), tokenizer=tokenizer_file, **options
        )
        assert [finding.code for finding in report.files[0].findings] == codes
