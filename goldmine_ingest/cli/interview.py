"""The questions of `goldmine init --interactive`, and how the answers get into the commented files.

An address that is typed here may hold a token: it goes into a file of its own that only its owner
can read, and the configuration refers to it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from goldmine_ingest.cli.new_file import write_new
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.settings.codes import country
from goldmine_ingest.settings.destinations import apprise_address
from goldmine_ingest.settings.feeds import feed_address
from goldmine_ingest.settings.kinds import Wrong, number

_SAMPLE_FEEDS = re.compile(r"^\[\[feed\]\] .*?(?=^# \[\[feed\]\])", re.DOTALL | re.MULTILINE)
_PHONE_EXAMPLE = re.compile(r"(?=^# \[\[notify\]\]\n# name = \"phone\")", re.MULTILINE)
_PROOFS = re.compile(r"^\[\[proof\]\]\n.*?(?=^\[proof_match\])", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; None and () where the question was passed over."""

    feed: str | None
    phone: str | None
    country: str | None
    proof: str | None
    skills: tuple[str, ...]
    first_step: str | None
    fixed: str | None
    hourly: str | None


def interview(texts: dict[str, str], folder: Path, session: Session) -> dict[str, str]:
    """The files with the answers in them; secrets are written at once. Raises UsageError where a
    configuration exists already.
    """
    for name in ("goldmine.toml", "criteria.toml"):
        if (folder / name).exists():
            raise UsageError(
                f"{folder / name} exists already",
                hint="nothing is overwritten: change it by hand, or choose another folder",
            )
    answers = _ask_all(session)
    changed = dict(texts)
    changed["goldmine.toml"] = _main_file(texts["goldmine.toml"], answers, folder)
    changed["criteria.toml"] = _criteria_file(texts["criteria.toml"], answers)
    return changed


def _ask_all(session: Session) -> Answers:
    session.say("Enter passes a question over; everything can be changed in the files later.")
    proof = _ask(session, "What finished work can you show? Its name, e.g. Finance reconciliation")
    skills = (
        _ask(session, "Which skills did it need? e.g. Python, SQL, Power BI") if proof else None
    )
    return Answers(
        feed=_ask(session, "Address of your saved-search feed (https://…)", feed_address),
        phone=_ask(
            session,
            "Where should alerts go? An Apprise URL, e.g. ntfy://ntfy.sh/YOUR-TOPIC",
            apprise_address,
        ),
        country=_ask(session, "Your country, two letters, e.g. DE", country),
        proof=proof,
        skills=tuple(part.strip() for part in (skills or "").split(",") if part.strip()),
        first_step=(
            _ask(session, "What is the first step that you would propose, in a sentence?")
            if proof
            else None
        ),
        fixed=_ask(session, "Least that a fixed-price job must pay, in USD, e.g. 500", _amount),
        hourly=_ask(session, "Least that an hour must pay, in USD, e.g. 40", _amount),
    )


def _amount(value: str) -> Decimal:
    try:
        return number(0, 10**9)(Decimal(value))
    except ArithmeticError:
        raise Wrong("is not a number", "digits, e.g. 500") from None


def _ask(
    session: Session, question: str, check: Callable[[str], object] = lambda _: None
) -> str | None:
    """The answer, asked for again until it passes the check; None for Enter."""
    while True:
        print(f"{question}: ", end="", file=session.err, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise UsageError("the questions were not answered to the end; nothing was written")
        answer = "".join(c for c in line.strip() if c.isprintable())
        if not answer:
            return None
        try:
            check(answer)
        except Wrong as wrong:
            session.complain(f"That {wrong.message}; expected {wrong.expected}.")
        else:
            return answer


def _main_file(text: str, answers: Answers, folder: Path) -> str:
    if answers.feed:
        address = _secret(folder, "feed-url", answers.feed)
        block = (
            '[[feed]]\nname = "my-feed"                     # any name; the history keeps it\nurl'
            f" = {address}\n\n"
        )
        text = _SAMPLE_FEEDS.sub(lambda _: block, text, count=1)
    if answers.phone and answers.phone != "terminal":
        address = _secret(folder, "phone-url", answers.phone)
        text = _PHONE_EXAMPLE.sub(
            lambda _: f'[[notify]]\nname = "phone"\nurl = {address}\n\n', text, count=1
        )
    return text


def _secret(folder: Path, name: str, value: str) -> str:
    """The reference to a file that holds the value, as TOML; the value is on no other disk block
    of ours.
    """
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", value):
        return json.dumps(value, ensure_ascii=False)
    path = folder / "secrets" / name
    if not write_new(path, value + "\n"):
        raise UsageError(
            f"{path} exists already", hint="nothing is overwritten: move it away first"
        )
    return json.dumps(f"secret:config/secrets/{name}")


def _criteria_file(text: str, answers: Answers) -> str:
    if answers.country:
        text = _set(text, "country", json.dumps(answers.country.upper()))
    if answers.fixed:
        text = _set(text, "fixed_minimum", answers.fixed)
    if answers.hourly:
        text = re.sub(r"(?m)^(hourly_minimum = )\S+(?=\n)", rf"\g<1>{answers.hourly}", text)
    if answers.proof:
        text = _PROOFS.sub(lambda _: _proof(answers), text, count=1)
    return text


def _set(text: str, key: str, value: str) -> str:
    return re.sub(rf"(?m)^({key} = )\S+", lambda m: m[1] + value, text, count=1)


def _proof(answers: Answers) -> str:
    lines = ["[[proof]]", f"name = {json.dumps(answers.proof, ensure_ascii=False)}"]
    lines.append(f"skills = {json.dumps(answers.skills, ensure_ascii=False)}")
    lines.append("phrases = []                         # words that such a job's text uses")
    if answers.first_step:
        lines.append(f"first_step = {json.dumps(answers.first_step, ensure_ascii=False)}")
    return "\n".join([*lines, "", ""])
