"""A message has a role that nobody reads.

A chat template knows a handful of roles. `Human` instead of `human`, `bot` instead of `assistant`, or one blank
behind the word, and the file is refused, or the message is silently left out of the training.

The fix writes the role that is meant: `User` and `human` become `user`, `bot`, `gpt` and `model` become
`assistant`; in ShareGPT's turns `User` becomes `human` and `bot` becomes `gpt`. Nothing that is trained on
changes, so it is safe. A word that could mean anything is only told, and so is `observation` in a chat: a tool
message needs the id of its call, which only you know.

A target may read fewer roles than the shape has: `developer` is refused by OpenAI's supervised fine-tuning.
Its list counts for records of its shape, if its documentation states the list.

Silent for a role that is missing or no text (missing-field, wrong-type), and for shapes without roles.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, Example, Found, Job, MessageRule, pl, quote

TURNS = ("system", "human", "gpt", "function_call", "observation", "user", "assistant", "tool")
SPELT = {
    "chat": ("system", "developer", "user", "assistant", "tool", "function"),
    "sharegpt": TURNS,
    "sharegpt-preference": TURNS,
}
# How ShareGPT's turns spell what a chat calls so.
IN_TURNS = {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"}


class UnknownRole(MessageRule):
    """Roles outside the shape's own, or outside the target's."""

    code, name, severity, fix = "C001", "unknown-role", "error", "safe"
    field = "role"
    columns = ("written_role", "shape", "kind")

    def when(self, job: Job) -> pl.Expr:
        unread = [
            (pl.col("shape") == shape) & ~pl.col("written_role").is_in(_read(shape, job)) for shape in SPELT
        ]
        return pl.col("written_role").is_not_null() & pl.any_horizontal(unread)

    def say(self, found: Found, job: Job) -> str:
        written, shape = found["written_role"], found["shape"]
        roles = f"(roles: {', '.join(_read(shape, job))})"
        if written in SPELT[shape] and job.target is not None:
            return f"{job.target.name} reads no role {quote(written)} {roles}"
        hint = f'; "{_meant(found)}" is meant' if self.can_mend(found, job) else ""
        return f"unknown role {quote(written)}{hint} {roles}"

    def can_mend(self, found: Found, job: Job) -> bool:
        meant = _meant(found)
        needs_an_id = found["shape"] == "chat" and meant in ("tool", "function")
        return meant != found["written_role"] and meant in _read(found["shape"], job) and not needs_an_id

    def mend(self, example: Example, found: Sequence[Found], job: Job) -> None:
        for place in found:
            spot = {"at": place["at"], "field": self.field}
            meant = _meant(place)
            if meant is not None and example.text(spot) == place["written_role"]:
                example.put(spot, meant)

    cases = (
        Case(
            why="spellings of other formats, capitals and a blank",
            wrong=[
                {"messages": [{"role": "human", "content": "a"}, {"role": "bot", "content": "b"}]},
                {"messages": [{"role": "User", "content": "a"}, {"role": "assistant ", "content": "b"}]},
            ],
            found=[
                (1, "messages[0].role"),
                (1, "messages[1].role"),
                (2, "messages[0].role"),
                (2, "messages[1].role"),
            ],
            fixed=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
            ],
        ),
        Case(
            why="ShareGPT's turns have their own words",
            wrong=[{"conversations": [{"from": "Human", "value": "a"}, {"from": "chatbot", "value": "b"}]}],
            found=[(1, "conversations[0].from"), (1, "conversations[1].from")],
            fixed=[{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}],
        ),
        Case(
            why="a word that could mean anything, and a result without the id of its call",
            wrong=[
                {"messages": [{"role": "narrator", "content": "a"}, {"role": "observation", "content": "b"}]}
            ],
            found=[(1, "messages[0].role"), (1, "messages[1].role")],
            fixed=[
                {"messages": [{"role": "narrator", "content": "a"}, {"role": "observation", "content": "b"}]}
            ],
        ),
        Case(
            why="the target reads no developer",
            wrong=[
                {"messages": [{"role": "developer", "content": "a"}, {"role": "assistant", "content": "b"}]}
            ],
            found=[(1, "messages[0].role")],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="every shape's own words are right, and a role that is no text is told elsewhere",
            right=[
                {"messages": [{"role": role, "content": "a"} for role in SPELT["chat"]]},
                {"conversations": [{"from": role, "value": "a"} for role in TURNS]},
                {"messages": [{"content": "a"}, {"role": None, "content": "b"}]},
            ],
        ),
        Case(
            why="shapes without roles",
            right=[{"prompt": "a", "completion": "b"}, {"instruction": "a", "output": "b"}, {"text": "a"}],
        ),
    )


def _read(shape: str, job: Job) -> Sequence[str]:
    """The roles that are read in a record of this shape."""
    if job.target is not None and shape in job.target.shapes and job.target.verified("roles"):
        roles = job.fact("roles")
        if isinstance(roles, list):
            return roles
    return SPELT[shape]


def _meant(found: Found) -> str | None:
    """The role that is meant, as the record's shape spells it; None where nobody can tell."""
    folded = found["written_role"].strip().casefold()
    own = SPELT[found["shape"]]
    if folded in own:
        return str(folded)
    role = found["role"]
    spelt = role if found["shape"] == "chat" else IN_TURNS.get(role)
    return None if folded == "function_call" or spelt not in own else str(spelt)
