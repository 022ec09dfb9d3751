"""What OpenAI's API takes in a request: the constraints of its public description, written down anew for the tests.

Source of the figures, unless a line says otherwise: OpenAI API description (openai/openai-openapi at f85dbe2,
openapi.yaml), read on 2026-08-21. What is refused is refused as the API does it: 400, and an error with message,
type, param and code.
"""

import json
from collections.abc import Mapping
from typing import Any

MEGABYTE = 1 << 20
FILE_BYTES = 512 * MEGABYTE  # CreateFile: "individual files can be up to 512 MB"
UPLOAD_BYTES = 8 << 30  # CreateUpload: "an Upload can accept at most 8 GB in total"
PART_BYTES = 64 * MEGABYTE  # AddUploadPart: "each Part can be at most 64 MB"
UPLOAD_SECONDS = 3600  # CreateUpload: "expires after an hour"
PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
METHODS = ("supervised", "dpo", "reinforcement")
GRADERS = ("string_check", "text_similarity", "python", "score_model", "multi")
EPOCHS, BATCH, BETA = (1, 50), (1, 256), 2
SUFFIX, SEED = (1, 64), (0, 2147483647)
PAIRS, KEY, VALUE = 16, 64, 512
STOPS = 4
COMPLETION_LOGPROBS, CHAT_LOGPROBS = 5, 20


