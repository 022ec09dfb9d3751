"""Chat templates render as in transformers: the same text, the same trained tokens, the same refusals."""

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
