"""Templates: ``--prompt "{dynasty},{power}" --completion "{story}"`` make examples of any table or record."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean

if TYPE_CHECKING:
    from ftlint.shapes.shape import Record


@dataclass(frozen=True, slots=True)
class Templates:
    """The user's templates. ``prompt`` may be empty; ``completion`` None leaves records as they are."""

    prompt: str | None = None
    completion: str | None = None
    system: str | None = None

    def __bool__(self) -> bool:
        return self.prompt is not None or self.completion is not None

    def check(self) -> None:
        """Refuse templates that cannot work, before anything is read."""
        if self and self.completion is None:
            raise UsageError('--prompt needs --completion, e.g. --completion "{answer}"')
        for option, template in (("--prompt", self.prompt), ("--completion", self.completion)):
            if template is not None:
                columns_of(option, template)

    def columns(self) -> dict[str, list[str]]:
        """The columns each template names, by option."""
        given = {"--prompt": self.prompt, "--completion": self.completion, "--system": self.system}
        return {o: columns_of(o, t) for o, t in given.items() if t is not None}

    def fill(self, record: "Record") -> "Record":
        """The example made of a record.

        Raises KeyError with a column's name where the record has no such column.
        """
        prompt = _fill(self.prompt or "", record)
        completion = _fill(self.completion or "", record)
        if self.system is None:
            return {"prompt": prompt, "completion": completion}
        return {
            "messages": [
                {"role": "system", "content": _fill(self.system, record)},
                {"role": "user", "content": prompt},
                {"role": "assistant", "content": completion},
            ]
        }


def columns_of(option: str, template: str) -> list[str]:
    """The column names between braces. ``{{`` and ``}}`` are braces as such."""
    try:
        return [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise UsageError(
            f'{option} "{template}": {error}; write {{{{ and }}}} for braces in the text'
        ) from None


def unknown_column(templates: Templates, columns: Mapping[str, Any] | list[str]) -> str | None:
    """A sentence about the first template column that is not among the columns, or None."""
    for option, names in templates.columns().items():
        for name in names:
            if name not in columns:
                return (
                    f'{option} names a column "{name}" that the data does not have'
                    f"{did_you_mean(name, columns)} (columns: {', '.join(columns)})"
                )
    return None


def _fill(template: str, record: "Record") -> str:
    out = []
    for text, name, _, _ in Formatter().parse(template):
        out.append(text)
        if name is not None:
            value = record[name]
            out.append(value if isinstance(value, str) else "" if value is None else _as_text(value))
    return "".join(out)


def _as_text(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
