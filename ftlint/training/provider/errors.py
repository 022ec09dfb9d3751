"""Errors of a provider as messages, and whether a retry helps."""

from ftlint.errors import UsageError


class ProviderError(UsageError):
    """The provider refused a request or did not answer. The text says what and why, in one or two sentences.

    ``status`` is the HTTP status, or None without a response; ``code`` and ``param`` are the provider's own.
    ``again`` says that the same request may succeed later, ``wait`` after how many seconds at the earliest, if
    the provider says so. ``unsure`` says that it is unknown whether the request was carried out.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        param: str | None = None,
        again: bool = False,
        unsure: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.param = status, code, param
        self.again, self.unsure, self.wait = again, unsure, wait
