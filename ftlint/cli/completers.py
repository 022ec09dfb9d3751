"""Shell completion for the values of options and arguments; without suggestions the shell completes files."""

from collections.abc import Callable, Iterable

Completer = Callable[[str], list[str]]


def _completer(words: Callable[[], Iterable[str]], *, several: bool = False) -> Completer:
    """Complete one of the known words; with ``several`` the last one in a comma-separated list."""

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",") if several else ("", "", incomplete)
        # typer drops suggestions that do not begin exactly as typed.
        return [
            before + comma + last + word[len(last) :]
            for word in words()
            if word.casefold().startswith(last.casefold())
        ]

    return complete


def _rules() -> Iterable[str]:
    from ftlint.rule.registry import all_rules

    return [name for rule in all_rules().values() for name in (rule.code, rule.name)]


def _targets() -> Iterable[str]:
    from ftlint.targets.target import target_names

    return target_names()


def _targets_and_shapes() -> Iterable[str]:
    from ftlint.shapes import SHAPES

    return (*_targets(), *SHAPES)


def _formats() -> Iterable[str]:
    from ftlint import plugins
    from ftlint.report.formats import FORMATS

    return (*FORMATS, *plugins.offered(plugins.OUTPUTS, FORMATS))


def _severities() -> Iterable[str]:
    from ftlint.result import SEVERITIES

    return SEVERITIES


complete_rule = _completer(_rules)
complete_target = _completer(_targets)
complete_target_or_shape = _completer(_targets_and_shapes)
complete_api = _completer(lambda: ("chat", "completion"))
complete_text_or_json = _completer(lambda: ("text", "json"))
complete_summary_format = _completer(lambda: ("text", "json", "markdown"))
COMPLETERS: dict[str, Completer] = {
    "target": complete_target,
    **dict.fromkeys(("select", "ignore", "extend_select", "only", "skip"), _completer(_rules, several=True)),
    "fail_on": _completer(_severities),
    "task": _completer(lambda: ("classification", "generation")),
    "output_format": _completer(_formats),
    "color": _completer(lambda: ("auto", "always", "never")),
}
"""By the name of the option; an option of other values says so itself."""
