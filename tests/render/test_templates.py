"""The user's own wording: escaped facts in, limits and link kept, and a broken template falls
back and says so.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import TARGETS, TargetKind
from goldmine_ingest.render.templates import Template, TemplateError
from tests.alert_cases import LINK, listing, match
from tests.rig.command import goldmine
from tests.rig.feed_server import FeedServer
from tests.rig.receiver import Receiver
from tests.rig.watching import item, serve, watching

WORDS = (
    "{{ title }} pays {{ pay }}: {{ quotes | join(', ') }} ({{ score }})\n{% if flags %}Beware: {{"
    " flags[0] }}\n{% endif %}{{ link }}"
)
HOSTILE = "*b* [x](http://evil) <b> @everyone <!channel>"
KINDS = [kind for kind in TargetKind if kind is not TargetKind.WEBHOOK]


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.mark.parametrize("kind", KINDS)
def test_facts_are_escaped_and_the_link_is_once_in_it(kind: TargetKind) -> None:
    made = render(match(listing(title=HOSTILE)), kind, Template("phone.txt", WORDS))
    assert "Beware: asks to talk outside the platform" in made.body.replace("\\", "")
    assert made.body.count(LINK) >= 1
    assert made.size <= TARGETS[kind].limit
    if kind is not TargetKind.TERMINAL:
        assert "@everyone" not in made.body
        assert "http://evil" not in made.body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("title", ["x" * 300_000, "<&*" * 2000, "👩\u200d💻" * 5000])
def test_a_long_message_is_cut_between_facts_with_the_link_kept(
    kind: TargetKind, title: str
) -> None:
    made = render(
        match(listing(title=title)),
        kind,
        Template("phone.txt", "{{ title }} {{ title }} {{ first_step }}"),
    )
    assert LINK in made.body
    assert made.size <= TARGETS[kind].limit


@pytest.mark.parametrize(
    "source",
    [
        "{{ nothing }}",
        "{% if %}",
        "{{ title.__class__.__mro__ }}",
        "{{ feeds.append('x') }}",
        "{{ 1 / 0 }}",
        "{% include 'x' %}",
        "y" * 5000,
        "{{ ''.join.__globals__ }}",
    ],
)
def test_a_template_that_cant_be_used_says_so(source: str) -> None:
    """Unknown names, syntax, ways out of the sandbox, texts that can't fit."""
    with pytest.raises(TemplateError) as caught:
        render(match(), TargetKind.PUSHOVER, Template("phone.txt", source))
    assert caught.value.subject == "phone.txt"


def test_marks_stay_in_the_title_whatever_the_template_says() -> None:
    made = render(match(may_repeat=True), TargetKind.NTFY, Template("ntfy.txt", "{{ pay }}"))
    assert made.title.startswith("(may repeat)")
    assert made.body == f"$500–1,000 fixed\n{LINK}"


def test_rendering_imports_no_jinja() -> None:
    code = (
        "import sys, goldmine_ingest.render.rendering, goldmine_ingest.pipeline; print('jinja2' in"
        " sys.modules)"
    )
    assert (
        subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "False"
    )


def test_a_broken_template_falls_back_and_the_good_one_is_used(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """The destination's own comes before its kind's; the run says what was wrong, and is no
    failure for it.
    """
    serve(feeds, "/a", item(1))
    place = watching(tmp_path, feeds, "/a", to={"here": 'url = "terminal"'})
    templates = tmp_path / "config" / "templates"
    templates.mkdir(parents=True)
    (templates / "terminal.txt").write_text("KIND {{ pay }}")
    (templates / "here.txt").write_text("{{ oops }}")
    report = place.run()
    assert (report.sent, report.exit_status) == (1, 0)
    assert any(
        "here.txt" in note and "oops" in note and "built-in" in note for note in report.notes
    )
    assert "\nLead: " in place.printed.getvalue()
    (templates / "here.txt").unlink()
    serve(feeds, "/a", item(1), item(2))
    place.clock.forward(minutes=10)
    place.run()
    assert "KIND $1,500 fixed" in place.printed.getvalue()


def test_check_and_notify_test_say_which_template_is_broken(tmp_path: Path) -> None:
    """`notify test` sends a real-looking match in the user's wording and says what was answered,
    and in what time.
    """
    with Receiver() as sink:
        goldmine("init", cwd=tmp_path)
        with (tmp_path / "config" / "goldmine.toml").open("a") as file:
            file.write(
                f'\n[[notify]]\nname = "phone"\nurl = "{sink.url()}"\n[[notify]]\nname ='
                ' "down"\nurl = "json://127.0.0.1:9/"\n'
            )
        templates = tmp_path / "config" / "templates"
        templates.mkdir()
        (templates / "screen.txt").write_text("{% broken")
        (templates / "nobody.txt").write_text("x")
        checked = goldmine("check", cwd=tmp_path)
        tested = goldmine("notify", "test", cwd=tmp_path)
    assert "templates/screen.txt" in checked.stdout
    assert "templates/nobody.txt" in checked.stdout
    assert tested.returncode == 3
    assert "screen.txt" in tested.stderr
    (message,) = [arrived.message for arrived in sink.accepted]
    assert (message["kind"], message["destination"]) == ("test", "phone")
    for words in ("accepted (HTTP 200)", " s", "down", "refused"):
        assert words in tested.stdout
