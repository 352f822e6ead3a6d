"""How the answers of the interview get into the commented files, and what then becomes of the
listings that the person wanted.

An address that is typed may hold a token: it goes into a file of its own that only its owner can
read, and the configuration refers to it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.cli.interview import Answers, allowing
from goldmine_ingest.cli.new_file import write_new
from goldmine_ingest.cli.output import printable
from goldmine_ingest.cli.parser import parse
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config.starters import (
    read_starter,
    sample_feeds,
    with_proofs,
    with_starter,
)
from goldmine_ingest.errors import UsageError
from goldmine_ingest.pipeline.ingest.pasted_listing import judge_read
from goldmine_ingest.settings.project import Project

_SAMPLE_FEEDS = re.compile(r"^\[\[feed\]\] .*?(?=^# \[\[feed\]\])", re.DOTALL | re.MULTILINE)
_PHONE_EXAMPLE = re.compile(r"(?=^# \[\[notify\]\]\n# name = \"phone\")", re.MULTILINE)


def refuse_existing(folder: Path) -> None:
    """Raises UsageError where a configuration exists already."""
    for name in ("goldmine.toml", "criteria.toml"):
        if (folder / name).exists():
            raise UsageError(
                f"{folder / name} exists already",
                hint="nothing is overwritten: change it by hand, or choose another folder",
            )


def with_answers(texts: dict[str, str], answers: Answers, folder: Path) -> dict[str, str]:
    """The files with the answers in them; secrets are written at once."""
    changed = dict(texts)
    if answers.trade:
        changed |= sample_feeds(answers.trade)
    if answers.feed:
        changed = {name: text for name, text in changed.items() if not name.startswith("sample-")}
    changed["goldmine.toml"] = _main_file(texts["goldmine.toml"], answers, folder)
    changed["criteria.toml"] = _criteria_file(texts["criteria.toml"], answers)
    return changed


def _main_file(text: str, answers: Answers, folder: Path) -> str:
    if answers.feed:
        address = _secret(folder, "feed-url", answers.feed.address)
        block = (
            '[[feed]]\nname = "my-feed"                     # any name; the history keeps it\n'
            f"url = {address}\n\n"
        )
        text = _SAMPLE_FEEDS.sub(lambda _: block, text, count=1)
        if answers.feed.own_network:
            text = allowing(text, answers.feed.own_network)
    if answers.phone:
        address = _secret(folder, "phone-url", answers.phone)
        block = f'[[notify]]\nname = "phone"\nurl = {address}\n\n'
        text = _PHONE_EXAMPLE.sub(lambda _: block, text, count=1)
    return text


def _secret(folder: Path, name: str, value: str) -> str:
    """The reference to a file that holds the value, as TOML; a path is no secret."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", value):
        return json.dumps(value, ensure_ascii=False)
    path = folder / "secrets" / name
    if not write_new(path, value + "\n"):
        raise UsageError(
            f"{path} exists already", hint="nothing is overwritten: move it away first"
        )
    return json.dumps(f"secret:config/secrets/{name}")


def _criteria_file(text: str, answers: Answers) -> str:
    if answers.trade:
        text = with_starter(text, read_starter(answers.trade))
    if answers.work:
        proof = answers.work.proof()
        table: dict[str, object] = {"name": proof.name}
        table |= {"url": proof.url} if proof.url else {}
        table |= {"result": proof.result} if proof.result else {}
        table |= {"skills": list(proof.skills), "phrases": list(proof.phrases)}
        table |= {"first_step": answers.first_step} if answers.first_step else {}
        text = with_proofs(text, [table])
    for key, value in (
        ("country", json.dumps(answers.country)),
        ("timezone", json.dumps(answers.timezone)),
        ("languages", json.dumps(list(answers.languages))),
        ("currency", json.dumps(answers.currency)),
        ("fixed_minimum", f"{answers.fixed:f}"),
        ("hourly_minimum", f"{answers.hourly:f}"),
    ):
        text = _set(text, key, value)
    return text


def _set(text: str, key: str, value: str) -> str:
    """The key's last line of its own in the example's form: [budget] stands behind the proofs."""
    lines = list(re.finditer(rf"(?m)^{key} = (\[.*?\]|\S+)", text))
    if not lines:
        return text
    line = lines[-1]
    return f"{text[: line.start()]}{key} = {value}{text[line.end() :]}"


def try_it(answers: Answers, folder: Path, session: Session) -> None:
    """What becomes of the listings that were wanted; then, if it was agreed to, a test message to
    the phone and what a cycle would send, as it would be sent.
    """
    path = folder / "goldmine.toml"
    _tell_of_wanted(answers, config.load(path, env=session.env, cwd=session.cwd), session)
    if answers.try_now and answers.phone:
        parse(["--config", str(path), "notify", "test", "phone"]).run()
    if answers.try_now:
        parse(["--config", str(path), "run", "--dry-run", "--all"]).run()


def _tell_of_wanted(answers: Answers, project: Project, session: Session) -> None:
    """For each listing that was said to be wanted: that it would have come, or why not."""
    feed = answers.feed
    if feed is None or feed.read is None:
        return
    for one in judge_read(feed.read, project, session.now()):
        posting, decision = one.listing.posting, one.decision
        if (posting.url or posting.title) in feed.wanted:
            qualified = decision.decision == "qualified"
            told = "would have come" if qualified else f"{decision.decision}: {decision.reason}"
            print(printable(f"you wanted “{posting.title}”: {told}"), file=session.out)
