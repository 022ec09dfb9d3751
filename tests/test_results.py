"""Results files of trainings, old and new: read, summed up and judged. Numbers in, words out."""

import base64
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint import UsageError
from ftlint.report.terminal import RenderOptions
from ftlint.training.provider.records import Checkpoint
from ftlint.training.results.assess import assess
from ftlint.training.results.chart import sparkline
from ftlint.training.results.read import metric_of, read_results
from ftlint.training.results.render import render_json, render_results

# Rows of the tutorial's own training, with one that was left out on the page.
LEGACY = """step,elapsed_tokens,elapsed_examples,training_loss,training_sequence_accuracy,training_token_accuracy
1,625,1,0.8805545861742778,0.0,0.75
2,1258,2,0.8059815050491868,0.0,0.7766830870279147
3,1859,3,0.7964038042175758,0.0,0.7862068965517242
1857,1229945,1857,0.14050147435694596,0.0,0.9556650246305419
"""
CLASSES = """step,training_loss,validation_loss,classification/accuracy,classification/weighted_f1_score,\
classification/precision,classification/recall,classification/auroc,classification/auprc,\
classification/f0.5,classification/confusion_matrix
1,0.9,1.0,,,,,,,,
2,0.5,,0.8,0.79,0.7,0.9,0.95,0.94,0.75,"[[40, 2]
 [3, 55]]"
"""
MODERN = """step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy
1,1.52347,0.0,,
2,0.57719,0.0,,
3,3.63525,0.0,1.25,0.5
"""
EPOCHS = """step,train_loss,full_valid_loss,full_valid_mean_token_accuracy
100,0.9,0.70,0.80
200,0.4,0.50,0.85
300,0.1,0.80,0.84
"""


def points(data: str | bytes, column: str) -> list[tuple[int, float]]:
    """The points of one column."""
    raw = data.encode() if isinstance(data, str) else data
    return next(list(curve.points) for curve in read_results(raw).curves if curve.name == column)


def text(data: str | bytes, width: int = 100, checkpoints: tuple[Checkpoint, ...] = ()) -> str:
    """What the terminal shows."""
    raw = data.encode() if isinstance(data, str) else data
    return "".join(render_results(read_results(raw, "results.csv"), RenderOptions(width=width), checkpoints))


def test_legacy_columns_are_read() -> None:
    results = read_results(LEGACY.encode())
    assert points(LEGACY, "training_token_accuracy")[0] == (1, 0.75)
    assert points(LEGACY, "training_loss")[-1] == (1857, 0.14050147435694596)
    assert (results.counter("elapsed_tokens"), results.counter("elapsed_examples")) == (1229945, 1857)
    assert (results.rows, results.last_step) == (4, 1857)


def test_todays_columns_are_read_and_gaps_are_no_zeros() -> None:
    assert points(MODERN, "train_loss") == [(1, 1.52347), (2, 0.57719), (3, 3.63525)]
    assert points(MODERN, "valid_loss") == [(3, 1.25)]


@pytest.mark.parametrize(
    ("column", "label", "kind", "better"),
    [
        ("training_sequence_accuracy", "training sequence accuracy", "accuracy", "high"),
        ("validation_token_accuracy", "validation token accuracy", "accuracy", "high"),
        ("valid_mean_token_accuracy", "validation token accuracy", "accuracy", "high"),
        ("full_valid_loss", "full validation loss", "loss", "low"),
        ("train_mean_reward", "training mean reward", "reward", "high"),
        ("full_valid_mean_reward", "full validation mean reward", "reward", "high"),
        ("classification/weighted_f1_score", "class weighted F1", "class", "high"),
        ("classification/f0.5", "class F0.5", "class", "high"),
        ("classification/auprc", "class AUPRC", "class", "high"),
        ("elapsed_tokens", "tokens seen", "count", None),
        ("learning_rate", "learning_rate", "other", None),
    ],
)
def test_columns_are_known_by_name(column: str, label: str, kind: str, better: str | None) -> None:
    metric = metric_of(column)
    assert (metric.label, metric.kind, metric.better) == (label, kind, better)


@pytest.mark.parametrize(
    "data",
    [
        base64.b64encode(MODERN.encode()),
        base64.encodebytes(MODERN.encode()),
        b'"' + base64.b64encode(MODERN.encode()) + b'"\n',
        b"\xef\xbb\xbf" + MODERN.encode(),
        base64.b64encode(b"\xef\xbb\xbf" + MODERN.encode()),
        MODERN.encode("utf-16"),
        MODERN.replace("\n", "\r\n").encode(),
        MODERN.replace("\n", "\r").encode(),
        MODERN.replace("\n", "\n\n").encode(),
        MODERN.replace(",", "\t").encode(),
        MODERN.replace(".", "#").replace(",", ";").replace("#", ",").encode(),
        MODERN.replace(",", " , ").encode(),
        MODERN.replace(",,", ",NaN,null").encode(),
    ],
    ids=[
        "base64", "base64 in lines", "base64 quoted", "BOM", "BOM in base64", "UTF-16", "CRLF", "CR",
        "empty lines", "tabs", "semicolons and decimal commas", "blanks", "words for nothing",
    ],
)  # fmt: skip
def test_however_it_is_written(data: bytes) -> None:
    read, known = read_results(data), read_results(MODERN.encode())
    assert (read.curves, read.notes) == (known.curves, [])


