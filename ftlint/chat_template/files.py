"""Read a chat template from the files that lie beside a model. No network."""

import json
import os
from pathlib import Path
from typing import Any

from ftlint.chat_template.template import ChatTemplate
from ftlint.errors import UsageError

# The names that transformers and its processors give the files (``utils/__init__.py``, ``tokenization_utils_base.py``).
TEMPLATE_FILE = "chat_template.jinja"
CONFIG_FILE = "tokenizer_config.json"
PROCESSOR_FILE = "chat_template.json"
MORE_TEMPLATES = "additional_chat_templates"
TOKENS_FILE = "special_tokens_map.json"
USUAL_TOKENS = ("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token")


def read_chat_template(given: str | os.PathLike[str]) -> ChatTemplate:
    """The template in a file or folder: ``chat_template.jinja``, ``tokenizer_config.json``, or the folder of a model.

    Special tokens are those of the ``tokenizer_config.json`` and ``special_tokens_map.json`` in the same folder.
    Raises UsageError if there is no template, or it is invalid.
    """
    path = Path(given)
    if not path.exists():
        raise UsageError(f"{path}: there is no such file, so there is no chat template")
    folder = path if path.is_dir() else path.parent
    tokens = _special_tokens(folder)
    if path.is_dir():
        found = next(
            (at for name in (TEMPLATE_FILE, CONFIG_FILE, PROCESSOR_FILE) if _sources(at := path / name)), None
        )
        if found is None:
            raise UsageError(f"{path}: the folder has no chat template ({TEMPLATE_FILE} or {CONFIG_FILE})")
        path = found
    sources = _sources(path)
    if not sources:
        raise UsageError(f"{path}: the file has no chat_template")
    return ChatTemplate(sources, tokens, str(path))


def has_chat_template(folder: str | os.PathLike[str]) -> bool:
    """Whether the folder of a model has a chat template."""
    return any(_sources(Path(folder) / name) for name in (TEMPLATE_FILE, CONFIG_FILE, PROCESSOR_FILE))


def _sources(path: Path) -> dict[str, str]:
    """The templates in a file by name; none if a JSON file has none."""
    if path.suffix != ".json":
        if not path.is_file():
            return {}
        more = sorted((path.parent / MORE_TEMPLATES).glob("*.jinja")) if path.name == TEMPLATE_FILE else []
        return {"default": _text(path)} | {other.stem: _text(other) for other in more}
    found = _object(path).get("chat_template")
    if isinstance(found, str):
        return {"default": found}
    named = found if isinstance(found, list) else []
    return {
        entry["name"]: entry["template"]
        for entry in named
        if isinstance(entry, dict)
        and isinstance(entry.get("name"), str)
        and isinstance(entry.get("template"), str)
    }


def _special_tokens(folder: Path) -> dict[str, str]:
    """The special tokens by name, as a template gets them: ``bos_token``, ``eos_token`` and others."""
    if not any((folder / name).is_file() for name in (TOKENS_FILE, CONFIG_FILE)):
        # A template alone: its tokens are not known, which is no fault of the data.
        return dict.fromkeys(USUAL_TOKENS, "")
    config = {**_object(folder / TOKENS_FILE), **_object(folder / CONFIG_FILE)}
    tokens = {}
    for name, value in config.items():
        text = value.get("content") if isinstance(value, dict) else value
        if name.endswith("_token") and isinstance(text, str):
            tokens[name] = text
    return tokens


def _object(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(_text(path))
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: {error}") from None
    return found if isinstance(found, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
