"""Several recipients in one URL: each is told by itself, whatever becomes of the others."""

from __future__ import annotations

from pathlib import Path

from tests.rig.feed_server import FeedServer
from tests.rig.people import PostOffice, Topics
from tests.rig.project import Home
from tests.rig.watching import item, serve, watching


def states(home: Home, destination: str = "phone") -> dict[str, list[str]]:
    """The states of a destination's alerts about jobs, by the label of the recipient."""
    rows = home.rows("SELECT destination, recipient, state, kind FROM alerts ORDER BY ALL")
    found: dict[str, list[str]] = {}
    for to, recipient, state, kind in rows:
        if to == destination and kind != "notice":
            found.setdefault(str(recipient).partition(" ")[2], []).append(str(state))
    return found


def cycles(home: Home, count: int, **every: float) -> None:
    for _ in range(count):
        home.clock.forward(**every)
        home.run()


def test_one_that_refuses_for_good_keeps_nothing_from_the_other(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Five jobs at once, then four hours: the healthy topic gets each once and at once, and
    hears which one refuses.
    """
    serve(feeds, "/a", *(item(n) for n in range(1, 6)))
    with Topics(refusing=["closed"]) as ntfy:
        home = watching(
            tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url("open", "closed")}"'}
        )
        report = home.run()
        assert ntfy.jobs("open") == {str(n): 1 for n in range(1, 6)}
        cycles(home, 48, minutes=5)
        assert ntfy.jobs("open") == {str(n): 1 for n in range(1, 6)}
        notices = [text for text in ntfy.got("open") if "takes no messages" in text]
    assert report.exit_status == 3
    assert len(notices) == 1
    assert "phone (cl…)" in notices[0]
    assert states(home) == {"op…": ["sent"] * 5, "cl…": ["retrying"] * 5}


def test_a_busy_or_silent_one_keeps_nothing_from_the_others(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """A rate limit and a missing answer are of one recipient: the others have everything."""
    serve(feeds, "/a", item(1), item(2))
    with Topics(busy=["busy"], hangs=["silent"]) as ntfy:
        to = {"phone": f'url = "{ntfy.url("busy", "silent", "open")}"'}
        home = watching(tmp_path, feeds, "/a", to=to)
        home.run()
        assert ntfy.jobs("open") == {"1": 1, "2": 1}
        ntfy.busy = ()
        cycles(home, 1, minutes=10)
        assert ntfy.jobs("busy") == {"1": 1, "2": 1}
        assert ntfy.jobs("open") == {"1": 1, "2": 1}


def test_each_address_of_a_mail_is_one(tmp_path: Path, feeds: FeedServer) -> None:
    """To, Cc and Bcc: one unknown user, and the others have each mail once."""
    serve(feeds, "/a", item(1), item(2))
    with PostOffice(refusing=["bad@example.com"]) as office:
        to = "to=you@example.com,bad@example.com&cc=cat@example.com&bcc=dan@example.com"
        url = f"mailto://127.0.0.1:{office.port}?from=me@example.com&{to}"
        home = watching(tmp_path, feeds, "/a", to={"mail": f'url = "{url}"\ndigest_at = []'})
        home.run()
        cycles(home, 6, hours=1)
        counted = {name: office.to(f"{name}@example.com") for name in ("you", "cat", "dan", "bad")}
        assert {len(recipients) for recipients, _ in office.mails} == {1}
    # Two jobs, and the notice that bad@example.com refuses.
    assert counted == {"you": 3, "cat": 3, "dan": 3, "bad": 0}
    assert states(home, "mail")["y…@example.com"] == ["sent", "sent"]


def test_the_message_limit_is_each_ones_own(tmp_path: Path, feeds: FeedServer) -> None:
    """Two an hour, three jobs, two recipients: each gets two now and one when a slot is free."""
    serve(feeds, "/a", item(1), item(2))
    with Topics() as ntfy:
        lines = f'url = "{ntfy.url("one", "two")}"\nmax_per_hour = 2\ndigest_at = []'
        home = watching(tmp_path, feeds, "/a", to={"phone": lines})
        home.run()
        serve(feeds, "/a", item(1), item(2), item(3))
        cycles(home, 1, minutes=6)
        assert [ntfy.jobs(topic) for topic in ("one", "two")] == [{"1": 1, "2": 1}] * 2
        cycles(home, 1, minutes=61)
        assert [ntfy.jobs(topic) for topic in ("one", "two")] == [{"1": 1, "2": 1, "3": 1}] * 2


def test_where_all_refuse_it_is_told_of_the_destination_elsewhere(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """One notice, not one for each; and it is said when they are back."""
    serve(feeds, "/a", item(1), item(2))
    with Topics(refusing=["one", "two"]) as ntfy, Topics() as mail:
        to = {
            "phone": f'url = "{ntfy.url("one", "two")}"',
            "mail": f'url = "{mail.url("m")}"\nfeeds = ["a"]',
        }
        home = watching(tmp_path, feeds, "/a", to=to)
        home.run()
        told = [text for text in mail.got("m") if "takes no messages" in text]
        assert ["destination phone takes no messages" in text for text in told] == [True]
        ntfy.refusing = ()
        cycles(home, 1, minutes=6)
        assert sum("takes messages again" in text for text in mail.got("m")) == 1
        assert ntfy.jobs("one") == ntfy.jobs("two") == {"1": 1, "2": 1}


def test_nobodys_address_is_written_down(tmp_path: Path, feeds: FeedServer) -> None:
    """Not in the history, its published copy or the files beside it: labels and keyed hashes
    only.
    """
    serve(feeds, "/a", item(1))
    canaries = ["-1004815162342", "+4915123456789", "canary-topic-one"]
    with Topics(refusing=["canary-topic-one"]) as ntfy:
        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url(*canaries)}"'})
        home.settings = 'publish = "data/history.duckdb"\npublish_every = "1m"\n' + home.settings
        home.run()
        cycles(home, 1, minutes=6)
        recipients = home.rows("SELECT DISTINCT recipient FROM alerts")
    shown = sorted(str(recipient) for (recipient,) in recipients)
    assert len(shown) == 3
    assert all(key.isalpha() and len(key) == 12 for key, _, _ in (r.partition(" ") for r in shown))
    data = tmp_path / "data"
    key = (data / "goldmine.duckdb.key").read_bytes()
    assert (data / "goldmine.duckdb.key").stat().st_mode & 0o777 == 0o600
    for file in (f for f in data.rglob("*") if f.is_file()):
        content = file.read_bytes()
        assert not any(canary.strip("-+").encode() in content for canary in canaries), file
        assert file.suffix == ".key" or key not in content, file


def test_from_one_to_two_and_back_nothing_is_lost_or_doubled(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Whoever stays goes on where they stood, waiting alerts too; who joins owes from then on;
    what waited for who left ends.
    """
    with Topics(refusing=["one", "two"]) as ntfy:

        def name(*topics: str) -> None:
            home.settings = watching(
                tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url(*topics)}"'}
            ).settings

        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url("one")}"'})
        serve(feeds, "/a", item(1))
        home.run()
        assert [r for (r,) in home.rows("SELECT recipient FROM alerts")] == [""]
        name("two", "one")
        serve(feeds, "/a", item(1), item(2))
        cycles(home, 1, minutes=6)
        ntfy.refusing = ["two"]
        cycles(home, 1, minutes=6)
        assert ntfy.jobs("one") == {"1": 1, "2": 1}
        name("one")
        serve(feeds, "/a", item(1), item(2), item(3))
        cycles(home, 2, minutes=6)
        assert ntfy.jobs("one") == {"1": 1, "2": 1, "3": 1}
        ended = home.rows(
            "SELECT state, cause FROM alerts WHERE recipient LIKE '% t…' AND kind = 'match'"
        )
        assert ended == [("suppressed", "recipient_gone")]
        name("one", "two")
        ntfy.refusing = ()
        serve(feeds, "/a", item(1), item(2), item(3), item(4))
        cycles(home, 2, minutes=6)
        assert ntfy.jobs("one") == {"1": 1, "2": 1, "3": 1, "4": 1}
        assert ntfy.jobs("two") == {"4": 1}


def test_another_spelling_of_the_same_url_changes_nothing(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Order, a rotated token, another host."""
    serve(feeds, "/a", item(1))
    with Topics() as ntfy, Topics() as other:
        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url("one", "two")}"'})
        home.run()
        before = home.rows("FROM recipient ORDER BY ALL")
        home.settings = home.settings.replace(ntfy.url("one", "two"), other.url("two", "one"))
        serve(feeds, "/a", item(1), item(2))
        cycles(home, 1, minutes=6)
        assert home.rows("FROM recipient ORDER BY ALL") == before
        assert other.jobs("one") == other.jobs("two") == {"2": 1}
