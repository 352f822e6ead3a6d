"""[opinion]: what a language model read out of the listing, as one finding among the others.

Pure: the answer comes in as a value. It can settle a proof that is near, and can lower a listing;
it lifts no fail of any other criterion (decide.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from goldmine_ingest.criteria.case import ZERO, share
from goldmine_ingest.model.decision import Finding, Verdict
from goldmine_ingest.model.opinion import Answer, Opinion
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.opinion.question import Question, Questions
from goldmine_ingest.render.doubts import doubt_of
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.opinion import OpinionSettings

# What keeps a listing from being asked about: no opinion would change it.
_NEVER_LIFTED = ("rules", "budget", "client")


@dataclass(frozen=True, slots=True)
class Opinions:
    """The stored opinions on one listing, the oldest first. `stale`: an answer to an earlier
    question counts where the present one has none (a backtest may ask for that).
    """

    stored: Sequence[Opinion] = ()
    stale: bool = False

    def present(self, questions: Questions, posting: Posting) -> Opinion | None:
        """The opinion that counts: the answer to the present question, else what became of it."""
        if not self.stored:
            return None
        key = questions.about(posting).key
        asked = [one for one in self.stored if one.key == key]
        answered = [one for one in asked if one.answer]
        if not answered and self.stale:
            answered = [one for one in self.stored if one.answer]
        counting = answered or asked
        return counting[-1] if counting else None


class SecondOpinion:
    """[opinion] of one criteria file."""

    def __init__(self, criteria: CriteriaSettings, settings: OpinionSettings) -> None:
        self.questions = Questions(criteria.proofs, settings.model, settings.max_tokens)

    def question(self, posting: Posting) -> Question:
        return self.questions.about(posting)

    def of(self, posting: Posting, opinions: Opinions | None) -> Opinion | None:
        """The opinion that counts for a listing; None where none was asked for."""
        return opinions.present(self.questions, posting) if opinions else None


def judge(
    settings: OpinionSettings, opinion: Opinion | None, proofs: Collection[str] = ()
) -> Finding:
    """`proofs` are those that the listing's feeds allow, () is all."""
    if opinion is None or opinion.answer is None:
        why = f"no opinion: {opinion.why}" if opinion else "no opinion: not asked"
        return Finding("opinion", "unknown", ZERO, why, setting="decision.unknown.opinion")
    answer = opinion.answer
    allowed = counts(answer, proofs)
    fit, low, high = Decimal(answer.fit), Decimal(settings.fail), Decimal(settings.pass_)
    verdict: Verdict = "fail" if fit < low else "pass" if fit >= high and allowed else "unknown"
    return Finding(
        "opinion",
        verdict,
        ZERO if verdict == "unknown" else share(fit / 100),
        _reason(answer, opinion.model, allowed=allowed),
        fit,
        low if verdict == "fail" else high,
        "fit",
        tuple(quote for quote in (answer.ask, answer.doubt_quote) if quote),
        "opinion.fail" if verdict == "fail" else "opinion.pass",
    )


def counts(answer: Answer, proofs: Collection[str]) -> bool:
    """Whether an answer can pass: it names a proof that judges the listing."""
    return answer.proof is not None and (not proofs or answer.proof in proofs)


def _reason(answer: Answer, model: str, *, allowed: bool) -> str:
    reads = f"reads as “{answer.proof}”" if answer.proof else "reads as none of your proofs"
    elsewhere = "" if allowed or not answer.proof else ", which doesn't judge this feed"
    doubt = doubt_of(answer)
    return f"{reads}{elsewhere}, fit {answer.fit} by {model}" + (
        f"; doubt: {doubt}" if doubt else ""
    )


def is_open(findings: Sequence[Finding], criteria: CriteriaSettings) -> bool:
    """Whether the other criteria leave a listing open, so that an opinion can change what becomes
    of it ([opinion] ask = "open").
    """
    if criteria.opinion is None:
        return False
    by_name = {finding.criterion: finding for finding in findings}
    if any(f.verdict == "fail" for name in _NEVER_LIFTED if (f := by_name.get(name))):
        return False
    proof, minimum = by_name.get("proof"), criteria.proof_match.minimum
    least = criteria.asked_from
    if proof is None or proof.value is None or proof.value < least:
        return False
    # A proof that fails for another reason (the title's craft) is looked at only by who asks lower.
    return proof.verdict != "fail" or least < minimum
