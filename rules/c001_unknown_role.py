"""A message has a role that nobody reads.

A chat template knows a handful of roles. `Human` instead of `human`, `bot` instead of `assistant`, or one blank
behind the word, and the file is refused, or the message is silently left out of the training.

The fix writes the role that is meant: `User` and `human` become `user`, `bot`, `gpt` and `model` become
`assistant`; in ShareGPT's turns `User` becomes `human` and `bot` becomes `gpt`. Nothing that is trained on
changes, so it is safe. A word that could mean anything is only reported, and so is `observation` in a chat: a tool
message needs the id of its call, which only you know.

A target may read fewer roles than the shape has: `developer` is refused by OpenAI's supervised fine-tuning, and
the fix writes `system`, the older word for the same. Its list counts for records of its shape, if its documentation
states the list. For ShareGPT's turns trainers have lists of their own: TRL leaves `human` and `gpt` as they are, and
the chat template then knows neither. A `function_call` turn that the target does not read has no other word:
`ftlint convert` makes messages of the turns.

`tool_call` and `tool_response` are the words of ms-swift's turns: without a target they are right, since it reads
them, and a target that does not know them needs `ftlint convert`.

A word that stands in several messages of a record is one finding, with their number.

Silent for a role that is missing or no text (missing-field, wrong-type), for shapes without roles, for the system's
role where the target reads the developer's (system-for-developer), and for `function` where the target refuses that
form of calls (legacy-functions).
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import SHAPES, Case, Example, FrameRule, Location, MatchedRow, RuleContext, pl, quote

CALL_ROLES = ("function_call", "tool_call", "function-call")
# Those of ms-swift's turns: without a target they are right in every conversation.
TURN_ROLES = ("tool_call", "tool_response")
# Which ftlint convert reads.
CONVERTED_ROLES = (*TURN_ROLES, "function-call")


class UnknownRole(FrameRule):
    """Roles outside the shape's own, or outside the target's."""

    code, name, severity, fix = "C001", "unknown-role", "error", "safe"
    frame = "all_messages"
    field = "role"
    columns = ("written_role", "shape", "kind")
    once_per = ("written_role",)

    def when(self, context: RuleContext) -> pl.Expr:
        groups: dict[tuple[str, ...], list[str]] = {}
        for shape in SHAPES.values():
            if shape.roles:
                groups.setdefault(_known(shape.name, context), []).append(shape.name)
        unread = [
            pl.col("shape").is_in(shapes) & ~pl.col("written_role").is_in(words)
            for words, shapes in groups.items()
        ]
        found = pl.col("written_role").is_not_null() & pl.any_horizontal(unread)
        # Instructions from the wrong role, and the legacy form of calls, are faults of their own.
        elsewhere = []
        if context.fact("system_role") == "developer":
            elsewhere.append("system")
        if context.fact("legacy_functions") == "rejected":
            elsewhere.append("function")
        return found & ~pl.col("role").is_in(elsewhere).fill_null(False)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        written, shape = match["written_role"], match["shape"]
        roles = f"(roles: {', '.join(_read(shape, context))})"
        if written in SHAPES[shape].roles and context.target is not None:
            return f"{context.target.name} reads no role {quote(written)} {roles}"
        hint = f'; "{_meant(match, context)}" is meant' if self.is_fixable(match, context) else ""
        if written in CONVERTED_ROLES:
            hint = "; ftlint convert writes it as the target reads it"
        return f"unknown role {quote(written)}{hint} {roles}"

    def explains(self, match: MatchedRow, context: RuleContext) -> bool:
        # Of a word that is only spelled otherwise the role is known; where results are not read, their calls are neither.
        return match["role"] in (None, "tool", "function")

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        meant, shape = _meant(match, context), SHAPES[match["shape"]]
        needs_an_id = shape.call_ids and shape.roles.get(meant or "") in ("tool", "function")
        return meant != match["written_role"] and meant in _read(shape.name, context) and not needs_an_id

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            location = Location(match.at, self.field)
            meant = _meant(match, context)
            if meant is not None and example.text(location) == match["written_role"]:
                example.set_text(location, meant)

    cases = (
        Case(
            why="the same word in several messages is one finding",
            wrong=[
                {
                    "messages": [
                        {"role": who, "content": who}
                        for who in ("Human", "assistant", "Human", "Bot", "Human", "Bot")
                    ]
                }
            ],
            found=[(1, "messages[0].role"), (1, "messages[3].role")],
            fixed=[
                {
                    "messages": [
                        {"role": role, "content": who}
                        for role, who in (
                            *(("user", "Human"), ("assistant", "assistant"), ("user", "Human")),
                            *(("assistant", "Bot"), ("user", "Human"), ("assistant", "Bot")),
                        )
                    ]
                }
            ],
        ),
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
            why="in both answers of a pair",
            wrong=[
                {
                    "input": {"messages": [{"role": "human", "content": "a"}]},
                    "preferred_output": [{"role": "Assistant", "content": "b"}],
                    "non_preferred_output": [{"role": "gpt", "content": "c"}],
                }
            ],
            found=[
                (1, "input.messages[0].role"),
                (1, "non_preferred_output[0].role"),
                (1, "preferred_output[0].role"),
            ],
            fixed=[
                {
                    "input": {"messages": [{"role": "user", "content": "a"}]},
                    "preferred_output": [{"role": "assistant", "content": "b"}],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
        ),
        Case(
            why="Axolotl reads the words of ShareGPT in messages, too",
            wrong=[
                {
                    "messages": [
                        {"role": "human", "content": "a"},
                        {"role": "bot", "content": "b"},
                        {"role": "gpt", "content": "b"},
                    ]
                }
            ],
            found=[(1, "messages[1].role")],
            fixed=[
                {
                    "messages": [
                        {"role": "human", "content": "a"},
                        {"role": "assistant", "content": "b"},
                        {"role": "gpt", "content": "b"},
                    ]
                }
            ],
            settings={"target": "axolotl"},
        ),
        Case(
            why="other vendors have other words",
            wrong=[
                {
                    "systemInstruction": {"parts": [{"text": "s"}]},
                    "contents": [
                        {"role": "user", "parts": [{"text": "a"}]},
                        {"role": "assistant", "parts": [{"text": "b"}]},
                    ],
                },
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "User", "content": [{"text": "a"}]},
                        {"role": "assistant", "content": [{"text": "b"}]},
                    ],
                },
            ],
            found=[(1, "contents[1].role"), (2, "messages[0].role")],
            fixed=[
                {
                    "systemInstruction": {"parts": [{"text": "s"}]},
                    "contents": [
                        {"role": "user", "parts": [{"text": "a"}]},
                        {"role": "model", "parts": [{"text": "b"}]},
                    ],
                },
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "user", "content": [{"text": "a"}]},
                        {"role": "assistant", "content": [{"text": "b"}]},
                    ],
                },
            ],
        ),
        Case(
            why="Cohere's words, where the target reads them",
            wrong=[
                {
                    "messages": [
                        {"role": "system", "content": "s"},
                        {"role": "User", "content": "a"},
                        {"role": "assistant", "content": "b"},
                    ]
                }
            ],
            found=[(1, "messages[0].role"), (1, "messages[2].role")],
            fixed=[
                {
                    "messages": [
                        {"role": "System", "content": "s"},
                        {"role": "User", "content": "a"},
                        {"role": "Chatbot", "content": "b"},
                    ]
                }
            ],
            settings={"target": "cohere"},
        ),
        Case(
            why="the role of legacy calls where the target refuses them is reported elsewhere",
            right=[{"messages": [{"role": "function", "name": "f", "content": "a"}]}],
            settings={"target": "together"},
        ),
        Case(
            why="the system's role where the target wants the developer's is reported elsewhere",
            right=[{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}]}],
            settings={"target": "openai-rft"},
        ),
        Case(
            why="results in the user's message, and instructions in a field of their own, have roles of the view",
            right=[
                {
                    "systemInstruction": {"parts": [{"text": "s"}]},
                    "contents": [
                        {"role": "user", "parts": [{"text": "a"}]},
                        {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]},
                        {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]},
                        {"role": "model", "parts": [{"text": "b"}]},
                    ],
                }
            ],
            settings={"target": "vertex-gemini"},
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
            fixed=[{"messages": [{"role": "system", "content": "a"}, {"role": "assistant", "content": "b"}]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="TRL renames the keys of ShareGPT's turns and leaves the words, which no chat template knows",
            wrong=[
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "b"},
                        {"from": "observation", "value": "c"},
                        {"from": "function_call", "value": '{"name": "f", "arguments": {}}'},
                    ]
                }
            ],
            found=[(1, f"conversations[{at}].from") for at in range(4)],
            fixed=[
                {
                    "conversations": [
                        {"from": "user", "value": "a"},
                        {"from": "assistant", "value": "b"},
                        {"from": "tool", "value": "c"},
                        {"from": "function_call", "value": '{"name": "f", "arguments": {}}'},
                    ]
                }
            ],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="TRL's own example of turns",
            right=[
                {"conversations": [{"from": "user", "value": "a"}, {"from": "assistant", "value": "b"}]},
            ],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="without tags LLaMA-Factory leaves turns of a user and an assistant out",
            wrong=[
                {"conversations": [{"from": "user", "value": "a"}, {"from": "assistant", "value": "b"}]},
            ],
            found=[(1, "conversations[0].from"), (1, "conversations[1].from")],
            fixed=[{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="LLaMA-Factory reads calls and their results as turns",
            right=[
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "function_call", "value": '{"name": "f", "arguments": {}}'},
                        {"from": "observation", "value": "b"},
                        {"from": "gpt", "value": "c"},
                    ]
                }
            ],
            settings={"target": "llamafactory"},
        ),
        *(
            Case(
                why=f"{target} reads no calls in turns",
                wrong=[
                    {
                        "conversations": [
                            {"from": "human", "value": "a"},
                            {"from": "function_call", "value": '{"name": "f", "arguments": {}}'},
                        ]
                    }
                ],
                found=[(1, "conversations[1].from")],
                settings={"target": target},
            )
            for target in ("unsloth", "nemo", "torchtune")
        ),
        Case(
            why="NeMo knows more words",
            right=[
                {
                    "conversations": [
                        {"from": "user", "value": "a"},
                        {"from": "chatgpt", "value": "b"},
                        {"from": "human", "value": "c"},
                        {"from": "bot", "value": "d"},
                    ]
                }
            ],
            settings={"target": "nemo"},
        ),
        Case(
            why="a turn of calls keeps its role: under another one its JSON would be a text",
            wrong=[
                {"messages": [{"role": "tool_call", "content": "{}"}, {"role": "assistant", "content": "b"}]}
            ],
            found=[(1, "messages[0].role")],
            fixed=[
                {"messages": [{"role": "tool_call", "content": "{}"}, {"role": "assistant", "content": "b"}]}
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="without a target the turns of ms-swift are read by it",
            right=[
                {
                    "messages": [
                        {"role": "tool_call", "content": '{"name": "f", "arguments": {}}'},
                        {"role": "tool_response", "content": "a"},
                        {"role": "assistant", "content": "b"},
                    ]
                }
            ],
        ),
        Case(
            why="every shape's own words are right, and a role that is no text is reported elsewhere",
            right=[
                {"messages": [{"role": role, "content": "a"} for role in SHAPES["chat"].roles]},
                {"conversations": [{"from": role, "value": "a"} for role in SHAPES["sharegpt"].roles]},
                {"messages": [{"content": "a"}, {"role": None, "content": "b"}]},
            ],
        ),
        Case(
            why="shapes without roles",
            right=[{"prompt": "a", "completion": "b"}, {"instruction": "a", "output": "b"}, {"text": "a"}],
        ),
    )


def _read(shape: str, context: RuleContext) -> Sequence[str]:
    """The roles that are read in a record of this shape, as the shape spells them."""
    own, words = SHAPES[shape].roles, context.fact("turn_roles")
    if context.target is None or shape not in context.target.shapes:
        return list(own)
    if "gpt" in own and isinstance(words, list) and context.target.verified("turn_roles"):
        return words
    more = context.fact("role_words")
    others = more if isinstance(more, list) and context.target.verified("role_words") else []
    listed = context.fact("roles")
    if isinstance(listed, list) and context.target.verified("roles"):
        return [*(word for word, role in own.items() if role in listed), *others]
    return [*own, *others]


def _known(name: str, context: RuleContext) -> tuple[str, ...]:
    """The words that are no fault: those that are read, and those that only the view has.

    Instructions may stand in a field of their own, and results in the user's message.
    """
    shape = SHAPES[name]
    has_field = any("system" in field.casefold() for field in shape.optional)
    placed = {"system": has_field, "tool": bool(shape.tool_fields)}
    return (
        *_read(name, context),
        *(TURN_ROLES if context.target is None and "assistant" in shape.roles else ()),
        *(role for role, is_placed in placed.items() if is_placed and role not in shape.roles.values()),
    )


def _meant(match: MatchedRow, context: RuleContext) -> str | None:
    """The role that is meant, as the record's shape spells it; None where nobody can tell."""
    folded = match["written_role"].strip().casefold()
    own, read = SHAPES[match["shape"]].roles, _read(match["shape"], context)
    if folded == "developer" and read and "developer" not in read and "system" in read:
        return "system"
    for word in read or own:
        if word.casefold() == folded:
            return word
    if folded in CALL_ROLES:
        return None
    # A call is reported by its own word; of the others the first is the usual one.
    spelt = [word for word in own if own[word] == match["role"] and word not in CALL_ROLES]
    return next((word for word in spelt if word in read), next(iter(spelt), None))