class Refused(Exception):
    """The request cannot be carried out."""

    def __init__(
        self, message: str, param: str | None = None, code: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.message, self.param, self.code, self.status = message, param, code, status


def known(body: Mapping[str, Any], required: tuple[str, ...], more: tuple[str, ...]) -> None:
    """Required names are there, and no others than the known ones."""
    for name in required:
        if name not in body:
            raise Refused(f"Missing required parameter: '{name}'.", name, "missing_required_parameter")
    for name in body:
        if name not in (*required, *more):
            raise Refused(f"Unknown parameter: '{name}'.", name, "unknown_parameter")


def file(name: str, content: bytes, purpose: str | None) -> None:
    """CreateFileRequest, and what the API says of a training file that is not JSON lines."""
    if purpose not in PURPOSES:
        raise Refused(f"'{purpose}' is not one of {list(PURPOSES)} - 'purpose'", "purpose")
    if len(content) > FILE_BYTES:
        raise Refused("The file is too large. Maximum size is 512 MB.", "file", status=413)
    if purpose == "fine-tune":
        lines(name, content)


def lines(name: str, content: bytes) -> None:
    """The words for a line that is no object are those that users report (openai/openai-python issue 426)."""
    if not name.endswith(".jsonl"):
        raise Refused(f"Invalid extension of {name}. Supported formats: ['jsonl']", "file")
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            good = isinstance(json.loads(line), dict)
        except ValueError:
            good = False
        if not good:
            start = line[:20].decode("utf-8", errors="replace")
            raise Refused(
                "Expected file to have JSONL format, where every line is a valid JSON dictionary. "
                f'Line {number} is not a dictionary (HINT: line starts with: "{start}...").'
            )


def upload(body: Mapping[str, Any]) -> None:
    """CreateUploadRequest."""
    known(body, ("filename", "purpose", "bytes", "mime_type"), ("expires_after",))
    if body["purpose"] not in ("assistants", "batch", "fine-tune", "vision"):
        raise Refused(f"Invalid purpose: {body['purpose']}", "purpose")
    if not isinstance(body["bytes"], int) or not 0 < body["bytes"] <= UPLOAD_BYTES:
        raise Refused("The upload is too large. Maximum size is 8 GB.", "bytes")


def job(body: Mapping[str, Any]) -> None:
    """CreateFineTuningJobRequest."""
    known(
        body,
        ("model", "training_file"),
        (
            "hyperparameters",
            "suffix",
            "validation_file",
            "integrations",
            "seed",
            "method",
            "metadata",
        ),
    )
    suffix, seed = body.get("suffix"), body.get("seed")
    if suffix is not None and not SUFFIX[0] <= len(suffix) <= SUFFIX[1]:
        raise Refused(f"'{suffix}' is too long - 'suffix'", "suffix")
    if seed is not None and (not isinstance(seed, int) or not SEED[0] <= seed <= SEED[1]):
        raise Refused(f"{seed} is not a valid seed", "seed")
    _hyperparameters(body.get("hyperparameters") or {}, "hyperparameters")
    _method(body.get("method"))
    _metadata(body.get("metadata") or {})
    for one in body.get("integrations") or ():
        if one.get("type") != "wandb" or not (one.get("wandb") or {}).get("project"):
            raise Refused("'wandb' with a 'project' is required - 'integrations'", "integrations")


def _method(method: Mapping[str, Any] | None) -> None:
    if method is None:
        return
    kind = method.get("type")
    if kind not in METHODS:
        raise Refused(f"'{kind}' is not one of {list(METHODS)} - 'method.type'", "method.type")
    known(method, ("type",), METHODS)
    chosen = method.get(kind) or {}
    if kind == "reinforcement" and (chosen.get("grader") or {}).get("type") not in GRADERS:
        raise Refused("A grader is required - 'method.reinforcement.grader'", "method.reinforcement")
    _hyperparameters(chosen.get("hyperparameters") or {}, f"method.{kind}.hyperparameters", dpo=kind == "dpo")


def _hyperparameters(given: Mapping[str, Any], where: str, *, dpo: bool = False) -> None:
    names = ("n_epochs", "batch_size", "learning_rate_multiplier", *(("beta",) if dpo else ()))
    known(given, (), names)
    for name, value in given.items():
        if value == "auto":
            continue
        whole = name in ("n_epochs", "batch_size")
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise Refused(f"{value!r} is not of type 'number' - '{where}.{name}'", f"{where}.{name}")
        least, most = {"n_epochs": EPOCHS, "batch_size": BATCH}.get(name, (0, None))
        good = least <= value <= most if most is not None else value > 0
        if not good or (name == "beta" and value > BETA):
            raise Refused(f"{value} is out of range - '{where}.{name}'", f"{where}.{name}")


def _metadata(given: Mapping[str, Any]) -> None:
    if len(given) > PAIRS:
        raise Refused(f"Too many properties in 'metadata': {len(given)} > {PAIRS}", "metadata")
    for key, value in given.items():
        if len(key) > KEY or not isinstance(value, str) or len(value) > VALUE:
            raise Refused(f"Invalid 'metadata.{key}'", f"metadata.{key}")


def completion(body: Mapping[str, Any]) -> None:
    """CreateCompletionRequest, as far as ftlint uses it."""
    _asking(body)
    logprobs = body.get("logprobs")
    if logprobs is not None and not 0 <= logprobs <= COMPLETION_LOGPROBS:
        raise Refused(f"{logprobs} is greater than the maximum of 5 - 'logprobs'", "logprobs")


def chat(body: Mapping[str, Any]) -> None:
    """The request for a conversation's next message, as far as ftlint uses it."""
    _asking(body)
    if not body.get("messages"):
        raise Refused("[] is too short - 'messages'", "messages")
    top = body.get("top_logprobs")
    if top is not None and (body.get("logprobs") is not True or not 0 <= top <= CHAT_LOGPROBS):
        raise Refused("'top_logprobs' needs 'logprobs' and is 20 at most", "top_logprobs")


def _asking(body: Mapping[str, Any]) -> None:
    stop = body.get("stop")
    if isinstance(stop, list) and len(stop) > STOPS:
        raise Refused(f"{stop} is too long - 'stop'", "stop")
    temperature = body.get("temperature")
    if temperature is not None and not 0 <= temperature <= 2:
        raise Refused(f"{temperature} is out of range - 'temperature'", "temperature")


def page(query: Mapping[str, str], usual: int, most: int = 100) -> int:
    """How many entries a page of a list has. Beyond 100 only lists of files go (ListFiles: up to 10,000)."""
    try:
        limit = int(query.get("limit", usual))
    except ValueError:
        limit = 0
    if not 1 <= limit <= most:
        raise Refused(f"{query.get('limit')} is not between 1 and {most} - 'limit'", "limit")
    return limit
