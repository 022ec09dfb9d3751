"""Which class an answer names, and how sure the model was of it."""

from collections.abc import Mapping, Sequence
from math import exp, inf, log

from ftlint.provider.records import Answer, Token


def label_of(answer: Answer, classes: Sequence[str], stop: str | None = None) -> str | None:
    """The class that the answer is, blanks and the stop aside; None where it is none.

    An answer that was cut off by its limit is the one class that begins with it.
    """
    text = answer.text.split(stop, 1)[0] if stop else answer.text
    text = text.strip()
    if text in classes:
        return text
    if answer.finish == "length" and text:
        begun = [label for label in classes if label.startswith(text)]
        return begun[0] if len(begun) == 1 else None
    return None


def chances(answer: Answer, classes: Sequence[str]) -> Mapping[str, float]:
    """The probability of each class, by the first token of the answer that is no blank; {} where it is not told.

    Alternatives that could begin several classes, or none, are nobody's.
    """
    token = _first(answer.tokens)
    if token is None:
        return {}
    found = dict.fromkeys(classes, 0.0)
    for text, logprob in {**token.alternatives, token.text: token.logprob}.items():
        begun = _begun(text, classes)
        if begun is not None:
            found[begun] += exp(min(logprob, 0.0))
    return found


def log_odds(answer: Answer, classes: Sequence[str]) -> float | None:
    """ln(p / q) of the first of two classes against the second; None where both are not told.

    A class that is not among the alternatives is given the probability of the last one listed: it has no more.
    """
    known = chances(answer, classes)
    token = _first(answer.tokens)
    if token is None or not any(known.values()):
        return None
    least = exp(min(min([*token.alternatives.values(), token.logprob]), 0.0))
    first, second = (known[label] or least for label in classes)
    return _ln(first) - _ln(second) if first or second else None


def _ln(number: float) -> float:
    return log(number) if number > 0 else -inf


def _first(tokens: Sequence[Token]) -> Token | None:
    return next((token for token in tokens if token.text.strip()), None)


def _begun(text: str, classes: Sequence[str]) -> str | None:
    """The class that a token begins; a class that is the token itself goes before one that it only begins."""
    text = text.strip()
    if text in classes:
        return text
    begun = [label for label in classes if text and label.startswith(text)]
    return begun[0] if len(begun) == 1 else None
