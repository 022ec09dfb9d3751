"""Parse responses of the OpenAI API into ftlint's records, and errors into messages.

Compatible servers leave fields out, so only the id is required.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from ftlint.errors import UsageError
from ftlint.secrets import MASK, mask
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.records import Answer, Checkpoint, Event, JobError, StoredFile, Token, TuningJob

Result = TypeVar("Result")
# Error codes for which a retry does not help although the status is 429.
NO_CREDIT = ("insufficient_quota", "billing_hard_limit_reached")
TRY_AGAIN = (408, 409, 429)
# The minimum length of a key that is masked in a text; shorter strings match by chance.
SHORTEST_KEY = 8
NOT_THE_API = "the answer is none of OpenAI's API; is the address right? (it usually ends in /v1)"


class ErrorContext(Protocol):
    """The provider and key of a request: for error messages, and to mask the key in them."""

    title: str
    url: str
    client: Any


def error_message(action: Callable[[], Result], speaker: ErrorContext) -> Result:
    """Run the action; whatever the SDK raises becomes a ProviderError."""
    import openai

    try:
        return action()
    except openai.APIStatusError as error:
        raise _refused(error, speaker) from None
    except openai.APITimeoutError:
        raise ProviderError(
            f"{speaker.title} did not answer in time ({speaker.url})", again=True, unsure=True
        ) from None
    except openai.APIConnectionError as error:
        why = _safe(str(error.__cause__ or error), speaker).rstrip(".")
        raise ProviderError(
            f"the connection to {speaker.title} failed ({speaker.url}): {why}", again=True, unsure=True
        ) from None
    except openai.OpenAIError as error:
        raise ProviderError(f"{speaker.title}: {_safe(str(error), speaker)}") from None
    except UsageError:
        raise
    except Exception as error:
        raise _not_understood(error, speaker) from None


def is_connection_lost(title: str) -> ProviderError:
    """The error for a stream that ended early."""
    return ProviderError(f"{title} broke off in the middle of its answer", again=True, unsure=True)


def id_of(found: Any) -> str:
    """The id of a response. Raises ProviderError if the response is not one of the API's."""
    id = getattr(found, "id", None)
    if not isinstance(id, str) or not id:
        raise ProviderError(
            "the answer is none of OpenAI's API; is the address right? (it usually ends in /v1)"
        )
    return id


def entries(page: Any) -> list[Any]:
    """The entries of a page of a list. Raises ProviderError if it is no list of the API's."""
    data = getattr(page, "data", None)
    if not isinstance(data, list):
        raise ProviderError(
            "the answer is no list of OpenAI's API; is the address right? (it usually ends in /v1)"
        )
    return data


def file(found: Any) -> StoredFile:
    """Parse a file."""
    return StoredFile(
        id=id_of(found),
        name=_get(found, "filename", ""),
        bytes=_get(found, "bytes", 0) or 0,
        created=_get(found, "created_at", 0) or 0,
        status=_get(found, "status"),
        details=_get(found, "status_details"),
    )


def job(found: Any) -> TuningJob:
    """Parse a job."""
    error, method = _get(found, "error"), plain(_get(found, "method")) or {}
    kind = method.get("type")
    chosen = method.get(kind) or {} if kind else {}
    parameters = chosen.get("hyperparameters") or plain(_get(found, "hyperparameters")) or {}
    message = _get(error, "message") if error is not None else None
    return TuningJob(
        id=id_of(found),
        status=_get(found, "status", "") or "",
        model=_get(found, "model", "") or "",
        created=_get(found, "created_at", 0) or 0,
        finished=_get(found, "finished_at"),
        expected=_get(found, "estimated_finish"),
        tuned=_get(found, "fine_tuned_model"),
        training_file=_get(found, "training_file", "") or "",
        validation_file=_get(found, "validation_file"),
        result_files=tuple(_get(found, "result_files") or ()),
        trained_tokens=_get(found, "trained_tokens"),
        error=JobError(_get(error, "code"), message, _get(error, "param")) if message else None,
        method=kind,
        parameters={name: value for name, value in parameters.items() if value is not None},
        grader=chosen.get("grader"),
        integrations=tuple(plain(one) for one in _get(found, "integrations") or ()),
        seed=_get(found, "seed"),
        suffix=_get(found, "suffix") or _get(found, "user_provided_suffix"),
        metadata=plain(_get(found, "metadata")) or {},
    )


def event(found: Any) -> Event:
    """Parse an event."""
    data = plain(_get(found, "data"))
    return Event(
        id=id_of(found),
        created=_get(found, "created_at", 0) or 0,
        level=_get(found, "level", "info") or "info",
        message=_get(found, "message", "") or "",
        kind=_get(found, "type"),
        data=data if isinstance(data, dict) else {},
    )


