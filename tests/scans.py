"""Files gone over as the pipeline does it: batch by batch, and with all rules of a plan."""

from ftlint.batch.batch import batch_of
from ftlint.engine.check import Scan
from ftlint.engine.handle import Handle
from ftlint.engine.pipeline import FilePass, run_alone
from ftlint.engine.scan import Plan
from ftlint.engine.state import ScanState
from ftlint.execution.executor import LocalExecutor
from ftlint.io.block import ReadOptions
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.rule import Batch


def batches_of(source: Source, plan: Plan, read: ReadOptions) -> list[Batch]:
    """All batches of a file."""
    return [batch_of(block, plan.record_reader, plan.context) for block in open_reader(source, read).blocks()]


def scanned(source: Source, plan: Plan, read: ReadOptions) -> ScanState:
    """What every rule of the plan says of a file, before anything is concluded."""
    result = run_alone(FilePass(step=Scan(Handle.local(plan)), source=source, read=read), LocalExecutor())
    state = result.state
    state.name, state.bytes = source.name, result.bytes
    return state
