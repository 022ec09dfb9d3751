"""A text holds a word that the target reserves.

Some services put words such as `User:` and `Assistant:` around the messages themselves and refuse a whole job for one
of them in a text, in whatever case.

There is no fix: only you know what else the text should say. A chat that was written into one message is better
split into messages.

An error where the target's documentation lists the words, else a warning. Silent without a target and for targets
that reserve none.
"""

from __future__ import annotations

import re

from ftlint.rule import Case, MatchedRow, RuleContext, Severity, TextRule, pl, quote

NOVA = {"target": "bedrock-nova"}


class ReservedWord(TextRule):
    """Texts with a word of the target's list, found as a literal."""

    code, name, severity = "U012", "reserved-word", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("reserved_words") if _words(context) else None

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("text").str.contains_any(_words(context), ascii_case_insensitive=True)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        pattern = re.compile("|".join(map(re.escape, _words(context))), re.IGNORECASE | re.ASCII)
        first, *more = pattern.finditer(match["text"])
        reported = f"reserved word {quote(first.group())} at character {first.start() + 1:,}"
        return f"{reported}, and {len(more):,} more" if more else reported

    cases = (
        Case(
            why="a chat within a message, in any case; in instructions and answers, too",
            wrong=[
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "system": [{"text": "[eos]"}],
                    "messages": [
                        {"role": "user", "content": [{"text": "User: a\nassistant: b"}]},
                        {"role": "assistant", "content": [{"text": "c"}, {"text": "BOT: d"}]},
                    ],
                }
            ],
            found=[
                (1, "messages[0].content[0].text"),
                (1, "messages[1].content[1].text"),
                (1, "system[0].text"),
            ],
            severity="error",
            settings=NOVA,
        ),
        Case(
            why="the words without the colon, and others",
            right=[
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {
                            "role": "user",
                            "content": [{"text": "The user and the assistant, a bot, use a system."}],
                        },
                        {"role": "assistant", "content": [{"text": "Answer: b <images>"}]},
                    ],
                }
            ],
            settings=NOVA,
        ),
        Case(
            why="without a target, and where no word is reserved",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": "User: a"},
                        {"role": "assistant", "content": "Bot: b"},
                    ]
                }
            ],
            settings={"target": "openai-chat"},
        ),
    )


def _words(context: RuleContext) -> list[str]:
    listed = context.fact("reserved_words")
    return [str(word) for word in listed if word] if isinstance(listed, list) else []
