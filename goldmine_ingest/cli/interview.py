"""`goldmine init --interactive`: ten short questions, each with a default and a way back, then a
summary. What is written passes `check`; what was said to be wanted qualifies, or it is said why
not.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies
from pytz import country_timezones

from goldmine_ingest import config
from goldmine_ingest.analysis.proof_draft import Draft, draft
from goldmine_ingest.cli.feeds_add import OwnNetworkError, as_feed, look
from goldmine_ingest.cli.given import given_money
from goldmine_ingest.cli.output import print_table, printable
from goldmine_ingest.cli.questions import agreed, ask, ask_all
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config.starters import starter_names
from goldmine_ingest.criteria.own_terms import Rarity
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.fetch.guard import parse_url
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead
from goldmine_ingest.render.pay import pay_text
from goldmine_ingest.settings.codes import country
from goldmine_ingest.settings.destinations import apprise_address
from goldmine_ingest.settings.feeds import feed_address
from goldmine_ingest.settings.kinds import Wrong
from goldmine_ingest.text.lemmas import Lemmas, lowered

_SHOWN = 3
_LONGEST = 200_000  # characters of a text about finished work


@dataclass(frozen=True, slots=True)
class SeenFeed:
    """An address, what it held when it was looked at (None where it could not be read), and the
    links of the listings that the person would have wanted. `own_network` is the 'host:port' of
    one that lies on a network of theirs and may be asked there.
    """

    address: str
    read: FeedRead | None = None
    wanted: frozenset[str] = frozenset()
    own_network: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered. None: the example in the file stays."""

    country: str
    currency: str
    timezone: str
    languages: tuple[str, ...]
    trade: str | None
    feed: SeenFeed | None
    work: Draft | None
    first_step: str | None
    fixed: Decimal
    hourly: Decimal
    phone: str | None
    try_now: bool


def interview(texts: dict[str, str], session: Session) -> Answers:
    """The answers, agreed to. Raises UsageError where nobody answers any more."""
    session.say(
        "Enter takes what stands in brackets, < goes back. Nothing is written before the end."
    )
    while True:
        answers = _answers(ask_all(_steps(texts, session), session))
        print_table(("", ""), _summary(answers), session.err)
        if ask(session, "Is that right?", agreed, default="y"):
            return answers
        session.say("Once more from the beginning; your answers are not kept.")


def _steps(texts: dict[str, str], session: Session) -> list[tuple[str, Any]]:
    trades = ", ".join(starter_names())

    def money(question: str, default: str) -> Any:
        return lambda given: ask(
            session, f"{question}, in {_currency(given['country'])}", _amount, default=default
        )

    return [
        ("country", lambda _: ask(session, "1/10 Your country", _country, default=_here(session))),
        (
            "trade",
            lambda _: ask(
                session, f"2/10 Your trade ({trades}), or none of these", _trade, default="none"
            ),
        ),
        ("feed", lambda _: _feed(texts, session)),
        ("work", lambda given: _work(given["feed"], session)),
        (
            "first_step",
            lambda _: ask(
                session, "5/10 What would you do first on such a job, in a sentence", str.strip
            ),
        ),
        ("fixed", money("6/10 The least that a whole job must pay", "500")),
        ("hourly", money("7/10 The least that an hour must pay", "40")),
        ("phone", lambda _: _phone(session)),
        (
            "try_now",
            lambda _: ask(
                session,
                "9/10 Send a test message and try it on the feed when it is written?",
                agreed,
                default="y",
            ),
        ),
    ]


def _answers(given: dict[str, Any]) -> Answers:
    code = given["country"]
    zones = country_timezones.get(code, ("UTC",))
    spoken = [name for name in get_official_languages(code, de_facto=True) if len(name) == 2]
    return Answers(
        country=code,
        currency=_currency(code),
        timezone=zones[0],
        languages=tuple(dict.fromkeys(["en", *spoken])),
        trade=given["trade"],
        feed=given["feed"],
        work=given["work"],
        first_step=given["first_step"] or None,
        fixed=given["fixed"],
        hourly=given["hourly"],
        phone=given["phone"],
        try_now=given["try_now"],
    )


def _here(session: Session) -> str:
    """The country that this computer's language settings name."""
    place = session.env.get("LC_ALL") or session.env.get("LANG") or ""
    code = place.partition(".")[0].rpartition("_")[2]
    return code if len(code) == 2 and code.isalpha() else "US"


def _country(text: str) -> str:
    code: str = country.read(text.upper())
    return code


def _currency(code: str) -> str:
    currencies = get_territory_currencies(code)
    return str(currencies[-1]) if currencies else "USD"


def _trade(text: str) -> str | None:
    if text.casefold() in ("none", "no"):
        return None
    if text not in starter_names():
        raise Wrong("is none of them", f"one of: {', '.join(starter_names())}; or none")
    return text


def _amount(text: str) -> Decimal:
    """ "£350", "45/h" and "3.2k" are understood."""
    bare = text.casefold().removesuffix("/hour").removesuffix("/hr").removesuffix("/h").strip()
    try:
        return given_money(bare).amount.normalize()
    except argparse.ArgumentTypeError as error:
        raise Wrong("is no amount", "a figure such as 500, £350 or 3.2k") from error


