"""Provider for the OpenAI API through the official SDK: OpenAI, Azure OpenAI and compatible servers."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from ftlint.training.provider import openai_requests, openai_responses
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.records import (
    Answer,
    Checkpoint,
    Event,
    JobRequest,
    PartialUpload,
    Question,
    StoredFile,
    TuningJob,
)
from ftlint.training.provider.retry import Retry

if TYPE_CHECKING:
    from openai import OpenAI

PURPOSE = "fine-tune"
JSON_LINES = "application/jsonl"
# The maximum page size of the API for lists of files and jobs.
PAGE = 100
Result = TypeVar("Result")


class OpenAIProvider:
    """Implements ``Provider`` with a client of the SDK.

    The SDK's own retries are off: they would create a job twice if only the response to the first request was
    lost, and they wait without notice.
    """

    def __init__(
        self,
        name: str,
        title: str,
        client: "OpenAI",
        retry: Retry,
        *,
        answer_limit: str = "max_completion_tokens",
    ) -> None:
        self.name, self.title = name, title
        self.client: Any = client.with_options(max_retries=0)
        self.url = _without_secrets(str(client.base_url))
        self.patience = retry
        # The parameter that limits the tokens of a chat answer; older servers accept only max_tokens.
        self.answer_limit = answer_limit

    def _once(self, action: Callable[[], Result]) -> Result:
        return openai_responses.error_message(action, self)

    def _call(self, action: Callable[[], Result]) -> Result:
        return self.patience.call(lambda: self._once(action))

    def upload(self, name: str, content: BinaryIO) -> StoredFile:
        def send() -> Any:
            content.seek(0)
            return self.client.files.create(file=(name, content, JSON_LINES), purpose=PURPOSE)

        return openai_responses.file(self._call(send))

    def begin_parts(self, name: str, size: int) -> PartialUpload:
        created = self._call(
            lambda: self.client.uploads.create(
                bytes=size, filename=name, mime_type=JSON_LINES, purpose=PURPOSE
            )
        )
        return PartialUpload(openai_responses.id_of(created), getattr(created, "expires_at", None) or 0)

    def add_part(self, upload: str, data: bytes) -> str:
        return openai_responses.id_of(self._call(lambda: self.client.uploads.parts.create(upload, data=data)))

    def join_parts(self, upload: str, parts: Sequence[str], md5: str) -> StoredFile:
        completed = self._call(lambda: self.client.uploads.complete(upload, part_ids=list(parts), md5=md5))
        return openai_responses.file(getattr(completed, "file", None))

    def cancel_parts(self, upload: str) -> None:
        self._call(lambda: self.client.uploads.cancel(upload))

    def file(self, id: str) -> StoredFile:
        return openai_responses.file(self._call(lambda: self.client.files.retrieve(id)))

    def files(self) -> Iterator[StoredFile]:
        yield from map(
            openai_responses.file, self._pages(self.client.files.list, purpose=PURPOSE, order="desc")
        )

    def content(self, id: str) -> bytes:
        return bytes(self._call(lambda: self.client.files.content(id).content))

    def create(self, request: JobRequest) -> TuningJob:
        return openai_responses.job(
            self._once(lambda: self.client.fine_tuning.jobs.create(**openai_requests.job(request)))
        )

    def jobs(self) -> Iterator[TuningJob]:
        yield from map(openai_responses.job, self._pages(self.client.fine_tuning.jobs.list))

    def job(self, id: str) -> TuningJob:
        return openai_responses.job(self._call(lambda: self.client.fine_tuning.jobs.retrieve(id)))

    def cancel(self, id: str) -> TuningJob:
        return self._changed(id, self.client.fine_tuning.jobs.cancel)

    def pause(self, id: str) -> TuningJob:
        return self._changed(id, self.client.fine_tuning.jobs.pause)

    def resume(self, id: str) -> TuningJob:
        return self._changed(id, self.client.fine_tuning.jobs.resume)

    def events(self, id: str) -> Iterator[Event]:
        yield from map(openai_responses.event, self._pages(self.client.fine_tuning.jobs.list_events, id))

    def checkpoints(self, id: str) -> Iterator[Checkpoint]:
        yield from map(
            openai_responses.checkpoint, self._pages(self.client.fine_tuning.jobs.checkpoints.list, id)
        )

    def models(self) -> Iterator[str]:
        yield from map(
            openai_responses.id_of, openai_responses.entries(self._call(lambda: self.client.models.list()))
        )

    def delete_model(self, name: str) -> None:
        self._result_or_done(lambda: self.client.models.delete(name), 404)

    def ask(self, question: Question) -> Answer:
        body = openai_requests.question(question, self.answer_limit)
        if question.messages is None:
            return openai_responses.completion(self._call(lambda: self.client.completions.create(**body)))
        return openai_responses.chat(self._call(lambda: self.client.chat.completions.create(**body)))

    def stream(self, question: Question) -> Iterator[str]:
        body = openai_requests.question(question, self.answer_limit)
        chat = question.messages is not None
        ask = self.client.chat.completions.create if chat else self.client.completions.create
        stream = self._call(lambda: ask(**body, stream=True))
        finished = False
        chunks = iter(stream)
        while True:
            chunk = self._once(lambda: next(chunks, None))
            if chunk is None:
                break
            for choice in getattr(chunk, "choices", None) or ():
                words = choice.delta.content if chat else choice.text
                finished = finished or choice.finish_reason is not None
                if words:
                    yield words
        if not finished:
            raise openai_responses.is_connection_lost(self.title)

    def _changed(self, id: str, change: Callable[[str], Any]) -> TuningJob:
        changed = self._result_or_done(lambda: change(id), 400)
        return openai_responses.job(changed) if changed is not None else self.job(id)

    def _result_or_done(self, action: Callable[[], Any], done: int) -> Any:
        """The result of the action; None if a retry reports that it was done already (``done``) and the first
        response was lost.
        """
        unsure = False

        def attempt() -> Any:
            nonlocal unsure
            try:
                return self._once(action)
            except ProviderError as error:
                if unsure and error.status == done:
                    return None
                unsure = unsure or error.unsure
                raise

        return self.patience.call(attempt)

    def _pages(self, listed: Callable[..., Any], *path: str, **query: Any) -> Iterator[Any]:
        """All entries of a list, page by page; each page is retried on its own."""
        last: str | None = None
        while True:
            more = {"after": last} if last is not None else {}
            page = self._call(lambda more=more: listed(*path, limit=PAGE, **query, **more))  # type: ignore[misc]
            entries = openai_responses.entries(page)
            yield from entries
            if not entries or not getattr(page, "has_more", False) or entries[-1].id == last:
                return
            last = entries[-1].id


def _without_secrets(url: str) -> str:
    """The URL without password and query."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path.rstrip('/')}"
