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
        raise _refusal(error, speaker) from None
    except openai.APITimeoutError:
        raise ProviderError(
            f"{speaker.title} did not answer in time ({speaker.url})", again=True, unsure=True
        ) from None
    except openai.APIConnectionError as error:
        why = _mask_keys(str(error.__cause__ or error), speaker).rstrip(".")
        raise ProviderError(
            f"the connection to {speaker.title} failed ({speaker.url}): {why}", again=True, unsure=True
        ) from None
    except openai.OpenAIError as error:
        raise ProviderError(f"{speaker.title}: {_mask_keys(str(error), speaker)}") from None
    except UsageError:
        raise
    except Exception as error:
        raise _unexpected_error(error, speaker) from None


def is_connection_lost(title: str) -> ProviderError:
    """The error for a stream that ended early."""
    return ProviderError(f"{title} broke off in the middle of its answer", again=True, unsure=True)


def id_of(response: Any) -> str:
    """The id of a response. Raises ProviderError if the response is not one of the API's."""
    id = getattr(response, "id", None)
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


def file(response: Any) -> StoredFile:
    """Parse a file."""
    return StoredFile(
        id=id_of(response),
        name=_get(response, "filename", ""),
        bytes=_get(response, "bytes", 0) or 0,
        created=_get(response, "created_at", 0) or 0,
        status=_get(response, "status"),
        details=_get(response, "status_details"),
    )


def job(response: Any) -> TuningJob:
    """Parse a job."""
    error, method = _get(response, "error"), plain(_get(response, "method")) or {}
    kind = method.get("type")
    chosen = method.get(kind) or {} if kind else {}
    parameters = chosen.get("hyperparameters") or plain(_get(response, "hyperparameters")) or {}
    message = _get(error, "message") if error is not None else None
    return TuningJob(
        id=id_of(response),
        status=_get(response, "status", "") or "",
        model=_get(response, "model", "") or "",
        created=_get(response, "created_at", 0) or 0,
        finished=_get(response, "finished_at"),
        expected=_get(response, "estimated_finish"),
        tuned=_get(response, "fine_tuned_model"),
        training_file=_get(response, "training_file", "") or "",
        validation_file=_get(response, "validation_file"),
        result_files=tuple(_get(response, "result_files") or ()),
        trained_tokens=_get(response, "trained_tokens"),
        error=JobError(_get(error, "code"), message, _get(error, "param")) if message else None,
        method=kind,
        parameters={name: value for name, value in parameters.items() if value is not None},
        grader=chosen.get("grader"),
        integrations=tuple(plain(one) for one in _get(response, "integrations") or ()),
        seed=_get(response, "seed"),
        suffix=_get(response, "suffix") or _get(response, "user_provided_suffix"),
        metadata=plain(_get(response, "metadata")) or {},
    )


def event(response: Any) -> Event:
    """Parse an event."""
    data = plain(_get(response, "data"))
    return Event(
        id=id_of(response),
        created=_get(response, "created_at", 0) or 0,
        level=_get(response, "level", "info") or "info",
        message=_get(response, "message", "") or "",
        kind=_get(response, "type"),
        data=data if isinstance(data, dict) else {},
    )


def checkpoint(response: Any) -> Checkpoint:
    """Parse a checkpoint."""
    metrics = plain(_get(response, "metrics")) or {}
    return Checkpoint(
        id=id_of(response),
        model=_get(response, "fine_tuned_model_checkpoint", "") or "",
        step=_get(response, "step_number", 0) or 0,
        created=_get(response, "created_at", 0) or 0,
        metrics={name: value for name, value in metrics.items() if isinstance(value, int | float)},
    )


