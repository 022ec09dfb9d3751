"""The target, or the model, takes no new jobs any more, or soon will not.

Providers end what they offer: first newcomers are turned away, then nobody can start a job, at last the trained
models answer no more. A file that is made for such a target can still be checked and converted, but better know
now. The message says since when, and what is used instead where that is known.

There is no fix, but `ftlint convert` makes a file for another target.

A warning where no job can be started any more, by today's date; a note where the end has a date, or where the
makers of a trainer do not look after it any more. Silent without a target, and for those that go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ftlint.rule import Case, FileInfo, FileRule, RuleContext, Severity, Violation

CHAT = [{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}]
PAIR = [{"prompt": "a", "completion": "b"}]
WINTER = date(2026, 12, 1)


class TargetRetired(FileRule):
    """The target's and the model's dates against today's."""

    code, name, severity = "L007", "target-retired", "warning"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if _of_target(context) or _of_model(context) else None

    def check_file(self, file: FileInfo, context: RuleContext) -> Iterable[Violation]:
        of_target = _of_target(context)
        if of_target is None or of_target.severity == "info":
            # That the model is gone says more than that its provider winds down.
            of_model = _of_model(context)
            of_target = (
                of_model
                if of_model is not None and (of_target is None or of_model.severity != "info")
                else of_target
            )
        return [] if of_target is None else [of_target]

    cases = (
        Case(
            why="no jobs for years",
            wrong=PAIR,
            found=[(None, None)],
            settings={"target": "openai-completions", "today": WINTER},
        ),
        Case(
            why="no jobs from this very day on",
            wrong=CHAT,
            found=[(None, None)],
            settings={"target": "openai-chat", "today": date(2027, 1, 6)},
        ),
        Case(
            why="jobs for some weeks more, and not for everybody",
            wrong=CHAT,
            found=[(None, None)],
            settings={"target": "openai-chat", "today": WINTER},
        ),
        Case(
            why="a model that was shut down",
            wrong=CHAT,
            found=[(None, None)],
            settings={"target": "openai-chat", "model": "gpt-3.5-turbo-0125", "today": WINTER},
        ),
        Case(
            why="a trainer that nobody looks after",
            wrong=CHAT,
            found=[(None, None)],
            settings={"target": "torchtune", "today": WINTER},
        ),
        Case(why="a target that goes on", right=CHAT, settings={"target": "trl-sft", "today": WINTER}),
        Case(why="no target, no end", right=CHAT, settings={"today": WINTER}),
    )


def _of_target(context: RuleContext) -> Violation | None:
    target = context.target
    if target is None:
        return None
    last, gone = _day(context, "no_new_jobs"), _day(context, "retired")
    instead = f"; {text} is used instead" if (text := target.text("successor")) else ""
    if target.status == "retired" or (last is not None and last <= context.today):
        since = f" since {gone or last}" if gone or last else ""
        return Violation(f"{target.name} takes no new jobs{since}{instead}", severity="warning")
    if target.status == "winding-down":
        until = f" until {last}" if last else ", but an end is announced"
        return Violation(f"{target.name} takes new jobs{until}{_for_whom(context)}{instead}", severity="info")
    if target.status == "unsupported":
        notice = f" ({text})" if (text := target.text("notice")) else ""
        since = f"{notice} since {day}" if (day := _day(context, "unsupported_since")) else notice
        return Violation(
            f"{target.name} is not looked after any more{since}; it may still work{instead}", severity="info"
        )
    return None


def _for_whom(context: RuleContext) -> str:
    """Who can still start jobs, where not everybody can."""
    idle, newcomers = _day(context, "closed_to_idle"), _day(context, "closed_to_newcomers")
    if idle is not None and idle <= context.today:
        return ", and only of organisations that still use a model trained there"
    if newcomers is not None and newcomers <= context.today:
        return ", and only of organisations that trained there before"
    return ""


def _of_model(context: RuleContext) -> Violation | None:
    model = context.model
    # Several targets may train a model of that name, each as long as it likes.
    if model is None or context.target is None:
        return None
    if model.status == "retired" or (model.retired is not None and model.retired <= context.today):
        since = f" since {model.retired}" if model.retired else ""
        return Violation(f"the model {model.name} is shut down{since}", severity="warning")
    if model.retired is not None:
        return Violation(f"the model {model.name} will be shut down on {model.retired}", severity="info")
    return None


def _day(context: RuleContext, fact: str) -> date | None:
    value = context.fact(fact)
    return value if isinstance(value, date) else None
