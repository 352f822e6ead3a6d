"""Red flags: what to look at by hand. Findings of their own, never in the score; they touch the
decision only as `[decision.flags]` says.

A flag is judged by how it is said, as an exclusion is: "do not contact us outside" is no wish to be
contacted there, what the client offers is no demand, and a free trial that the product's users get
is no work for nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from goldmine_ingest.criteria.case import ZERO, Case
from goldmine_ingest.criteria.features import Place
from goldmine_ingest.criteria.patterns import occurs
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.model.flags import FLAG, FLAGS
from goldmine_ingest.text.sentences import Role, patterns

_REASONS = {
    "free_sample": "asks for work before paying for it",
    "off_platform": "wants contact or payment outside the marketplace",
    "credentials": "asks for credentials, documents or an account before a contract",
    "simple_but_long": "calls it simple, then lists much",
    "full_time_disguised": "reads like a full-time job",
    "commission_only": "pays only if something sells or grows",
    "homework": "looks like someone's homework or exam",
    "speaks_to_models": "speaks to machines that read it",
}
_CUES = {name: f"{FLAG}{name}" for name in _REASONS} | {"simple_but_long": f"{FLAG}simple"}
# "Simple" with this many different things to deliver, or this many words, isn't.
_MUCH = 6
_LONG = 220
_BEFORE, _AFTER = 90, 70  # characters around a place that say how it is meant


def judge(case: Case) -> tuple[Finding, ...]:
    """The flags that show, in a fixed order, each with the words that show it."""
    flags = []
    for name, reason in _REASONS.items():
        if _CUES[name] not in case.facts.cues:
            continue
        quotes = _simple_but_long(case) if name == "simple_but_long" else _quotes(case, name)
        if quotes and not (name == "full_time_disguised" and case.posting.pay == "salary"):
            flags.append(
                Finding(
                    f"{FLAG}{name}",
                    "fail",
                    ZERO,
                    reason,
                    evidence=quotes,
                    setting=f"decision.flags.{name}",
                )
            )
    return tuple(flags)


def bits(flags: Iterable[Finding]) -> int:
    """Red flags as a stored measure holds them."""
    return sum(1 << FLAGS.index(finding.flag) for finding in flags if finding.flag)


def _quotes(case: Case, name: str) -> tuple[str, ...]:
    facts = case.facts
    return facts.quotes(
        [place for place in facts.places(f"flag:{name}") if _meant(case, name, place)]
    )


class _Said(NamedTuple):
    """The words of a flag, and what stands around them in their sentence."""

    language: str
    role: Role
    before: str
    words: str
    after: str

    @property
    def whole(self) -> str:
        return f"{self.before}{self.words}{self.after}"


def _meant(case: Case, name: str, place: Place) -> bool:
    """Whether the words at a place say what the flag is for."""
    sentences, (start, end) = case.facts.listing.sentences, place
    number = bisect_right(sentences, start, key=lambda sentence: sentence.start) - 1
    if number < 0 or sentences[number].role is Role.TAG:
        return False
    sentence, text = sentences[number], case.facts.searchable
    passage = _Said(
        case.facts.listing.language,
        sentence.role,
        text[max(sentence.start, start - _BEFORE) : start],
        text[start:end],
        text[end : max(end, min(sentence.end, end + _AFTER))],
    )
    if name not in _DENIALS_THEMSELVES and _is_denied(passage):
        return False
    checked = _CHECKS.get(name)
    return checked is None or checked(passage)


def _is_denied(passage: _Said) -> bool:
    expressions = patterns(passage.language)
    return occurs(expressions["denied_before"], passage.before) or occurs(
        expressions["denied_after"], passage.after
    )


# A denial is what these consist of ("no base salary").
_DENIALS_THEMSELVES = frozenset(("commission_only", "speaks_to_models"))


def _of_an_applicant(passage: _Said) -> bool:
    """Work for nothing is what an applicant does; users of a product have free trials too."""
    if "free" not in passage.words.lower():
        return True
    expressions = patterns(passage.language)
    if occurs(expressions["for_users"], passage.whole):
        return False
    asked_of_all = passage.role in (Role.APPLY, Role.TERMS, Role.REQUIREMENTS)
    return asked_of_all or occurs(expressions["of_applicant"], passage.whole)


def _demanded(passage: _Said) -> bool:
    """What the client offers to give is no demand."""
    return not occurs(patterns(passage.language)["offers"], passage.before)


def _for_certain(passage: _Said) -> bool:
    """Full time from the start, of the person who is wanted."""
    expressions = patterns(passage.language)
    return not (
        occurs(expressions["later"], passage.before)
        or occurs(expressions["optional"], f"{passage.before} {passage.after}")
    )


def _wanted(passage: _Said) -> bool:
    """A product that is called simple is the one that is wanted, not one that the client has."""
    expressions = patterns(passage.language)
    return not occurs(expressions["a_product"], passage.words) or occurs(
        expressions["wanted_before"], passage.before
    )


_CHECKS: Mapping[str, Callable[[_Said], bool]] = {
    "free_sample": _of_an_applicant,
    "credentials": _demanded,
    "full_time_disguised": _for_certain,
    "simple": _wanted,
}


def _simple_but_long(case: Case) -> tuple[str, ...]:
    facts = case.facts
    simple = [place for place in facts.places("flag:simple") if _meant(case, "simple", place)]
    if not simple:
        return ()
    wanted = {
        facts.quote(start, end).lower()
        for start, end in facts.places("spec.deliverable", "spec.tool")
    }
    listing = facts.listing
    length = sum(
        len(words)
        for words, s in zip(listing.words, listing.sentences, strict=True)
        if s.role not in (Role.TITLE, Role.TAG)
    )
    is_long = (len(wanted) >= _MUCH and length > _LONG / 2) or length > _LONG
    return facts.quotes(simple) if is_long else ()
