"""One element of a JSON document: the record, and everything that is wrong with it."""

from dataclasses import dataclass, field

from ftlint.read.fault import Fault, FaultKind, Record
from ftlint.read.json_value import DEEP, Careful, Defect, defects, replace_lone_surrogates


@dataclass(slots=True)
class Item:
    """One element of the document, or (no ``is_row``) only a fault of its frame. Rows are numbered later."""

    line: int
    record: Record | None = None
    faults: list[Fault] = field(default_factory=list)
    is_row: bool = True


@dataclass(frozen=True, slots=True)
class Judge:
    """Says what is wrong with values, and which of them can be used. ``heal`` are the kinds of fault to mend."""

    heal: frozenset[FaultKind]
    careful: Careful

    def judge(self, item: Item, value: Record, text: str) -> None:
        """Look at a value that ``careful`` has just decoded from the text."""
        try:
            found = defects(text, value, self.careful)
        except RecursionError:
            found = [Defect("bad-json", DEEP, None, False)]
        self.settle(item, value, text, found)

    def settle(self, item: Item, value: Record, text: str, found: list[Defect]) -> None:
        """Tell what was found in a value, and take the value as the item's record if it can be used."""
        healed = "surrogate" in self.heal and any(defect.kind == "surrogate" for defect in found)
        if healed:
            value = self.careful.decode(replace_lone_surrogates(text))[0]
        for defect in found:
            kept = None if defect.usable else text
            heals = defect.kind == "surrogate"
            fault = Fault(
                defect.kind,
                defect.message,
                item.line,
                path=defect.path,
                healable=heals,
                text=kept,
                incomplete=False,
            )
            item.faults.append(fault)
        if all(defect.usable or (healed and defect.kind == "surrogate") for defect in found):
            item.record = value
