"""The tokens of texts with their places in characters."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from ftlint.tokens.vocabulary import encoding, is_file, tokenizer

Span = tuple[int, int]
"""Start and end in characters of a text."""


class TokenSpans(Struct, frozen=True):
    """The ids of the tokens of a text, and their spans."""

    ids: Sequence[int]
    spans: Sequence[Span]


def token_spans(texts: Sequence[str], vocabulary: str) -> list[TokenSpans]:
    """The tokens of each text. Of a character that several tokens share each of them has the whole.

    Special tokens are read in a ``tokenizer.json`` only; in OpenAI's vocabularies they are ordinary text, as in counts.
    """
    if is_file(vocabulary):
        found = tokenizer(vocabulary).encode_batch(list(texts), add_special_tokens=False)
        return [TokenSpans(one.ids, one.offsets) for one in found]
    known = encoding(vocabulary)
    result = []
    for text in texts:
        ids = known.encode_ordinary(text)
        decoded, starts = known.decode_with_offsets(ids)
        ends = [max(start + 1, after) for start, after in pairwise([*starts, len(decoded)])]
        result.append(TokenSpans(ids, list(zip(starts, ends, strict=True))))
    return result
