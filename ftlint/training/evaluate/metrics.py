"""Classification metrics: accuracy, precision, recall, F1, AUROC, AUPRC, confusion matrix.

Truth and answer are labels; an answer of None is unknown: wrong, but not counted for any class.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Pair = tuple[str, str | None]
"""The true label of a row, and the label that the model answered."""


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """Metrics of one class: ``rows`` with this label, ``said`` answers with this label, ``right`` the correct
    ones.

    ``precision`` is None without answers of the class, ``recall`` without rows of it, ``f1`` without both.
    """

    label: str
    rows: int
    said: int
    right: int

    @property
    def precision(self) -> float | None:
        """The fraction of the answers with this label that are right (van Rijsbergen, Information Retrieval,
        1979, ch. 7).
        """
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """The fraction of the rows with this label that are answered with it (same source)."""
        return self.right / self.rows if self.rows else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN); 0 for a class that is never
        answered right.
        """
        both = self.rows + self.said
        return 2 * self.right / both if both else None


@dataclass(frozen=True, slots=True)
class LabelMetrics:
    """Metrics of labelled rows. ``confusion[i][j]`` counts the rows of class i that were answered with class j;
    the last column counts answers that are no class.
    """

    classes: Sequence[ClassMetrics]
    confusion: Sequence[Sequence[int]]

    @property
    def rows(self) -> int:
        """The number of rows compared."""
        return sum(one.rows for one in self.classes)

    @property
    def right(self) -> int:
        """The number of rows whose answer is right."""
        return sum(one.right for one in self.classes)

    @property
    def unknown(self) -> int:
        """The number of answers that are no class."""
        return sum(row[-1] for row in self.confusion)

    @property
    def accuracy(self) -> float | None:
        """The fraction of rows whose answer is right; None without rows."""
        return self.right / self.rows if self.rows else None

    @property
    def weighted_f1(self) -> float | None:
        """The mean of the classes' F1, weighted by their rows; None without rows.

        The definition of scikit-learn's ``f1_score(average="weighted")``, which the results files of the old
        API report.
        """
        if not self.rows:
            return None
        return sum(one.rows * (one.f1 or 0.0) for one in self.classes) / self.rows


def label_metrics(pairs: Sequence[Pair], labels: Sequence[str]) -> LabelMetrics:
    """Compute the metrics. ``labels`` are the classes in output order; other true labels are appended.

    An answer that is neither is unknown.
    """
    all_labels = list(dict.fromkeys([*labels, *sorted({truth for truth, _ in pairs} - set(labels))]))
    counts = Counter((truth, answer if answer in all_labels else None) for truth, answer in pairs)
    confusion = [[counts[truth, answer] for answer in [*all_labels, None]] for truth in all_labels]
    classes = [
        ClassMetrics(label, sum(confusion[at]), sum(row[at] for row in confusion), confusion[at][at])
        for at, label in enumerate(all_labels)
    ]
    return LabelMetrics(classes, confusion)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """The area under the ROC curve: the fraction of positive-negative pairs with the positive scored higher;
    ties count half.

    Computed from the ranks of the positive rows (Mann and Whitney 1947; Hanley and McNeil 1982, Radiology
    143:29): AUC = (R − n⁺(n⁺+1)/2) / (n⁺·n⁻), R the sum of their mid-ranks. None without positive or without
    negative rows.
    """
    positives = sum(positive)
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    ranks, done = 0.0, 0
    for size, positive_ties in _ties(scores, positive):
        # The mid-rank of rows with equal scores: the mean of the ranks they occupy.
        ranks += positive_ties * (done + (size + 1) / 2)
        done += size
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def auprc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """The area under the precision–recall curve as average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ over the thresholds.

    A step curve, since linear interpolation is too optimistic (Davis and Goadrich 2006, ICML). Rows with equal
    scores form one threshold. None without positive rows.
    """
    positives = sum(positive)
    if not positives:
        return None
    area, retrieved, ranked = 0.0, 0, 0
    for size, positive_ties in reversed(_ties(scores, positive)):
        retrieved += positive_ties
        ranked += size
        area += positive_ties / positives * (retrieved / ranked)
    return area


def _ties(scores: Sequence[float], positive: Sequence[bool]) -> list[tuple[int, int]]:
    """Groups of rows with equal scores, lowest first: the number of rows, and the number of positive ones."""
    sizes = Counter(scores)
    positive_counts = Counter(
        score for score, is_positive in zip(scores, positive, strict=True) if is_positive
    )
    return [(sizes[score], positive_counts[score]) for score in sorted(sizes)]
