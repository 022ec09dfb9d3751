"""A message says something and calls a function, where the target takes one or the other.

OpenAI's models may speak and call in one message. Mistral's own checks refuse such a file, and LLaMA-Factory writes
the calls in the place of the text, so that the text is never trained on.

There is no fix in place: leave the text out, or make it a message of its own where the target takes two in a row,
as `ftlint convert` does.

An error where the target refuses it, a warning where the text is lost. Silent without a target, and for targets that
allow it or do not say.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, Location, MatchedRow, RuleContext, Severity, pl

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
CALL = {"id": "Ab3dE6gH9", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
RESULT = {"role": "tool", "tool_call_id": "Ab3dE6gH9", "content": "rain"}
ANSWER = {"role": "assistant", "content": "It rains."}
MISTRAL = {"target": "mistral-finetune"}


def _row(**content: object) -> dict[str, object]:
    calling = {"role": "assistant", **content, "tool_calls": [CALL]}
    return {"messages": [QUESTION, calling, RESULT, ANSWER]}


class TextBesideCalls(FrameRule):
    """The first call of each message with a text, by the target's fact ``content_beside_calls``."""

    code, name, severity = "T016", "text-beside-calls", "error"
    frame = "calls"
    field = "content"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("content_beside_calls")

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("beside") & (pl.col("part") <= 0)

    def location(self, match: MatchedRow, context: RuleContext) -> Location:
        return Location(match.at, "content")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        who = context.target.name if context.target is not None else "the target"
        return f"a text beside calls; {who} takes one or the other in a message"

    cases = (
        Case(
            why="a text and a call",
            wrong=[_row(content="I look it up.")],
            found=[(1, "messages[1].content")],
            severity="error",
            settings=MISTRAL,
        ),
        Case(
            why="the text is lost without a word",
            wrong=[_row(content="I look it up.")],
            found=[(1, "messages[1].content")],
            severity="warning",
            settings={"target": "llamafactory"},
        ),
        Case(why="no text", right=[_row(), _row(content=None), _row(content="")], settings=MISTRAL),
        Case(why="allowed", right=[_row(content="I look it up.")], settings={"target": "openai-chat"}),
        Case(why="without a target nobody minds", right=[_row(content="I look it up.")]),
    )