def checkpoint(found: Any) -> Checkpoint:
    """Parse a checkpoint."""
    metrics = plain(_get(found, "metrics")) or {}
    return Checkpoint(
        id=id_of(found),
        model=_get(found, "fine_tuned_model_checkpoint", "") or "",
        step=_get(found, "step_number", 0) or 0,
        created=_get(found, "created_at", 0) or 0,
        metrics={name: value for name, value in metrics.items() if isinstance(value, int | float)},
    )


def chat(found: Any) -> Answer:
    """Parse the answer of a chat."""
    choice = _first(found)
    message, logprobs = choice.message, _get(_get(choice, "logprobs"), "content") or ()
    tokens = [
        Token(one.token, one.logprob, {other.token: other.logprob for other in one.top_logprobs or ()})
        for one in logprobs
    ]
    calls = [plain(call) for call in _get(message, "tool_calls") or ()]
    text = _get(message, "content") or _get(message, "refusal") or ""
    return _answer(found, text, choice, tokens, calls)


def completion(found: Any) -> Answer:
    """Parse the answer to a prompt."""
    choice = _first(found)
    logprobs, tokens = _get(choice, "logprobs"), []
    if logprobs is not None:
        words, sure = _get(logprobs, "tokens") or (), _get(logprobs, "token_logprobs") or ()
        others = _get(logprobs, "top_logprobs") or [{}] * len(words)
        tokens = [
            Token(word, value if value is not None else 0.0, dict(other or {}))
            for word, value, other in zip(words, sure, others, strict=False)
        ]
    return _answer(found, _get(choice, "text", "") or "", choice, tokens, [])


def plain(found: Any) -> Any:
    """A field of a response as plain JSON; None stays None."""
    return found.model_dump(exclude_none=True) if hasattr(found, "model_dump") else found


def _answer(found: Any, text: str, choice: Any, tokens: list[Token], calls: list[Any]) -> Answer:
    usage = _get(found, "usage")
    return Answer(
        text=text,
        finish=_get(choice, "finish_reason"),
        tokens=tokens,
        calls=calls,
        asked_tokens=_get(usage, "prompt_tokens"),
        answer_tokens=_get(usage, "completion_tokens"),
    )


def _first(found: Any) -> Any:
    choices = _get(found, "choices")
    if not choices:
        raise ProviderError("the model answered with nothing at all")
    return choices[0]


def _not_understood(error: Exception, speaker: ErrorContext) -> ProviderError:
    """The error for what the SDK does not handle: a connection lost while reading a response, or a web page as
    response.
    """
    if isinstance(error, OSError) or type(error).__module__.startswith("http"):
        said = _safe(str(error) or type(error).__name__, speaker)
        return ProviderError(f"the connection to {speaker.title} broke off: {said}", again=True, unsure=True)
    said = _safe(f"{type(error).__name__}: {error}", speaker)
    return ProviderError(f"{NOT_THE_API} {said}", unsure=True)


def _refused(error: Any, speaker: ErrorContext) -> ProviderError:
    """The error for a refused request, with a remedy."""
    status, code = error.status_code, error.code
    body = error.body if isinstance(error.body, dict) else {}
    said = _safe(str(body.get("message") or error.message), speaker).strip().rstrip(".")
    no_credit = status == 429 and (code in NO_CREDIT or error.type in NO_CREDIT)
    return ProviderError(
        f"{speaker.title} says ({status}): {said or 'nothing more'}{_advice(status, no_credit)}",
        status=status,
        code=code,
        param=error.param,
        again=(status in TRY_AGAIN or status >= 500) and not no_credit,
        unsure=status >= 500 or status == 408,
        wait=_asked_wait(error.response.headers),
    )


def _advice(status: int, no_credit: bool) -> str:
    if no_credit:
        return ". The account has no credit left; trying again does not help"
    if status == 401:
        return ". The key in the environment is not accepted"
    if status == 403:
        return ". The key is known, but may not do this"
    return ""


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header; dates are not parsed, as no provider sends them here."""
    for name, scale in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(float(headers.get(name, "")) / scale, 0.0)
        except ValueError:
            continue
    return None


def _safe(text: str, speaker: ErrorContext) -> str:
    """The text with all keys masked: the one that was sent, and any string that has the form of a key."""
    key = getattr(speaker.client, "api_key", None)
    if isinstance(key, str) and len(key) >= SHORTEST_KEY:
        text = text.replace(key, MASK)
    return mask(text)


def _get(found: Any, name: str, otherwise: Any = None) -> Any:
    return getattr(found, name, otherwise)
