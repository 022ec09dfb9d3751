"""An assistant message says nothing.

The model is trained on every assistant message. An empty one teaches it to stop before it has said anything,
and several targets refuse the whole file for it. Blanks, no-break spaces and zero-width characters look like
nothing and are nothing. It is mostly an answer that was lost on the way.

The fix drops the example, so it is unsafe: you may prefer to write the answer.

Silent where the message says something without text: a tool call, an image, a refusal where that is read. Silent too where the
content is no text at all (wrong-type) or absent (missing-field), for completions (empty-completion), and for the
answer of a pair that is not wanted (empty-side).
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, RuleContext, pl, says_nothing

# An empty list, or nothing but text parts. Parts of another form are wrong-type's business.
QUESTION = {"role": "user", "content": "a"}
GOOD = {"messages": [QUESTION, {"role": "assistant", "content": "b"}]}


class EmptyAnswer(FrameRule):
    """Assistant messages without text, tool call, refusal or image."""

    code, name, severity, fix = "C003", "empty-answer", "error", "unsafe"
    explained_by = {"message": ("missing-field", "wrong-type")}
    frame = "messages"
    message = "the assistant says nothing"
    drops = True

    def when(self, context: RuleContext) -> pl.Expr:
        answer = (pl.col("role") == "assistant") & (pl.col("shape") != "completion")
        return answer & says_nothing(refusals=context.reads_refusals)

    cases = (
        Case(
            why="empty, null, blanks only, zero-width only",
            wrong=[
                GOOD,
                {"messages": [QUESTION, {"role": "assistant", "content": ""}]},
                {"messages": [QUESTION, {"role": "assistant", "content": None}]},
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "content": " \n\u00a0\u200b"},
                        *GOOD["messages"],
                    ]
                },
            ],
            found=[(2, "messages[1].content"), (3, "messages[1].content"), (4, "messages[1].content")],
            fixed=[GOOD],
        ),
        Case(
            why="parts without text",
            wrong=[
                GOOD,
                {"messages": [QUESTION, {"role": "assistant", "content": [{"type": "text", "text": " "}]}]},
            ],
            found=[(2, "messages[1].content")],
            fixed=[GOOD],
        ),
        Case(
            why="a refusal that mistral-finetune does not read",
            wrong=[{"messages": [QUESTION, {"role": "assistant", "content": None, "refusal": "b"}]}],
            found=[(1, "messages[1].content")],
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="no content at all is a missing field",
            right=[{"messages": [QUESTION, {"role": "assistant"}]}],
        ),
        Case(
            why="in other shapes",
            wrong=[
                {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": ""}]},
                {"instruction": "a", "input": "", "output": " ", "history": [["a", ""]]},
                {"text": ""},
            ],
            found=[(1, "conversations[1].value"), (2, "history[0][1]"), (2, "output"), (3, "text")],
            fixed=[],
        ),
        Case(
            why="the wanted answer of a pair, and one with a label",
            wrong=[
                {"prompt": "a", "chosen": "", "rejected": ""},
                {"prompt": "a", "completion": "", "label": False},
            ],
            found=[(1, "chosen"), (2, "completion")],
            fixed=[],
        ),
        Case(
            why="a tool call, a refusal or an image is something",
            right=[
                {
                    "messages": [
                        QUESTION,
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [
                                {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                        {
                            "role": "assistant",
                            "content": "",
                            "function_call": {"name": "f", "arguments": "{}"},
                        },
                        {"role": "assistant", "content": None, "refusal": "I cannot do that."},
                        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
                    ]
                }
            ],
        ),
        Case(
            why="words for nothing are words, and an empty question is no empty answer",
            right=[
                {"messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": "N/A"}]},
                {"messages": [QUESTION, {"role": "assistant", "content": "."}]},
            ],
        ),
        Case(
            why="content of a wrong type and empty completions are reported elsewhere",
            right=[
                {"messages": [QUESTION, {"role": "assistant", "content": 7}]},
                {"messages": [QUESTION, {"role": "assistant", "content": ["b"]}]},
                {"prompt": "a", "completion": ""},
            ],
        ),
    )
