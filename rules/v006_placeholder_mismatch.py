"""The marks in the texts and the images beside them differ in number.

Trainers such as LLaMA-Factory put the images of the list `images` where the texts say `<image>`, one after the other;
videos and audio likewise. With one mark too few or too many the run stops, or the example is left out.

There is no fix: which image belongs where, only you know.

Without a target a record is reported that has media beside its messages and marks in their texts, but not as many. With
a target that counts them, one is reported, too, that has media but no mark, or marks but no media. Silent where no
record of the dataset has media: then the marks are mostly words of some markup. Marks in instructions are not
counted. A part of a content that says only its type, as TRL has them, is a mark.
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, RuleContext, Severity, Violation, pl

# Media, the fields that list them, the field of a single one, and the mark in a text.
KINDS = {
    "image": ("images", "<image>"),
    "video": ("videos", "<video>"),
    "audio": ("audios", "<audio>"),
}
FOUND = {"row": "UInt64", "line": "UInt64", "path": "String", "message": "String", "any": "Boolean"}
ASKED = [{"from": "human", "value": "<image>a"}, {"from": "gpt", "value": "b"}]
COUNTED = {"target": "llamafactory"}


def _seen(content: object, *images: str) -> dict[str, object]:
    messages = [{"role": "user", "content": content}, {"role": "assistant", "content": "b"}]
    return {"messages": messages, "images": list(images)}


class PlaceholderMismatch(DatasetRule):
    """Counts marks and media of each record; ``any`` says whether there are media at all."""

    code, name, severity = "V006", "placeholder-mismatch", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return (
            None
            if context.fact("media_marks") == "ignored"
            else context.severity_of_fact("media_marks") or self.severity
        )

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        if context.fact("media_marks") == "parts":
            return _of_parts(batch, context)
        counted = context.fact("media_marks") == "counted"
        rows: list[tuple[Any, ...]] = []
        for kind, (listed, mark) in KINDS.items():
            given = _given(batch, kind, listed)
            if not given and not counted:
                continue
            marks = _marks(batch, kind, mark)
            for i in sorted(given.keys() | (marks.keys() if counted else set())):
                have, path = given.get(i, (0, listed))
                wanted = marks.get(i, 0)
                if have != wanted and (wanted or counted):
                    message = f"{wanted:,} {mark} in the texts, {have:,} in {path}"
                    rows.append((batch.rows[i], batch.lines[i], path, message, False))
            if any(have for have, _ in given.values()):
                rows.append((None, None, None, None, True))
        return _framed(rows)

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        whole = pl.concat(frames)
        reported = whole.filter(pl.col("row").is_not_null())
        return pl.concat([reported, whole.filter(pl.col("row").is_null()).head(1)]).sort("row", "path")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None or not observed["any"].any():
            return Conclusion()
        reported = (
            observed.filter(pl.col("row").is_not_null()).select("message", "path", "row", "line").rows()
        )
        return Conclusion([Violation(*place) for place in reported])

    cases = (
        Case(
            why="one image for two marks, two for one, none in an empty list",
            wrong=[
                {
                    "conversations": [{"from": "human", "value": "<image><image>a"}, ASKED[1]],
                    "images": ["a.png"],
                },
                {"conversations": ASKED, "images": ["a.png", "b.png"]},
                {"conversations": ASKED, "images": []},
                {"conversations": ASKED, "image": "a.png"},
            ],
            found=[(1, "images"), (2, "images"), (3, "images")],
            severity="error",
        ),
        Case(
            why="in chats, in Alpaca's fields and in pairs; videos and audio",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "<video>a<audio>"},
                        {"role": "assistant", "content": "b"},
                    ],
                    "videos": ["a.mp4", "b.mp4"],
                    "audios": ["a.wav"],
                },
                {"instruction": "<image>", "input": "<image>", "output": "b", "images": ["a.png"]},
                {
                    "conversations": ASKED[:1],
                    "chosen": {"from": "gpt", "value": "<image>"},
                    "rejected": {"from": "gpt", "value": "<image><image>"},
                    "images": ["a.png"],
                },
            ],
            found=[(1, "videos"), (2, "images"), (3, "images")],
        ),
        Case(
            why="with a target that counts them: an image without a mark, and a mark without an image",
            wrong=[
                {"conversations": [{"from": "human", "value": "a"}, ASKED[1]], "images": ["a.png"]},
                {"conversations": ASKED},
            ],
            found=[(1, "images"), (2, "images")],
            severity="error",
            settings=COUNTED,
        ),
        Case(
            why="TRL: parts that are more or fewer than the images, and marks in texts",
            wrong=[
                _seen([{"type": "image"}, {"type": "text", "text": "a"}], "a.png", "b.png"),
                _seen([{"type": "text", "text": "a"}], "a.png"),
                _seen("<image>a", "a.png"),
                _seen([{"type": "image"}, {"type": "text", "text": "a"}]),
            ],
            found=[(n, "images") for n in range(1, 5)],
            severity="error",
            settings={"target": "trl-sft"},
        ),
        Case(
            why="TRL: as many parts as images, texts, which get the images put before them, and no images",
            right=[
                _seen([{"type": "image"}, {"type": "text", "text": "a"}], "a.png"),
                _seen("a", "a.png", "b.png"),
                _seen("a"),
                _seen("What does <image> mean in HTML?"),
            ],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="as many marks as images, a mark in the instructions aside",
            right=[
                {"conversations": ASKED, "images": ["a.png"]},
                {
                    "conversations": [{"from": "system", "value": "<image> is an image"}, *ASKED],
                    "images": "a.png",
                },
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "a"}]},
                        {"role": "assistant", "content": "b"},
                    ],
                    "images": ["a.png"],
                },
            ],
            settings=COUNTED,
        ),
        Case(
            why="without a target an image without a mark: some trainers find a place for it",
            right=[
                {
                    "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
                    "images": ["a.png"],
                }
            ],
        ),
        Case(
            why="no media anywhere: the mark is a word of some markup",
            right=[{"conversations": ASKED}, {"instruction": "explain <video>", "output": "b"}],
            settings=COUNTED,
        ),
    )


def _given(batch: Batch, kind: str, listed: str) -> dict[int, tuple[int, str]]:
    """How many media of a kind stand beside the messages of each record that has a field for them, and in which."""
    found: dict[int, tuple[int, str]] = {}
    for name in (listed, kind):
        for i, record in enumerate(batch.records if name in batch.keys else ()):
            value = record.get(name)
            if isinstance(value, list) and name == listed:
                found[i] = (len(value), name)
            elif isinstance(value, str | dict) and value:
                found.setdefault(i, (1, name))
    return found


def _marks(batch: Batch, kind: str, mark: str) -> dict[int, int]:
    """How many marks of a kind the messages of each record have, in texts and as parts without anything."""
    sizes = batch.examples.select("i", "n_messages")
    texts = batch.texts.filter(
        pl.col("text").str.contains(mark, literal=True)
        & ~pl.col("role").is_in(["system", "developer"]).fill_null(False)
        & pl.col("field").is_in(["content", "part"])
    )
    in_texts = texts.select("i", "at", n=pl.col("text").str.count_matches(mark, literal=True))
    empty = batch.media.filter((pl.col("type") == kind) & pl.col("url").is_null())
    as_parts = empty.select("i", "at", n=pl.lit(1, dtype=pl.UInt32))
    # The answer of a pair that is not wanted has marks of its own.
    marks = pl.concat([in_texts, as_parts]).join(sizes, on="i").filter(pl.col("at") < pl.col("n_messages"))
    return dict(marks.group_by("i").agg(pl.col("n").sum()).rows())


def _of_parts(batch: Batch, context: RuleContext) -> pl.DataFrame | None:
    """The faults of records whose images take the place of parts, or stand before a first question that is a text."""
    given = _given(batch, "image", "images")
    who = context.target.name if context.target is not None else "the target"
    rows: list[tuple[Any, ...]] = []
    for i, (have, path) in given.items():
        messages = [message for message in batch.views[i] if isinstance(message, dict)]
        contents = [
            message.get("content") for message in messages if message.get("role") not in ("tool", "system")
        ]
        parts = [part for content in contents if isinstance(content, list) for part in content]
        places = sum(isinstance(part, dict) and _is_place(part) for part in parts)
        put = any(
            message.get("role") == "user" and isinstance(message.get("content"), str) for message in messages
        )
        texts = [part.get("text") for part in parts if isinstance(part, dict)] + contents
        if places + (have if put else 0) != have:
            rows.append(
                (batch.rows[i], batch.lines[i], path, f"{places:,} image parts, {have:,} in {path}", False)
            )
        elif have and any("<image>" in text for text in texts if isinstance(text, str)):
            message = f"<image> in a text is no mark for {who}, which puts the images there by itself"
            rows.append((batch.rows[i], batch.lines[i], path, message, False))
        if have:
            rows.append((None, None, None, None, True))
    return _framed(rows)


def _is_place(part: dict[str, Any]) -> bool:
    return part.get("type") == "image" and "image" not in part and "url" not in part


def _framed(rows: list[tuple[Any, ...]]) -> pl.DataFrame | None:
    types = {name: getattr(pl, kind) for name, kind in FOUND.items()}
    return pl.DataFrame(rows, schema=types, orient="row") if rows else None
