"""A turn or the instructions have more tokens than the target reads.

Some targets limit not the whole example but each turn, a question with its answer, and the system message. A longer
turn is dropped, and the rest of the conversation stays: the model is trained on a conversation with a hole.

There is no fix: shorten the text, or divide it into several turns.

Tokens are counted exactly where the model's vocabulary is known, else about. Silent without a target that states such a
limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ftlint.rule import Case, Example, Location, RecordRule, RuleContext, Severity, Violation, pl

WORDS = "word " * 17_000
COHERE = {"target": "cohere"}


class LongTurn(RecordRule):
    """A text never has more tokens than bytes, so only examples with more bytes than a limit are counted."""

    code, name, severity = "L008", "long-turn", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("turn_tokens") or context.severity_of_fact("system_tokens")

    def candidates(self, context: RuleContext) -> pl.Expr:
        limits = [limit for name in ("turn_tokens", "system_tokens") if (limit := _limit(name, context))]
        return pl.col("text_bytes").is_null() | (pl.col("text_bytes") > min(limits))

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        about = "" if context.counts_exactly else "about "
        for what, fact, turn in _turns(example):
            limit = _limit(fact, context)
            tokens = sum(len(context.token_ids(text)) for _, text in turn) if limit is not None else 0
            if limit is not None and tokens > limit:
                yield Violation(
                    f"{about}{tokens:,} tokens in {what}; {context.who} reads {limit:,}",
                    example.path(Location(max(turn, key=lambda place: len(place[1]))[0])),
                )

    cases = (
        Case(
            wrong=[
                {
                    "messages": [
                        {"role": "System", "content": "Be brief."},
                        {"role": "User", "content": WORDS},
                        {"role": "Chatbot", "content": "Yes."},
                    ]
                }
            ],
            found=[(1, "messages[1].content")],
            settings=COHERE,
        ),
        Case(
            why="the system message has a limit of its own",
            wrong=[
                {
                    "messages": [
                        {"role": "System", "content": WORDS[:20_000]},
                        {"role": "User", "content": "Is it so?"},
                        {"role": "Chatbot", "content": "Yes."},
                    ]
                }
            ],
            found=[(1, "messages[0].content")],
            settings=COHERE,
        ),
        Case(
            why="many short turns",
            right=[
                {
                    "messages": [
                        message
                        for _ in range(20)
                        for message in (
                            {"role": "User", "content": WORDS[:10_000]},
                            {"role": "Chatbot", "content": "Yes."},
                        )
                    ]
                }
            ],
            settings=COHERE,
        ),
        Case(
            why="no target, no limit",
            right=[
                {"messages": [{"role": "user", "content": WORDS}, {"role": "assistant", "content": "Yes."}]}
            ],
        ),
    )


def _limit(fact: str, context: RuleContext) -> int | None:
    return context.target.number(fact) if context.target is not None else None


def _turns(example: Example) -> Iterator[tuple[str, str, list[tuple[int, str]]]]:
    """The system message, then each question with its answer: what it is, the fact that limits it, its texts."""
    turn: list[tuple[int, str]] = []
    for at, (message, role) in enumerate(zip(example.messages(), example.roles(), strict=True)):
        text = message.get("content") if isinstance(message, dict) else None
        if not isinstance(text, str):
            continue
        if role == "s":
            yield "the system message", "system_tokens", [(at, text)]
            continue
        if role == "u" and turn:
            yield "a turn", "turn_tokens", turn
            turn = []
        turn.append((at, text))
    if turn:
        yield "a turn", "turn_tokens", turn