def _feed(texts: dict[str, str], session: Session) -> SeenFeed | None:
    """The address, read at once: three of its listings are shown."""
    address = ask(
        session,
        "3/10 Address of your saved search (https://…); none: the sample feeds",
        _address,
        default="none",
    )
    if address is None:
        return None
    try:
        seen = _looked_at(address, texts, session)
    except GoldmineError as error:
        session.complain(error.message)
        if ask(session, "Take it all the same?", agreed, default="n"):
            return SeenFeed(address)
        return _feed(texts, session)
    wanted = set()
    for posting in _postings(seen.read)[:_SHOWN]:
        shown = printable(f"{posting.title} · {pay_text(posting)}")
        if ask(session, f"  {shown}\n  would you have wanted this one?", agreed, default="n"):
            wanted.add(posting.url or posting.title)
    return replace(seen, wanted=frozenset(wanted))


def _looked_at(address: str, texts: dict[str, str], session: Session) -> SeenFeed:
    """What it holds. An RSSHub at home is asked once its owner said that it is theirs."""
    try:
        return SeenFeed(address, _read(address, texts, session))
    except OwnNetworkError:
        place = parse_url(address).place
        question = f"  {place} is on your own network. Is it yours, and may it be asked?"
        if not ask(session, question, agreed, default="n"):
            raise
    open_to_it = texts | {"goldmine.toml": allowing(texts["goldmine.toml"], place)}
    return SeenFeed(address, _read(address, open_to_it, session), own_network=place)


def allowing(text: str, place: str) -> str:
    """The commented goldmine.toml with a place of one's own network that may be asked."""
    text = re.sub(r"(?m)^# \[fetch\]$", "[fetch]", text, count=1)
    allowed = f"allow_private = [{json.dumps(place)}]"
    return re.sub(r"(?m)^# allow_private = \[\]", lambda _: allowed, text, count=1)


def _postings(read: FeedRead | None) -> list[Posting]:
    entries = read.entries if read else ()
    return [entry.posting for entry in entries if entry.posting is not None]


def _address(text: str) -> str | None:
    if text.casefold() == "none":
        return None
    feed_address(text)
    return text


def _read(address: str, texts: dict[str, str], session: Session) -> FeedRead:
    """What the address holds, asked as the files that are to be written would ask it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "config"
        place.mkdir()
        for name, text in texts.items():
            (place / name).write_text(text, encoding="utf-8")
        project = config.load(place / "goldmine.toml", env=session.env, cwd=session.cwd)
        read, _ = look(as_feed(address, project), project, session, session.redactor())
        return read


def _work(feed: SeenFeed | None, session: Session) -> Draft | None:
    """A proof drafted from the person's own words, offered for ticking."""
    text = ask(
        session,
        "4/10 A finished work of yours: a paragraph, or a file with a text about it (none: later)",
        lambda given: _text(given, session),
        default="none",
    )
    if text is None:
        return None
    drafted = draft(text, Rarity(None, Lemmas()), Lemmas())
    if drafted is None or not drafted.phrases:
        session.complain(
            "That names nothing that a listing could ask for: say what the client's problem was,"
            " what you did, and with which tools."
        )
        return _work(feed, session)
    name = ask(session, "  what to call it", lambda given: given[:60], default=drafted.name)
    rows = [
        (number, phrase.text, _occurs(phrase.text, feed))
        for number, phrase in enumerate(drafted.phrases, start=1)
    ]
    print_table(("", "phrase", "listings of your feed that use it"), rows, session.err)
    left_out = ask(session, "  numbers to leave out (Enter: none)", _numbers)
    phrases = tuple(
        phrase for number, phrase in enumerate(drafted.phrases, 1) if number not in left_out
    )
    return Draft(name, drafted.url, drafted.result, drafted.skills, phrases or drafted.phrases)


def _text(given: str, session: Session) -> str | None:
    if given.casefold() == "none":
        return None
    path = session.cwd / given
    try:
        if len(given) < 250 and path.is_file():
            return path.read_text(encoding="utf-8")[:_LONGEST]
    except (OSError, UnicodeDecodeError):
        raise Wrong("is a file that can't be read as text", "UTF-8 text, or a paragraph") from None
    return given


def _numbers(text: str) -> frozenset[int]:
    parts = text.replace(",", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        raise Wrong("are no numbers", "numbers such as 2 5")
    return frozenset(map(int, parts))


def _occurs(phrase: str, feed: SeenFeed | None) -> str:
    if feed is None or feed.read is None:
        return "–"
    texts = [lowered(f"{p.title} {p.description}") for p in _postings(feed.read)]
    return f"{sum(phrase in text for text in texts)} of {len(texts)}"


def _phone(session: Session) -> str | None:
    topic = f"goldmine-{secrets.token_hex(8)}"
    session.say(
        f"8/10 Your phone. The simplest: install the app ntfy and subscribe to {topic}\n"
        "     (whoever knows the name can read along). Or any Apprise URL; no: this terminal only."
    )
    return ask(session, "     where alerts go", _destination, default=f"ntfy://ntfy.sh/{topic}")


def _destination(text: str) -> str | None:
    if text.casefold() in ("no", "none", "terminal"):
        return None
    apprise_address(text)
    return text


def _summary(answers: Answers) -> list[tuple[str, str]]:
    work = answers.work
    return [
        ("you", f"{answers.country}, {answers.timezone}, {' '.join(answers.languages)}"),
        ("trade", answers.trade or "none of the starters"),
        ("feed", "yours" if answers.feed else "the two samples"),
        ("proof", work.name if work else "the example's, to overwrite"),
        ("phrases", ", ".join(phrase.text for phrase in work.phrases) if work else ""),
        ("first step", answers.first_step or ""),
        ("floors", f"{answers.fixed:f} {answers.currency}, {answers.hourly:f} an hour"),
        ("alerts go to", "this terminal" if answers.phone is None else "your phone, and here"),
    ]
