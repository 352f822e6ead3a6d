"""From a clone to the first own alert on a phone, as a person does it, with a clock beside it.

    python -m tools.first_hour [--python python3.13]

It clones this checkout, then types the commands of README's first block ("The first hour") in a
shell of its own with an empty home: an environment is made, the interview is answered at a terminal
with a feed that is served on loopback, and its test message and alerts go to a server on loopback
that answers as ntfy does. Then a client posts a job, and the last command is typed again. It ends
with 0 when the alert of that job has arrived at the phone, and prints each step with its seconds.

What it can't show: how long a person thinks, and how long the app on the phone takes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.rig.feed_server import Answer, FeedServer
from tests.rig.people import Topics
from tests.rig.terminal import on_a_terminal
from tests.rig.waiting import wait_for

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"<!-- the first hour -->\n```\n(.*?)^```", re.DOTALL | re.MULTILINE)
TOPIC = "goldmine-of-ada"
PATIENCE = 1800.0  # seconds that one command may take on a busy machine
WORK = (
    "Brand identity of a cheese dairy: logo, packaging design and brand guidelines for nine kinds"
    " of cheese, which the printer and two shops went on using without asking back."
)
JOBS = (
    (
        "Brand identity for a brewery",
        "Logo, packaging design for six bottles and brand guidelines.",
    ),
    ("Type 900 addresses", "Data entry from scans, paid by the hundred."),
    ("Packaging design for honey", "Three jars, one brand identity, files for the printer."),
    ("Brand identity for a mill", "Logo, packaging design for five flours and brand guidelines."),
)


@dataclass
class Record:
    """What was typed, and how long the machine then took."""

    steps: list[tuple[str, str, float]] = field(default_factory=list)

    def add(self, kind: str, typed: str, began: float) -> None:
        self.steps.append((kind, typed, time.monotonic() - began))

    def count(self, kind: str) -> int:
        return sum(each == kind for each, _, _ in self.steps)

    @property
    def seconds(self) -> float:
        return sum(seconds for _, _, seconds in self.steps)


def commands() -> list[str]:
    """README's, in order."""
    block = BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert block is not None, "README has no block of the first hour"
    return [line for line in block[1].splitlines() if line.strip()]


def feed(count: int) -> Answer:
    """The saved search with so many of the jobs, the newest last."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    items = [
        {
            "id": f"https://jobs.example/{number}",
            "url": f"https://jobs.example/{number}",
            "title": title,
            "content_text": f"{text} Budget: $1,500 fixed price.",
            "date_published": now,
        }
        for number, (title, text) in enumerate(JOBS[:count])
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "Jobs", "items": items}
    body = json.dumps(document).encode()
    return Answer(body=body, headers={"Content-Type": "application/feed+json"})


def answers(feed_url: str, phone_url: str) -> list[tuple[str, str]]:
    """Each question's own words, and what a brand designer answers."""
    return [
        ("1/10", "DE"),
        ("2/10", "design"),
        ("3/10", feed_url),
        ("on your own network", "y"),  # as an RSSHub at home is
        ("Brand identity for a brewery", "y"),
        ("Type 900 addresses", "n"),
        ("Packaging design for honey", "y"),
        ("4/10", WORK),
        ("what to call it", ""),
        ("numbers to leave out", ""),
        ("5/10", "Show two directions on one page"),
        ("6/10", "£350"),
        ("7/10", "45/h"),
        ("where alerts go", phone_url),
        ("9/10", "y"),
        ("Is that right?", "y"),
    ]


def first_hour(folder: Path, python: str) -> tuple[Record, list[str]]:
    """What was done, and what the phone got."""
    record = Record()
    env = {
        **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))},
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PYTHON": python,
    }
    with FeedServer() as server, Topics() as phone:
        posted = len(JOBS) - 1
        server.script("/saved-search", lambda _: feed(posted))
        clone, install, interview, run = commands()
        clone = clone.replace("ADDRESS", shlex.quote(str(ROOT)))
        _type(clone, folder, env, record)
        home = folder / "goldmine-ingest"
        _type(install, home, env, record)
        _type_answers(
            interview, answers(server.url("/saved-search"), phone.url(TOPIC)), home, env, record
        )
        _type(run, home, env, record)
        assert not _alerts(phone), "what the feed held already must not ring"
        posted = len(JOBS)
        _type(run, home, env, record)
        return record, _alerts(phone)


def _alerts(phone: Topics) -> list[str]:
    return [text for text in phone.got(TOPIC) if JOBS[-1][0] in text]


def _type(command: str, cwd: Path, env: Mapping[str, str], record: Record) -> None:
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - README's commands, as a person types them
        ["/bin/sh", "-ec", command],
        cwd=cwd,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    record.add("command", command, began)


def _is_shown(text: str, shown: Path) -> bool:
    return shown.exists() and text in shown.read_text()


def _type_answers(
    command: str,
    given: Sequence[tuple[str, str]],
    cwd: Path,
    env: Mapping[str, str],
    record: Record,
) -> None:
    """The interview at a terminal: each answer once its question is there."""
    shown = cwd / "shown.txt"
    began = time.monotonic()
    with on_a_terminal(shlex.split(command), cwd=cwd, env=env, copy=shown) as terminal:
        record.add("command", command, began)
        for question, answer in given:
            began = time.monotonic()
            wait_for(partial(_is_shown, question, shown))
            os.write(terminal.screen, f"{answer}\n".encode())
            record.add("answer", answer or "(Enter)", began)
        began = time.monotonic()
        status = terminal.process.wait(PATIENCE)
        assert status == 0, shown.read_text()
        record.add("wait", "its test message and its dry run", began)


def report(record: Record) -> str:
    """A line for each step, then the sum."""
    lines = [f"{seconds:7.1f} s  {kind:8} {typed[:90]}" for kind, typed, seconds in record.steps]
    lines.append(
        f"{record.seconds:7.1f} s  in all: {record.count('command')} commands and"
        f" {record.count('answer')} answers until the alert was on the phone"
    )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--python", default="python3", help="the interpreter that make uses")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        record, alerts = first_hour(Path(folder), given.python)
    print(report(record))
    if not alerts:
        print("the alert never arrived", file=sys.stderr)
        return 1
    print(f"\non the phone:\n{alerts[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
