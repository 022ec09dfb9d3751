"""Surveys as bytes, for other processes and other machines: a header of JSON, then frames as Arrow streams."""

import io
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from ftlint import task
from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.measuring.survey import NUMBERS, Survey

if TYPE_CHECKING:
    from polars import DataFrame


class Header(msgspec.Struct):
    """All of a survey but its frames, and how many bytes each of those takes, by what it is of."""

    trained: int
    shapes: dict[str, int]
    roles: dict[str, int]
    uncounted: dict[str, int]
    frames: list[tuple[str, int]]


def to_bytes(survey: Survey) -> bytes:
    """The survey as bytes: 8 bytes with the header's length, the header, the frames."""
    survey.settle()
    written: list[tuple[str, bytes]] = [
        (name, _written(getattr(survey, name).counts)) for name in NUMBERS if getattr(survey, name).size
    ]
    if survey.digests:
        written.append(("digests", _written(pl.concat(survey.digests))))
    if survey.labels:
        written.append(("labels", _written(task.combine(survey.labels))))
    header = msgspec.json.encode(
        Header(
            survey.trained,
            dict(survey.shapes),
            dict(survey.roles),
            dict(survey.uncounted),
            [(name, len(data)) for name, data in written],
        )
    )
    return b"".join((len(header).to_bytes(8, "little"), header, *(data for _, data in written)))


def from_bytes(data: bytes, job: Job) -> Survey:
    """The survey that was written, for the same job. Raises ValueError for anything else."""
    size = int.from_bytes(data[:8], "little")
    header = msgspec.json.decode(data[8 : 8 + size], type=Header)
    survey = Survey(job, trained=header.trained)
    survey.shapes, survey.roles = Counter(header.shapes), Counter(header.roles)
    survey.uncounted = Counter(header.uncounted)
    at = 8 + size
    for name, length in header.frames:
        frame = pl.read_ipc_stream(io.BytesIO(data[at : at + length]))
        at += length
        if name in NUMBERS:
            getattr(survey, name).add_counts(frame)
        else:
            getattr(survey, name).append(frame)
    return survey


def _written(frame: "DataFrame") -> bytes:
    out = io.BytesIO()
    frame.write_ipc_stream(out)
    return out.getvalue()
