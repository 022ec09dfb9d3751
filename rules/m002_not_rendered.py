"""A text of the conversation is not in what the chat template makes of it.

A template writes what its author thought of. Many leave out system messages, names, thoughts, text beside a call, the
result of a tool, or the calls themselves, and say nothing. The model never sees what is left out.

Thoughts, names and parts of a text, which many templates leave out on purpose, are partly-rendered.

There is no fix: use the template that the model was made with, or another model; or write what is left out where the
template looks for it.

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template. Silent for white space at the ends, for
ids of calls, and where the template refuses the conversation (template-refuses).
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl, quote

SYSTEM = {"role": "system", "content": "Answer briefly."}
USER = {"role": "user", "content": "How is the weather in Bonn?"}
THOUGHT = {"role": "assistant", "content": "Rain.", "reasoning_content": "A question about weather."}
CALL = {"name": "get_weather", "arguments": {"city": "Bonn", "when": "now"}}
CALLS = {
    "role": "assistant",
    "content": "Let me see.",
    "tool_calls": [{"type": "function", "function": CALL}],
}
TURNS = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
NO_SYSTEM = "{% for m in messages if m.role != 'system' %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
WHAT = {
    "content": "text",
    "reasoning_content": "thought",
    "call": "call",
    "call_name": "name of the call",
    "arguments": "arguments of the call",
    "name": "name",
    "refusal": "refusal",
}


class NotRendered(FrameRule):
    """Texts without a place in the rendering, or with a place for a part of them."""

    code, name, severity = "M002", "not-rendered", "error"
    frame = "rendered_parts"
    columns = ("text", "field")

    def when(self, context: RuleContext) -> pl.Expr:
        return (pl.col("spans") == 0) & ~pl.col("field").is_in(["name", "reasoning_content"])

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"the chat template leaves out the {WHAT[match['field']]}: {quote(match['text'], 60)}"

    cases = (
        Case(
            why="a system message",
            wrong=[{"messages": [SYSTEM, USER, {"role": "assistant", "content": "Rain."}]}],
            found=[(1, "messages[0].content")],
            settings={"template_text": NO_SYSTEM},
        ),
        Case(
            why="a call of a tool",
            wrong=[{"messages": [USER, CALLS]}],
            found=[(1, "messages[1].tool_calls[0]")],
            settings={"template_text": TURNS},
        ),
        Case(
            why="the arguments of a call, but not its name",
            wrong=[{"messages": [USER, CALLS]}],
            found=[(1, "messages[1].tool_calls[0].function.arguments")],
            settings={
                "template_text": TURNS.replace(
                    "<|end|>", "{% for c in m.tool_calls %}{{ c.function.name }}{% endfor %}<|end|>"
                )
            },
        ),
        Case(
            why="white space at the ends is no text",
            right=[{"messages": [USER, {"role": "assistant", "content": " Rain.\n"}]}],
            settings={"template_text": TURNS.replace("m.content", "m.content|trim")},
        ),
        Case(
            why="a thought is another rule's",
            right=[{"messages": [USER, THOUGHT]}],
            settings={"template_text": TURNS},
        ),
        Case(
            why="the same text twice, one of them left out",
            wrong=[{"messages": [{"role": "system", "content": "Hi"}, {"role": "user", "content": "Hi"}]}],
            found=[(1, "messages[0].content")],
            settings={"template_text": NO_SYSTEM},
        ),
        Case(why="no template is known", right=[{"messages": [SYSTEM, USER, CALLS]}]),
    )