def test_a_column_alone_is_no_base64() -> None:
    assert points("train_loss\n1\n2\n", "train_loss") == [(1, 1.0), (2, 2.0)]


def test_texts_and_unknown_columns_are_kept_and_named() -> None:
    results = read_results(CLASSES.encode())
    assert results.texts == [("classification/confusion_matrix", 2, "[[40, 2]\n [3, 55]]")]
    shown = text(CLASSES.replace("classification/f0.5", "novelty"))
    assert "classification/confusion_matrix at step 2: [[40, 2] [3, 55]]" in shown
    assert "not known to ftlint, and kept: novelty" in shown


def test_empty_columns_are_named() -> None:
    assert "without any value: valid_loss" in text("step,train_loss,valid_loss\n1,0.5,\n2,0.4,\n")


def test_cells_that_are_no_numbers_are_told() -> None:
    results = read_results(b"step,train_loss\n1,0.5\n2,oops\n3,0.4\n")
    assert list(results.curves[0].points) == [(1, 0.5), (3, 0.4)]
    assert results.notes == ['train_loss: 1 cell that is no number, first "oops" at step 2; left out']


def test_a_training_that_diverged_is_told() -> None:
    results = read_results(b"step,train_loss\n1,0.5\n2,nan\n3,NaN\n")
    assert results.notes == ["training loss is no number from step 2 on: the training diverged"]


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"train_loss,valid_loss\n0.5,0.6\n", "there is no column step; rows are counted instead"),
        (b"step,train_loss\n1,0.5\n,0.4\n", "1 row without a step, counted on from the row before"),
        (b"step,train_loss\n5,0.5\n5,0.4\n", "1 row with a step that is not above the one before"),
    ],
)
def test_odd_steps_are_told(data: bytes, note: str) -> None:
    assert read_results(data).notes == [note]


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"\xff\xfe", b"name,age\nx,3\n", b'{"error": {"message": "no"}}', b"\x00\x01\x02"]
)
def test_what_is_no_results_file_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"other\.csv is no results file"):
        read_results(data, "other.csv")


def test_a_header_alone_has_no_curves() -> None:
    shown = text("step,train_loss,valid_loss\n")
    assert "0 rows" in shown
    assert "without any value: train_loss, valid_loss" in shown


def test_overfitting_is_told_from_the_step_where_it_begins() -> None:
    found = assess(read_results(EPOCHS.encode())).overfitting
    assert found is not None
    assert (found.step, found.by_heart, found.validation, found.training) == (
        200,
        True,
        (0.5, 0.8),
        (0.4, 0.1),
    )
    assert "overfitting from step 200 on" in text(EPOCHS)


def test_a_loss_that_falls_to_the_end_is_no_overfitting() -> None:
    data = EPOCHS.replace("0.80,0.84", "0.45,0.90")
    assert assess(read_results(data.encode())).overfitting is None
    assert "no overfitting is to be seen" in text(data)


@pytest.mark.parametrize("column", ["valid_loss", "full_valid_loss"])
def test_too_few_points_say_nothing_of_overfitting(column: str) -> None:
    shown = text(f"step,train_loss,{column}\n1,0.5,0.6\n")
    assert "overfitting" not in shown
    assert "best step: 1, the last one" in shown


def test_when_both_losses_rise_it_is_the_learning_rate() -> None:
    found = assess(read_results(EPOCHS.replace("300,0.1", "300,0.9").encode())).overfitting
    assert found is not None
    assert not found.by_heart
    assert "the learning rate may be too high" in " ".join(text(EPOCHS.replace("300,0.1", "300,0.9")).split())


@pytest.mark.parametrize("seed", range(20))
def test_batches_that_differ_by_chance_are_no_overfitting(seed: int) -> None:
    chance = random.Random(seed)
    rows = [f"{step},{1 / step + 0.1},{0.8 + chance.gauss(0, 0.1)}" for step in range(1, 201)]
    assert assess(read_results("\n".join(["step,train_loss,valid_loss", *rows]).encode())).overfitting is None


@pytest.mark.parametrize("seed", range(20))
def test_a_rise_is_seen_through_the_chance_of_batches(seed: int) -> None:
    chance = random.Random(seed)
    rows = [
        f"{step},{2 / step + 0.1},{0.5 + abs(step - 100) * 0.005 + chance.gauss(0, 0.1)}"
        for step in range(1, 201)
    ]
    found = assess(read_results("\n".join(["step,train_loss,valid_loss", *rows]).encode())).overfitting
    assert found is not None
    assert 70 <= found.step <= 130


