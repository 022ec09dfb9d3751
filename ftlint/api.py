"""The Python API: the commands as functions with typed results."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ftlint.commands.check.run import check_files
from ftlint.commands.convert.run import ConvertOptions, convert_file
from ftlint.commands.fix.output import OutputOptions
from ftlint.commands.fix.run import fix_files
from ftlint.commands.prepare.options import DEFAULT_TARGET, PrepareOptions, PrepareOutput
from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.result import AutoPrompter, Prepared
from ftlint.commands.prepare.run import prepare_file
from ftlint.commands.split.assign import Share, SplitSizes
from ftlint.commands.split.keys import GroupingOptions
from ftlint.commands.split.run import SplitOptions, SplitReport, split_file
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Stats
from ftlint.commands.stats.run import stats_of
from ftlint.config.convert import texts
from ftlint.config.keywords import CheckKeywords, ConvertKeywords, PrepareKeywords, SettingsKeywords
from ftlint.config.settings import Settings, from_python
from ftlint.errors import NotReadWhole, UsageError
from ftlint.execution.part_folder import output_path
from ftlint.io.find import find_sources
from ftlint.io.source import Source
from ftlint.result import Report

if TYPE_CHECKING:
    from ftlint.commands.diff.run import Difference
    from ftlint.commands.show.render import RenderedExample

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def check(
    paths: Paths, *, target: str | None = None, model: str | None = None, **settings: Unpack[CheckKeywords]
) -> Report:
    """Check files, folders or globs.

    ``settings`` are those of the command line with underscores: ``select``, ``ignore``, ``task``,
    ``encoding``, ``sheet``, ``prompt``, ``completion``, ``turns``, ``map`` …
    Raises ftlint.errors.UsageError for a wrong setting, a missing path or an unknown target.
    """
    return check_files(_sources(paths), from_python(target=target, model=model, **settings))


def fix(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    unsafe: bool = False,
    in_place: bool = False,
    overwrite: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    keep_lost: bool = True,
    **settings: Unpack[SettingsKeywords],
) -> Report:
    """Write a fixed copy, or overwrite the file with ``in_place``; the report covers the findings that remain.

    Without ``output`` the copy is written next to the input as ``…_fixed.jsonl``; ``report.files[0].written``
    names it. An ``output`` that ends in a slash is a folder of part files. ``unsafe`` allows fixes that change texts
    or drop examples. Values that a fix removes are named in ``report.files[0].notes`` and, with ``keep_lost``, stored
    next to the output as ``….lost.jsonl``.

    A file that was read incompletely, or whose rows would be lost by overwriting it, is not changed. After the other
    files are fixed, this raises ftlint.errors.NotReadWhole, a UsageError. ``convert``, ``prepare`` and ``split``
    raise it, too.
    """
    output_options = OutputOptions(
        output=output_path(os.fspath(output)) if output is not None else None,
        in_place=in_place,
        overwrite=overwrite,
        rejects=Path(rejects) if rejects is not None else None,
        keep_lost=keep_lost,
        unsafe=unsafe,
    )
    report = fix_files(_sources(path), from_python(**settings), output_options)
    if report.refused:
        raise NotReadWhole("\n".join(report.refused))
    return report


def convert(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str],
    to: str,
    *,
    overwrite: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    keep_lost: bool = True,
    keep_endings: bool = False,
    system: str | None = None,
    recipe: bool = False,
    **settings: Unpack[ConvertKeywords],
) -> Report:
    """Convert one file to a target or a shape; the report is that of the new file.

    The suffix of ``output`` selects the format: .jsonl, .json, .csv, .tsv, .xlsx or .parquet. Values that could not
    be converted are named in ``report.files[0].notes`` and, with ``keep_lost``, stored next to the output as
    ``….lost.jsonl``. With ``recipe``, ``report.files[0].recipe`` is the dataset entry for the target's trainer.

    ``settings`` are those of the command line, also for how records are written. Without these they are as the target
    reads them, and one that it cannot follow raises ftlint.errors.UsageError:

    - ``tool_arguments``: "object" or "text".
    - ``system_messages``: "fold" (into the user's), "drop" or "keep".
    - ``merge_consecutive``: the text between messages of one role that become one; True for a blank line.
    - ``reasoning``: "inline" (``<think>`` in the text), "field" (``reasoning_content``), "drop" or "keep".
    - ``media``: "placeholders" (``<image>`` in the text, ``images`` beside the messages) or "parts".
    - ``untrained``: answers of weight 0: "drop" ends the conversation before the first of them, "split" makes an
      example of each trained answer, "keep".
    - ``text_calls``: ``<tool_call>`` blocks in answers: "read" as tool calls, or "keep".
    """
    # With templates the system message is a template, too.
    template = system if "completion" in settings else None
    options = ConvertOptions(
        to=to,
        output=output_path(os.fspath(output)),
        overwrite=overwrite,
        rejects=Path(rejects) if rejects is not None else None,
        keep_lost=keep_lost,
        keep_endings=keep_endings,
        system=system if template is None else None,
        recipe=recipe,
    )
    return convert_file(
        _one_source(path, "convert"), _settings_without_against(system=template, **settings), options
    )


def prepare(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    target: str = DEFAULT_TARGET,
    accept: bool | Callable[[ProposedFix], bool] = True,
    only: str | Iterable[str] = (),
    skip: str | Iterable[str] = (),
    expand_turns: bool = False,
    split: bool | None = None,
    valid: Share | None = None,
    seed: int = 0,
    rejects: str | os.PathLike[str] | None = None,
    keep_lost: bool = True,
    stats: bool = True,
    **settings: Unpack[PrepareKeywords],
) -> Prepared:
    """Fix, convert and split one file for training; nothing is overwritten.

    ``accept`` answers every proposed fix, or is called for each. ``only`` and ``skip`` select proposed fixes by rule.
    ``split`` None sets examples aside for validation if the answers are classes; ``valid`` is their share or number.
    ``settings`` are those of the command line; how records are written is as for ``convert``.
    Values that the new file does not contain are named in ``.report.notes`` and, with ``keep_lost``, stored next to it
    as ``….lost.jsonl``.
    ``.files`` maps each part to the written file, ``.report`` has the remaining findings, ``.manifest`` the steps to
    reproduce the result.
    """
    options = PrepareOptions(
        target=target,
        system=settings.get("system") if settings.get("completion") is None else None,
        only=texts(only),
        skip=texts(skip),
        expand_turns=expand_turns,
        split=split if valid is None or split is not None else True,
        valid=valid,
        seed=seed,
    )
    destination = PrepareOutput(
        output=Path(output) if output is not None else None,
        rejects=Path(rejects) if rejects is not None else None,
        keep_lost=keep_lost,
        stats=stats,
    )
    source = _one_source(path, "prepare")
    return prepare_file(
        source, _settings_without_against(**settings), options, destination, AutoPrompter(accept)
    )


def split(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    valid: Share | None = None,
    test: Share = 0,
    seed: int = 0,
    group_by: str | Iterable[str] = (),
    stratify: bool = True,
    prompts: bool = True,
    near: bool = True,
    overwrite: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    **settings: Unpack[SettingsKeywords],
) -> SplitReport:
    """Split one file into training, validation and, if requested, test files; similar examples stay on one side.

    ``valid`` and ``test`` are shares below 1 or numbers of examples. ``output`` is a folder or the prefix of the file
    names; without it the files are written next to the input. ``report.files`` names them, and is empty if there is
    nothing to split (``report.why_not``). ``prompts`` and ``near`` False allow equal prompts and near duplicates on
    both sides; ``group_by`` are fields whose equal values stay on one side.
    """
    options = SplitOptions(
        shares=SplitSizes(valid=valid, test=test, seed=seed, stratify=stratify),
        bonds=GroupingOptions(prompts=prompts, near=near, fields=texts(group_by)),
        output=Path(output) if output is not None else None,
        overwrite=overwrite,
        rejects=Path(rejects) if rejects is not None else None,
    )
    return split_file(_one_source(path, "split"), _settings_without_against(**settings), options)


def stats(
    paths: Paths,
    *,
    target: str | None = None,
    model: str | None = None,
    limit: int | None = None,
    price: float | None = None,
    epochs: int | None = None,
    **settings: Unpack[CheckKeywords],
) -> Stats:
    """Statistics of files, folders or globs: rows, shapes, roles, tokens, truncation at limits, training cost.

    ``limit`` (tokens per example), ``price`` (USD per million tokens) and ``epochs`` override the target's values.
    ``settings`` are those of the command line: ``tokenizer``, ``task``, ``prompt``, ``completion``, ``map`` …
    ``stats(…).files`` has the statistics of each file, ``stats(…).all`` those of all files together.
    """
    return stats_of(
        _sources(paths),
        _settings_without_against(target=target, model=model, **settings),
        CostOptions(limit, price, epochs),
    )


def render(
    record: Mapping[str, Any],
    *,
    template: str | os.PathLike[str],
    tokenizer: str | os.PathLike[str] | None = None,
    target: str | None = None,
) -> "RenderedExample":
    """One record as the model is trained on it: its text, the span of each message, what is trained, and its tokens.

    ``record`` has any shape with messages. ``template`` is a ``chat_template.jinja``, a ``tokenizer_config.json``,
    the folder of a model, or the text of a template; ``tokenizer`` a ``tokenizer.json`` or its folder.
    Trained are the roles that the ``target`` trains on, without one the assistant's messages.
    Raises UsageError where the record has no messages, or the template refuses them, in the template's own words.
    """
    from ftlint.commands.show.render import render_record

    is_text = isinstance(template, str) and ("{%" in template or "{{" in template)
    settings = from_python(
        target=target,
        tokenizer=tokenizer,
        chat_template=None if is_text else template,
        template_text=str(template) if is_text else None,
    )
    return render_record(record, settings)


def write_report(
    paths: Paths,
    output: str | os.PathLike[str] | None = None,
    *,
    markdown: bool = False,
    target: str | None = None,
    model: str | None = None,
    limit: int | None = None,
    price: float | None = None,
    epochs: int | None = None,
    **settings: Unpack[CheckKeywords],
) -> str:
    """Report on files, folders or globs: one self-contained HTML page, or ``markdown``.

    Returns the text; if ``output`` is given, also writes it there and overwrites an existing file. ``against`` names
    held-out data to compare with. HTML needs the extra ``report``.
    """
    from ftlint.html_report.charts import check_extra
    from ftlint.html_report.collect import collect
    from ftlint.html_report.markdown import as_markdown
    from ftlint.html_report.page import as_page
    from ftlint.io.write.atomic import replacing, validate_output_path

    if not markdown:
        check_extra()
    sources = _sources(paths)
    if output is not None:
        inputs = [source.path for source in sources if source.path is not None]
        validate_output_path(Path(output), inputs, overwrite=True)
    run_settings = from_python(target=target, model=model, **settings)
    contents = collect(sources, run_settings, CostOptions(limit, price, epochs))
    text = as_markdown(contents) if markdown else as_page(contents)
    if output is not None:
        with replacing(Path(output)) as out:
            out.write(text.encode("utf-8", errors="backslashreplace"))
    return text


def diff(
    old: Paths,
    new: Paths,
    *,
    target: str | None = None,
    most: int = 1_000,
    **settings: Unpack[PrepareKeywords],
) -> "Difference":
    """Compare two versions of a dataset by the content of their examples; at most ``most`` of each kind are listed.

    ``diff(…).differs`` says whether there is any difference.
    """
    from ftlint.commands.diff.run import compare

    return compare(_sources(old), _sources(new), from_python(target=target, **settings), most)


def _settings_without_against(**settings: Unpack[SettingsKeywords]) -> Settings:
    """The settings of a command that does not compare its file with other data."""
    run_settings = from_python(**settings)
    if run_settings.against:
        raise UsageError("only check, fix, write_report and diff compare files; leave out against")
    return run_settings


def _sources(paths: Paths) -> list[Source]:
    path_list = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    return find_sources([os.fspath(path) for path in path_list])


def _one_source(path: str | os.PathLike[str], command: str) -> Source:
    sources = _sources(path)
    if len(sources) != 1:
        raise UsageError(f"{command} takes one file, not the {len(sources)} in {os.fspath(path)}")
    return sources[0]
