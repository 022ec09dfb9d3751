"""A part of a content has a type that no chat template writes.

Contents in parts name the type of each part: text, images, videos, sounds, thoughts, calls and results. Templates of open
models write the types that their authors knew, and most leave out any other without a word; some raise an error. So the
part is not trained on, whatever it holds.

There is no fix: write the part as text, as an image or another type that the model reads.

A warning, as a template of your own may write it; `--chat-template` shows whether it does (not-rendered). Silent without a
target, and where the target names the types that it reads (wrong-type).
"""

from __future__ import annotations

from collections.abc import Iterable

from ftlint.rule import Case, Example, Location, RecordRule, RuleContext, Severity, Violation, pl, quote

# Of OpenAI's requests, Anthropic's, Gemini's and Vercel's messages, and of the templates in TRL's package (1.16).
KNOWN = frozenset(
    {
        *("text", "input_text", "output_text", "summary_text", "refusal"),
        *("image", "image_url", "input_image", "image_path", "image_binary"),
        *("video", "video_url", "audio", "audio_url", "input_audio"),
        *("file", "input_file", "document", "search_result"),
        *("thinking", "redacted_thinking", "reasoning", "reasoning_text", "think"),
        *("tool_use", "tool_result", "tool-call", "tool-result", "tool_call", "function_call", "tool_calls"),
        *("observation", "function", "action", "box", "bbox"),
    }
)
ASK, ANSWER = {"type": "text", "text": "a"}, {"role": "assistant", "content": "b"}


class UnknownPart(RecordRule):
    """Types of parts that are in no list of types."""

    code, name, severity = "V009", "unknown-part", "warning"
    explained_by = {"message": ("wrong-type",)}

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.target is not None else None

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("n_parts") > 0

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        for at, message in enumerate(example.messages()):
            content = message.get("content") if isinstance(message, dict) else None
            for nth, part in enumerate(content if isinstance(content, list) else ()):
                kind = part.get("type") if isinstance(part, dict) else None
                if isinstance(kind, str) and kind not in KNOWN:
                    path = example.path(Location(at, "content", nth))
                    yield Violation(f"most chat templates leave out a part of the type {quote(kind)}", path)

    cases = (
        Case(
            why="a document under a name of its own",
            wrong=[
                {"messages": [{"role": "user", "content": [ASK, {"type": "pdf", "pdf": "x.pdf"}]}, ANSWER]},
                {
                    "messages": [
                        {"role": "user", "content": [ASK, {"type": "image", "image": "x.png"}]},
                        ANSWER,
                    ]
                },
            ],
            found=[(1, "messages[0].content[1].text")],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="no target",
            right=[
                {"messages": [{"role": "user", "content": [ASK, {"type": "pdf", "pdf": "x.pdf"}]}, ANSWER]}
            ],
        ),
    )
