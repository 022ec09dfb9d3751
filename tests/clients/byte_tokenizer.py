"""A tokenizer of transformers with one token a byte, so that what it wrote can be read again; it needs no download."""

from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast


def templates() -> dict[str, str]:
    """The chat templates that TRL ships, without those it changed for training."""
    spec = find_spec("trl")
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent / "chat_templates"
    files = sorted(folder.glob("*.jinja"))
    return {f.stem: f.read_text(encoding="utf-8") for f in files if not f.stem.endswith("_training")}


def byte_tokenizer(template: str = "qwen3") -> PreTrainedTokenizerFast:
    """The tokenizer, with one of TRL's chat templates."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: nth for nth, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", bos_token="<|im_start|>"
    )
    made.pad_token = made.eos_token
    made.chat_template = templates()[template]
    return made
