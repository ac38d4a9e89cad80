"""A report as plain text: one block a flaw, then the totals."""

from __future__ import annotations

from typing import Final

from samenhang.inspection import Flaw
from samenhang.namespaces import shorten
from samenhang.reports.checked import Checked, thing
from samenhang.validation import Severity

_NAMES: Final = {
    Severity.VIOLATION: ("FOUT", "VIOLATION"),
    Severity.WARNING: ("WAARSCHUWING", "WARNING"),
    Severity.INFO: ("ADVIES", "ADVICE"),
}
_COUNTED: Final = (
    (Severity.VIOLATION, ("fout", "fouten"), ("violation", "violations")),
    (Severity.WARNING, ("waarschuwing", "waarschuwingen"), ("warning", "warnings")),
    (Severity.INFO, ("advies", "adviezen"), ("piece of advice", "pieces of advice")),
)


def write(checked: Checked) -> str:
    """The report, in the language of *checked*."""
    say, inspection = checked.say, checked.inspection
    counts = []
    for severity, nl, en in _COUNTED:
        number = inspection.count(severity)
        counts.append(f"{number} {say(nl[number != 1], en[number != 1])}")
    blocks = [_block(checked, flaw) for flaw in inspection.flaws]
    blocks.append(f"{', '.join(counts)} ({say('nagekeken met', 'checked with')} {inspection.engine}).\n")
    if inspection.idle:
        shapes = ", ".join(shorten(iri) for iri in inspection.idle)
        blocks.append(say(f"Shapes die niets troffen: {shapes}.\n", f"Shapes that selected nothing: {shapes}.\n"))
    return "\n".join(blocks)


def _block(checked: Checked, flaw: Flaw) -> str:
    say, result = checked.say, flaw.result
    lines = [f"{say(*_NAMES[result.severity])}  {thing(result)}", f"  {result.message(checked.lang)}"]
    if result.path:
        lines.append(
            f"  {say('eigenschap', 'property')}: {shorten(result.path) if ':' in result.path else result.path}"
        )
    if result.value is not None:
        lines.append(f"  {say('waarde', 'value')}: {result.value.n3()}")
    for path in flaw.files:
        line = checked.line(flaw, path)
        lines.append(f"  {say('bestand', 'file')}: {path}{f':{line}' if line else ''}")
    lines += [f"  {say('plaats', 'place')}: {place}" for place in checked.places(flaw)]
    lines += [f"  {say('graaf', 'graph')}: {graph}" for graph in flaw.graphs]
    lines.append(f"  shape: {shorten(result.shape)}")
    if flaw.mend:
        lines += [f"  {say('verbetering', 'mend')}:", *(f"    {line}" for line in flaw.mend.turtle())]
    return "\n".join(lines) + "\n"
