"""Classification metrics: accuracy, precision, recall, F1, AUROC, AUPRC, confusion matrix.

Truth and answer are labels; an answer of None names none of the classes and counts as wrong for no class.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Pair = tuple[str, str | None]
"""What a row is, and what the model said."""


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """One class: ``rows`` that are of it, ``said`` answers that name it, ``right`` ones among them.

    ``precision`` is None where nobody named the class, ``recall`` where no row is of it, ``f1`` where both lack.
    """

    label: str
    rows: int
    said: int
    right: int

    @property
    def precision(self) -> float | None:
        """The part of the answers naming it that are right (van Rijsbergen, Information Retrieval, 1979, ch. 7)."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """The part of its rows that are found (the same)."""
        return self.right / self.rows if self.rows else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both, 2·TP / (2·TP + FP + FN); 0 where a class is never found."""
        both = self.rows + self.said
        return 2 * self.right / both if both else None


@dataclass(frozen=True, slots=True)
class LabelMetrics:
    """All that is counted of labelled rows. ``confusion[i][j]`` are rows of class i that were called class j;
    the last column holds answers that are no class.
    """

    classes: Sequence[ClassMetrics]
    confusion: Sequence[Sequence[int]]

    @property
    def rows(self) -> int:
        """The rows compared."""
        return sum(one.rows for one in self.classes)

    @property
    def right(self) -> int:
        """The rows whose answer is right."""
        return sum(one.right for one in self.classes)

    @property
    def unknown(self) -> int:
        """The answers that are no class."""
        return sum(row[-1] for row in self.confusion)

    @property
    def accuracy(self) -> float | None:
        """The part of the rows that is right; None without rows."""
        return self.right / self.rows if self.rows else None

    @property
    def weighted_f1(self) -> float | None:
        """The mean of the classes' F1, each weighted by its rows; None without rows.

        The definition of scikit-learn's ``f1_score(average="weighted")``, which the results files of the old API name.
        """
        if not self.rows:
            return None
        return sum(one.rows * (one.f1 or 0.0) for one in self.classes) / self.rows


def label_metrics(pairs: Sequence[Pair], labels: Sequence[str]) -> LabelMetrics:
    """Count the pairs. ``labels`` are the classes in the order wanted; others among the truths come after them.

    An answer that is neither is unknown.
    """
    known = list(dict.fromkeys([*labels, *sorted({truth for truth, _ in pairs} - set(labels))]))
    counts = Counter((truth, answer if answer in known else None) for truth, answer in pairs)
    confusion = [[counts[truth, answer] for answer in [*known, None]] for truth in known]
    classes = [
        ClassMetrics(label, sum(confusion[at]), sum(row[at] for row in confusion), confusion[at][at])
        for at, label in enumerate(known)
    ]
    return LabelMetrics(classes, confusion)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """The area under the ROC curve: how often a positive row scores above a negative one, ties counted half.

    By the ranks of the positive rows (Mann and Whitney 1947; Hanley and McNeil 1982, Radiology 143:29):
    AUC = (R − n⁺(n⁺+1)/2) / (n⁺·n⁻), R the sum of their mid-ranks. None where one of the sides has no rows.
    """
    wanted = sum(positive)
    others = len(positive) - wanted
    if not wanted or not others:
        return None
    ranks, done = 0.0, 0
    for size, hits in _ties(scores, positive):
        # The mid-rank of rows that score alike: the mean of the ranks that they take up.
        ranks += hits * (done + (size + 1) / 2)
        done += size
    return (ranks - wanted * (wanted + 1) / 2) / (wanted * others)


def auprc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """The area under the precision–recall curve as average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ over the thresholds.

    A step curve, since straight lines between points promise too much (Davis and Goadrich 2006, ICML). Rows that score
    alike are one threshold. None where no row is positive.
    """
    wanted = sum(positive)
    if not wanted:
        return None
    area, found, looked = 0.0, 0, 0
    for size, hits in reversed(_ties(scores, positive)):
        found += hits
        looked += size
        area += hits / wanted * (found / looked)
    return area


def _ties(scores: Sequence[float], positive: Sequence[bool]) -> list[tuple[int, int]]:
    """The rows that score alike, lowest first: how many, and how many positive ones among them."""
    sizes = Counter(scores)
    hits = Counter(score for score, wanted in zip(scores, positive, strict=True) if wanted)
    return [(sizes[score], hits[score]) for score in sorted(sizes)]
