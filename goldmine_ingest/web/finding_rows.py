"""What each criterion said, as a line of "Why it came": a sign and a word, the reason with its
quotes, and the setting that decided. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from goldmine_ingest.render.clean import clean, cut

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Finding

# What a criterion's verdict means, in a word beside its sign: never by colour alone.
WORDS: Mapping[tuple[str, str], str] = {
    ("rules", "pass"): "allowed",
    ("rules", "unknown"): "in doubt",
    ("rules", "fail"): "against it",
    ("proof", "pass"): "fits",
    ("proof", "unknown"): "near",
    ("proof", "fail"): "other work",
    ("budget", "pass"): "viable",
    ("budget", "unknown"): "not stated",
    ("budget", "fail"): "too low",
    ("client", "pass"): "able",
    ("client", "unknown"): "not stated",
    ("client", "fail"): "not yours",
    ("scope", "pass"): "beyond",
    ("scope", "unknown"): "unclear",
    ("scope", "fail"): "production",
    ("first_step", "pass"): "clear",
    ("first_step", "unknown"): "vague",
    ("first_step", "fail"): "too vague",
    ("worth", "pass"): "worth it",
    ("worth", "unknown"): "not known",
    ("worth", "fail"): "not worth it",
    ("opinion", "pass"): "agrees",
    ("opinion", "unknown"): "not asked",
    ("opinion", "fail"): "disagrees",
}
_PLAIN = {"pass": "fits", "unknown": "not known", "fail": "fails"}
# A fit or a share with more digits than anyone needs; what stands in quotes is the listing's own.
_LONG_FIGURE = re.compile(r"“[^”]*”|(?<![\w.,])\d+\.\d{3,}(?![\w.,])")
SIGNS = {"pass": "✓", "unknown": "?", "fail": "✗"}
NAMES = {
    "rules": "Rules",
    "proof": "Proof",
    "budget": "Budget",
    "client": "Client",
    "scope": "Scope",
    "first_step": "First step",
    "worth": "Worth",
    "opinion": "Opinion",
}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One line of "Why it came". `measured` is what was found and asked, `setting` what decided."""

    name: str
    criterion: str
    verdict: str
    sign: str
    word: str
    reason: str
    quotes: tuple[str, ...]
    measured: str
    setting: str


def finding_row(finding: Finding) -> FindingRow:
    """A criterion's finding: sign and word, why, and by which setting."""
    word = WORDS.get((finding.criterion, finding.verdict), _PLAIN[finding.verdict])
    if (
        finding.criterion == "opinion"
        and finding.verdict == "unknown"
        and finding.value is not None
    ):
        word = "can't say"  # asked, and between the two
    return FindingRow(
        NAMES.get(finding.criterion, finding.criterion.replace("_", " ").capitalize()),
        finding.criterion,
        finding.verdict,
        SIGNS[finding.verdict],
        word,
        two_digits(finding.reason),
        tuple(cut(clean(quote), 200) for quote in finding.evidence),
        _measured(finding),
        finding.setting or "",
    )


def two_digits(text: str) -> str:
    """A reason with its figures rounded: 'fits (0.9891)' as 'fits (0.99)'."""
    return _LONG_FIGURE.sub(
        lambda match: match[0] if match[0][0] == "“" else _figure(Decimal(match[0])), text
    )


def _measured(finding: Finding) -> str:
    if finding.value is None or finding.threshold is None:
        return ""
    return f"{_figure(finding.value)}, asked {_figure(finding.threshold)}"


def _figure(value: Decimal) -> str:
    rounded = round(value, 2)
    return f"{rounded.normalize():,f}"