def test_without_validation_no_step_is_called_best() -> None:
    assert assess(read_results(LEGACY.encode())).best is None
    assert "there is no validation loss in it" in text(LEGACY)


def test_the_best_step_is_that_of_the_whole_validation_file() -> None:
    best = assess(read_results(EPOCHS.encode())).best
    assert best is not None
    assert (best.step, best.curve, best.value, best.averaged) == (200, "full validation loss", 0.5, False)


def test_rewards_come_before_losses_and_high_ones_are_wanted() -> None:
    data = b"step,valid_loss,valid_mean_reward\n1,0.1,0.2\n2,0.3,0.9\n3,0.5,0.4\n"
    best = assess(read_results(data)).best
    assert best is not None
    assert (best.step, best.curve) == (2, "validation mean reward")


def checkpoint(step: int, **metrics: float) -> Checkpoint:
    """A checkpoint with what was measured at it."""
    return Checkpoint(f"ftckpt_{step}", f"ft:gpt-4.1-mini:acme::x:ckpt-step-{step}", step, 0, metrics)


@pytest.mark.parametrize(
    ("checkpoints", "step", "value"),
    [
        ((checkpoint(300), checkpoint(200), checkpoint(100)), 200, 0.5),
        ((checkpoint(100, full_valid_loss=0.1), checkpoint(300, full_valid_loss=0.3)), 100, 0.1),
        ((checkpoint(100, full_valid_loss=0.1), checkpoint(210)), 210, 0.5),
    ],
    ids=["by the curve", "as measured at them", "not all were measured"],
)
def test_the_best_checkpoint(checkpoints: tuple[Checkpoint, ...], step: int, value: float) -> None:
    found = assess(read_results(EPOCHS.encode()), checkpoints).checkpoint
    assert found is not None
    assert (found.checkpoint.step, found.value) == (step, value)
    assert f"best checkpoint: ft:gpt-4.1-mini:acme::x:ckpt-step-{step}" in text(EPOCHS, 200, checkpoints)


def test_checkpoints_that_nothing_tells_apart_are_not_called_best() -> None:
    shown = text(LEGACY, 200, (checkpoint(100), checkpoint(200)))
    assert "last checkpoint: ft:gpt-4.1-mini:acme::x:ckpt-step-200 at step 200; nothing tells" in shown


def test_the_json_says_what_the_text_says() -> None:
    results = read_results(EPOCHS.encode(), "results.csv")
    told = json.loads("".join(render_json(results, (checkpoint(200),))))
    assert told["schema"] == 1
    assert told["curves"][0]["points"] == [[100, 0.9], [200, 0.4], [300, 0.1]]
    assert told["curves"][0]["best"] == {"step": 300, "value": 0.1}
    assert (told["overfitting"]["step"], told["overfitting"]["by_heart"]) == (200, True)
    assert told["best"]["step"] == 200
    assert told["checkpoint"]["model"] == "ft:gpt-4.1-mini:acme::x:ckpt-step-200"


def test_names_from_the_file_cannot_act_on_a_terminal() -> None:
    evil = "step,train_loss,\x1b[31mred,::error::x\n1,0.5,\x1b]0;x\x07,##[add]\n"
    for width in (40, 200):
        shown = text(evil, width)
        assert "\x1b" not in shown
        assert not any(line.lstrip().startswith(("::", "##")) for line in shown.splitlines())


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_lines_fit(width: int) -> None:
    assert all(len(line) <= max(width, 70) for line in text(EPOCHS, width).splitlines())


@pytest.mark.parametrize(
    ("values", "width", "drawn"),
    [
        ([1, 2, 3], 10, "▁▅█"),
        ([5, 5, 5], 10, "▁▁▁"),
        ([0, 0, 7, 7], 2, "▁█"),
        ([1], 10, "▁"),
        ([], 10, ""),
    ],
)
def test_sparklines(values: list[float], width: int, drawn: str) -> None:
    assert sparkline(list(enumerate(map(float, values))), width) == drawn


def test_a_sparkline_shows_where_nothing_was_measured() -> None:
    assert sparkline([(0, 1.0), (1, 1.0), (9, 2.0)], 5) == "▁ █"


CELLS = st.one_of(st.floats().map(str), st.sampled_from(["", "nan", "inf", "x", "1e400", "-1", '"']))


@given(
    st.lists(st.sampled_from(["step", "train_loss", "valid_loss", "full_valid_loss", "odd", ""]), max_size=6),
    st.lists(st.lists(CELLS, max_size=7), max_size=12),
)
def test_no_table_ends_in_a_traceback(header: list[str], rows: list[list[str]]) -> None:
    data = "\n".join(",".join(row) for row in [header, *rows]).encode()
    try:
        results = read_results(data)
    except UsageError:
        return
    assert "".join(render_results(results, RenderOptions(width=80)))
    assert json.loads("".join(render_json(results)))


@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(data: bytes) -> None:
    try:
        assert "".join(render_results(read_results(b"step,train_loss\n" + data), RenderOptions(width=80)))
    except UsageError:
        return