def chat(response: Any) -> Answer:
    """Parse the answer of a chat."""
    choice = _first(response)
    message, logprobs = choice.message, _get(_get(choice, "logprobs"), "content") or ()
    tokens = [
        Token(one.token, one.logprob, {other.token: other.logprob for other in one.top_logprobs or ()})
        for one in logprobs
    ]
    calls = [plain(call) for call in _get(message, "tool_calls") or ()]
    text = _get(message, "content") or _get(message, "refusal") or ""
    return _answer(response, text, choice, tokens, calls)


def completion(response: Any) -> Answer:
    """Parse the answer to a prompt."""
    choice = _first(response)
    logprobs, tokens = _get(choice, "logprobs"), []
    if logprobs is not None:
        words, sure = _get(logprobs, "tokens") or (), _get(logprobs, "token_logprobs") or ()
        alternatives = _get(logprobs, "top_logprobs") or [{}] * len(words)
        tokens = [
            Token(word, value if value is not None else 0.0, dict(other or {}))
            for word, value, other in zip(words, sure, alternatives, strict=False)
        ]
    return _answer(response, _get(choice, "text", "") or "", choice, tokens, [])


def plain(response: Any) -> Any:
    """A field of a response as plain JSON; None stays None."""
    return response.model_dump(exclude_none=True) if hasattr(response, "model_dump") else response


def _answer(response: Any, text: str, choice: Any, tokens: list[Token], calls: list[Any]) -> Answer:
    usage = _get(response, "usage")
    return Answer(
        text=text,
        finish=_get(choice, "finish_reason"),
        tokens=tokens,
        calls=calls,
        asked_tokens=_get(usage, "prompt_tokens"),
        answer_tokens=_get(usage, "completion_tokens"),
    )


def _first(response: Any) -> Any:
    choices = _get(response, "choices")
    if not choices:
        raise ProviderError("the model answered with nothing at all")
    return choices[0]


def _unexpected_error(error: Exception, speaker: ErrorContext) -> ProviderError:
    """The error for what the SDK does not handle: a connection lost while reading a response, or a web page as
    response.
    """
    if isinstance(error, OSError) or type(error).__module__.startswith("http"):
        message = _mask_keys(str(error) or type(error).__name__, speaker)
        return ProviderError(
            f"the connection to {speaker.title} broke off: {message}", again=True, unsure=True
        )
    message = _mask_keys(f"{type(error).__name__}: {error}", speaker)
    return ProviderError(f"{NOT_THE_API} {message}", unsure=True)


def _refusal(error: Any, speaker: ErrorContext) -> ProviderError:
    """The error for a refused request, with a remedy."""
    status, code = error.status_code, error.code
    body = error.body if isinstance(error.body, dict) else {}
    message = _mask_keys(str(body.get("message") or error.message), speaker).strip().rstrip(".")
    no_credit = status == 429 and (code in NO_CREDIT or error.type in NO_CREDIT)
    return ProviderError(
        f"{speaker.title} says ({status}): {message or 'nothing more'}{_advice(status, no_credit)}",
        status=status,
        code=code,
        param=error.param,
        again=(status in TRY_AGAIN or status >= 500) and not no_credit,
        unsure=status >= 500 or status == 408,
        wait=_retry_after(error.response.headers),
    )


def _advice(status: int, no_credit: bool) -> str:
    if no_credit:
        return ". The account has no credit left; trying again does not help"
    if status == 401:
        return ". The key in the environment is not accepted"
    if status == 403:
        return ". The key is known, but may not do this"
    return ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header; dates are not parsed, as no provider sends them here."""
    for name, scale in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(float(headers.get(name, "")) / scale, 0.0)
        except ValueError:
            continue
    return None


def _mask_keys(text: str, speaker: ErrorContext) -> str:
    """The text with all keys masked: the one that was sent, and any string that has the form of a key."""
    key = getattr(speaker.client, "api_key", None)
    if isinstance(key, str) and len(key) >= SHORTEST_KEY:
        text = text.replace(key, MASK)
    return mask(text)


def _get(response: Any, name: str, otherwise: Any = None) -> Any:
    return getattr(response, name, otherwise)
