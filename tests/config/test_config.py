"""Configuration files, good and bad: every problem is found at once, under its dotted path."""

from __future__ import annotations

import os
import pickle
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.config import ConfigProblems
from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.errors import ConfigError, UnavailableError
from goldmine_ingest.settings.criteria import BudgetSettings
from goldmine_ingest.settings.destinations import QuietHours
from goldmine_ingest.settings.feeds import Backlog
from goldmine_ingest.settings.project import Project
from goldmine_ingest.settings.reference import Reference
from tests.rig.fault_table import fault

FEED = '[[feed]]\nname = "a"\nurl = "file:feed.xml"\n'
NOTIFY = '[[notify]]\nname = "n"\nurl = "terminal"\n'
PROOF = '[[proof]]\nname = "p"\nskills = ["SQL"]\n'


def project(folder: Path, main: str = FEED + NOTIFY, criteria: str = PROOF) -> Project:
    """The project of two files in a private folder."""
    target = folder / "config"
    target.mkdir(exist_ok=True, mode=0o700)
    for name, text in (("goldmine.toml", main), ("criteria.toml", criteria)):
        (target / name).write_text(text, encoding="utf-8")
        (target / name).chmod(0o600)
    return config.load(None, env={}, cwd=folder)


def problems(folder: Path, main: str = FEED + NOTIFY, criteria: str = PROOF) -> dict[str, str]:
    """Where and what is wrong."""
    with pytest.raises(ConfigProblems) as caught:
        project(folder, main, criteria)
    return {problem.where: problem.message for problem in caught.value.problems}


# A piece of goldmine.toml (or of criteria.toml) and where the problem is; the rest of the files is
# fine.
BAD_MAIN = [
    (FEED + '[serve]\nhosts = ["http://box.example"]\n', "serve.hosts[0]"),
    (FEED + '[serve]\nhosts = ["box.example:4200"]\n', "serve.hosts[0]"),
    (FEED + '[serve]\nhosts = "box.example"\n', "serve.hosts"),
    (FEED + '[fetch]\nuser_agnet = "x"\n', "fetch.user_agnet"),
    (FEED + '[databse]\npath = "x"\n', "databse"),
    (FEED + 'every = "0s"\n', "feed[0].every"),
    (FEED + 'every = "-1m"\n', "feed[0].every"),
    (FEED + 'every = "1000000000000s"\n', "feed[0].every"),
    (FEED + 'every = "25h"\n', "feed[0].every"),
    (FEED + "every = 5\n", "feed[0].every"),
    (FEED + 'enabled = "yes"\n', "feed[0].enabled"),
    (FEED + 'platform = "upwrok"\n', "feed[0].platform"),
    (FEED + 'backlog = "some"\n', "feed[0].backlog"),
    (FEED + 'max_age = "soon"\n', "feed[0].max_age"),
    (FEED + 'proofs = ["nothing"]\n', "feed[0].proofs[0]"),
    (FEED + 'headers = { "a b" = "c" }\n', "feed[0].headers.a b"),
    (FEED + FEED, "feed[1].name"),
    ('[[feed]]\nname = "a"\n', "feed[0].url"),
    ('[[feed]]\nurl = "file:x"\n', "feed[0].name"),
    ('[[feed]]\nname = " a"\nurl = "file:x"\n', "feed[0].name"),
    *(
        (f'[[feed]]\nname = "a"\nurl = "{url}"\n', "feed[0].url")
        for url in (
            "ftp://x",
            "feed.xml",
            "env:",
            "env:A B",
            "file:",
            "imap:nobody",
            "webhook:x",
            "https://",
            "http://h:99999/",
            "exec:ls",
        )
    ),
    (NOTIFY, "feed"),
    ("feed = 3\n", "feed"),
    (FEED + '[database]\nbackups = "x"\n', "database.backups"),
    (FEED + '[database]\npublish = "data/goldmine.duckdb"\n', "database.publish"),
    (FEED + '[fetch]\nmax_body = "51MiB"\n', "fetch.max_body"),
    (FEED + '[fetch]\nallow_private = ["localhost"]\n', "fetch.allow_private[0]"),
    (FEED + '[fetch]\nconnect_timeout = "40s"\n', "fetch.connect_timeout"),
    (FEED + '[fetch]\nproxy = "nonsense"\n', "fetch.proxy"),
    (FEED + '[alerts]\nuncertain = "maybe"\n', "alerts.uncertain"),
    (FEED + '[schedule]\nevery = "30s"\n', "schedule.every"),
    (FEED + '[imap.work]\nhost = "h"\n', "imap.work.user"),
    (FEED + NOTIFY + NOTIFY, "notify[1].name"),
    (FEED + '[[notify]]\nname = "n"\nurl = "nothing"\n', "notify[0].url"),
    *(
        (FEED + f'[[notify]]\nname = "n"\nurl = "{both}"\n', "notify[0].url")
        for both in (
            "json://h/one, json://h/two",
            "ntfy://a ntfys://b",
            "json://h/a;tgram://b/c",
            "ntfy://a,NTFY://b",
        )
    ),
    (FEED + NOTIFY + "minimum_score = 60\nmaximum_score = 60\n", "notify[0].minimum_score"),
    (FEED + NOTIFY + "minimum_score = nan\n", "notify[0].minimum_score"),
    (FEED + NOTIFY + 'feeds = ["b"]\n', "notify[0].feeds[0]"),
    (FEED + NOTIFY + 'proofs = ["q"]\n', "notify[0].proofs[0]"),
    (FEED + NOTIFY + 'platforms = ["upwork", "nowhere"]\n', "notify[0].platforms[1]"),
    (FEED + NOTIFY + 'decisions = ["rejected"]\n', "notify[0].decisions[0]"),
    (FEED + NOTIFY + 'digest_at = ["18:00", "25:00"]\n', "notify[0].digest_at[1]"),
    (FEED + NOTIFY + 'quiet_hours = "22:00-22:00"\n', "notify[0].quiet_hours"),
    (FEED + NOTIFY + 'timezone = "Mars/Phobos"\n', "notify[0].timezone"),
    (FEED + NOTIFY + "max_per_hour = 0\n", "notify[0].max_per_hour"),
]
BAD_CRITERIA = [
    ('[decision]\nrequire = ["budget"]\n', "decision.require[0]"),
    ('[decision]\nrequire = ["money"]\n', "decision.require[0]"),
    ("[decision]\nminimum_score = 101\n", "decision.minimum_score"),
    ('[decision.unknown]\nbudget = "maybe"\n', "decision.unknown.budget"),
    ("[decision.weights]\nproof = -1\n", "decision.weights.proof"),
    ('[me]\ncountry = "UK"\n', "me.country"),
    ('[me]\ntimezone = "Berlin"\n', "me.timezone"),
    ('[me]\nlanguages = ["en", "xx"]\n', "me.languages[1]"),
    ('[rules]\nexclude = ["/(/"]\n', "rules.exclude[0]"),
    ('[rules]\nexclude = ["/a(?=b)/"]\n', "rules.exclude[0]"),
    ('[rules]\ninclude = ["SQL"]\nexclude = ["sql"]\n', "rules.include"),
    ('[rules]\ncountries = ["DE"]\ncountries_exclude = ["de"]\n', "rules.countries_exclude"),
    ('[rules]\npay = ["barter"]\n', "rules.pay[0]"),
    (PROOF + PROOF, "proof[1].name"),
    (2 * '[[task]]\nname = "t"\n', "task[1].name"),
    ('[[task]]\nwords = ["t"]\n', "task[0].name"),
    ('[scope]\nwant = ["money"]\n', "scope.want[0]"),
    ('[[proof]]\nskills = ["SQL"]\n', "proof[0].name"),
    (PROOF + 'exclude = ["sql"]\n', "proof[0].exclude"),
    (PROOF + "want = 2\n", "proof[0].want"),
    (PROOF + 'exposure = "low"\n', "proof[0].exposure"),
    (PROOF + 'url = "file:///etc/passwd"\n', "proof[0].url"),
    ("[proof_match]\nminimum = 35\n", "proof_match.minimum"),
    ('[budget]\ncurrency = "XXZ"\n', "budget.currency"),
    ('[budget]\nfixed_minimum = "500"\n', "budget.fixed_minimum"),
    ("[budget]\nfixed_minimum = inf\n", "budget.fixed_minimum"),
    ('[budget]\nfixed_bound = "top"\n', "budget.fixed_bound"),
    ("[client]\nhire_rate_minimum = 40\n", "client.hire_rate_minimum"),
    ('[scope]\nproduction = ["audit"]\nbeyond = ["Audit"]\n', "scope.beyond"),
    ("[first_step]\nminimum_specificity = true\n", "first_step.minimum_specificity"),
    ("[worth]\nwin_rate = 10\n", "worth.win_rate"),
    ('[aliases]\n"Power BI" = "PBI"\n', "aliases.Power BI"),
    ("[bugdet]\n", "bugdet"),
]


@pytest.mark.parametrize(("main", "where"), BAD_MAIN)
def test_one_problem_in_goldmine_toml(tmp_path: Path, main: str, where: str) -> None:
    assert where in problems(tmp_path, main)


@pytest.mark.parametrize(("criteria", "where"), BAD_CRITERIA)
def test_one_problem_in_criteria_toml(tmp_path: Path, criteria: str, where: str) -> None:
    assert list(problems(tmp_path, criteria=criteria)) == [where]


@fault("C3", "unknown keys, wrong types, names twice", "one report of everything")
def test_c3_everything_that_is_wrong_comes_in_one_report(tmp_path: Path) -> None:
    """Both files, several tables, also a name that occurs twice while one of its rows is wrong
    elsewhere.
    """
    main = '[[feed]]\nname = "a"\nurl = "x"\nevery = "1s"\n' + FEED + '[fetch]\nmax_bdy = "1MiB"\n'
    found = problems(tmp_path, main, '[me]\ncountry = "Germany"\n[budget]\nfixed_minimum = "a"\n')
    assert set(found) == {
        "feed[0].url",
        "feed[0].every",
        "feed[1].name",
        "fetch.max_bdy",
        "me.country",
        "budget.fixed_minimum",
    }


def test_an_unknown_key_brings_the_nearest_known_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblems) as caught:
        project(tmp_path, FEED + '[fetch]\nmax_bdy = "1MiB"\n')
    assert caught.value.problems == (("fetch.max_bdy", "is not a known setting", "max_body"),)


@fault("C8", "10,001 feeds", "a clear error")
def test_c8_too_many_feeds(tmp_path: Path) -> None:
    main = "".join(f'[[feed]]\nname="{number}"\nurl="file:x"\n' for number in range(10_001))
    assert problems(tmp_path, main)["feed"].startswith("occurs 10001 times")


def test_a_row_is_called_by_its_name_where_that_is_its_own(tmp_path: Path) -> None:
    """What people read; `where` keeps the number, for programs."""
    main = (
        '[[feed]]\nname = "a \\"board\\""\nurl = "file:x"\nevery = 1\n'
        + FEED.replace('"a"', '"twice"')
        + FEED.replace('"a"', '"twice"')
        + '[[feed]]\nname = "\\u202e"\nurl = "ftp:x"\n[[feed]]\nurl = "file:x"\n'
    )
    with pytest.raises(ConfigProblems) as caught:
        project(tmp_path, main, PROOF + "want = 2\n")
    lines = [line.strip().partition(": ")[0] for line in str(caught.value).splitlines()[1:]]
    assert set(lines) == {
        'feed "a \\"board\\"".every',
        "feed[2].name",
        "feed[3].url",
        "feed[4].name",
        'proof "p".want',
    }
    assert pickle.loads(pickle.dumps(caught.value)).names == caught.value.names  # noqa: S301 - our own bytes


def test_a_problem_survives_pickling() -> None:
    """Children and Prefect pass errors on."""
    error = ConfigProblems("m", problems=(config.Problem("a.b", "is", "c"),))
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (copy.message, copy.problems) == (error.message, error.problems)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[a\n", "at line 1, column 3"),
        (b"x = 1\ny = 'caf\xe9'\n", "is not UTF-8 (at line 2, column 9)"),
        (b"a = " + b"[" * 10_000, "nested too deeply"),
        (b"[" + b"a." * 200_000 + b"a]\n", "nested too deeply"),
        (b"a = 1\n" * (1024 * 256), "is larger than 1024 KiB"),
    ],
)
@fault("C4", "10,000 levels, bad UTF-8, too large", "bounded, and where")
def test_c4_a_file_that_is_no_toml_says_where(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "goldmine.toml").write_bytes(content)
    with pytest.raises(ConfigProblems) as caught:
        config.load(tmp_path / "goldmine.toml", env={}, cwd=tmp_path)
    assert said in caught.value.problems[0].message


@fault("C2", "links, pipes, devices, huge files", "links followed, the rest refused at once")
def test_c2_links_are_followed_and_pipes_and_devices_refused(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "link.toml").symlink_to(tmp_path / "config" / "goldmine.toml")
    (tmp_path / "criteria.toml").symlink_to(tmp_path / "config" / "criteria.toml")
    assert config.load(Path("link.toml"), env={}, cwd=tmp_path).feeds[0].name == "a"
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "elsewhere.toml").symlink_to("/etc/passwd")
    with (tmp_path / "huge.toml").open("wb") as huge:
        huge.truncate(2**30)
    for path in (
        tmp_path / "pipe.toml",
        Path("/dev/zero"),
        tmp_path,
        tmp_path / "huge.toml",
        tmp_path / "elsewhere.toml",
    ):
        with pytest.raises(
            ConfigProblems, match=r"is not a regular file|is a folder|is larger than|line 1"
        ) as caught:
            config.load(path, env={}, cwd=tmp_path)
        assert "root:" not in str(caught.value)


def test_a_secret_is_never_quoted(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblems) as caught:
        project(
            tmp_path,
            '[[feed]]\nname = "a"\nurl = "htps://h/CANARY"\n[[notify]]\nname = "n"\nurl ='
            ' "CANARY:x"\n',
        )
    assert "CANARY" not in str(caught.value)


def test_values_are_typed(tmp_path: Path) -> None:
    main = """
[alerts]
backlog = "6h"
[fetch]
host_spacing = "250ms"
max_wire = "2MiB"
[[feed]]
name = "a"
url = "env:FEED"
every = "auto"
max_age = "none"
[[feed]]
name = "b"
url = "maildir:mail"
backlog = "all"
[[notify]]
name = "n"
url = "secret:phone"
quiet_hours = "22:00-07:00"
digest_at = ["18:00", "07:30"]
minimum_score = 62.5
"""
    found = project(tmp_path, main)
    first, second = found.feeds
    assert (first.kind, first.every, first.max_age, first.backlog) == (
        "http",
        None,
        None,
        Backlog("within", timedelta(hours=6)),
    )
    assert (second.kind, second.path, second.max_age) == (
        "maildir",
        tmp_path / "mail",
        timedelta(hours=24),
    )
    assert (found.fetch.host_spacing, found.fetch.max_wire) == (
        timedelta(milliseconds=250),
        2 * 1024 * 1024,
    )
    destination = found.destinations[0]
    assert destination.quiet_hours == QuietHours(time(22), time(7))
    assert destination.digest_at == (time(7, 30), time(18))
    assert destination.minimum_score == Decimal("62.5")


def test_a_criterion_whose_table_is_absent_is_off(tmp_path: Path) -> None:
    criteria = project(tmp_path, criteria="[me]\n").criteria
    assert config.criteria_on(criteria) == ("rules", "scope", "first_step")
    assert (criteria.budget, criteria.client, criteria.worth, criteria.rules) == (
        None,
        None,
        None,
        None,
    )


def test_the_hash_names_the_values_and_the_terms(tmp_path: Path) -> None:
    """Comments and spacing don't change it; a value does, and so do the user's own term
    frequencies.
    """
    plain = project(tmp_path, criteria=PROOF + "want = 0.50\n").criteria
    remarked = project(tmp_path, criteria="# mine\n" + PROOF + "want   = 0.5 # half\n").criteria
    other = project(tmp_path, criteria=PROOF + "want = 0.6\n").criteria
    assert plain.criteria_hash == remarked.criteria_hash != other.criteria_hash
    assert remarked.text.startswith("# mine")
    (tmp_path / "config" / "terms.json").write_text('{"sql": 3}')
    with_terms = project(tmp_path, criteria=PROOF + "want = 0.5\n").criteria
    assert with_terms.terms == {"sql": 3}
    assert with_terms.criteria_hash != plain.criteria_hash
    assert (
        config.load_criteria(tmp_path / "config" / "criteria.toml").criteria_hash
        == with_terms.criteria_hash
    )


def test_bad_rates_of_ones_own_are_a_problem(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "config" / "rates.csv").write_text("UAH,many,2026-11-20\n")
    assert list(problems(tmp_path)) == ["rates.csv"]


def test_bad_term_frequencies_are_a_problem(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "config" / "terms.json").write_text('{"sql": "three"}')
    assert list(problems(tmp_path)) == ["terms.json"]


WARNINGS = [
    (FEED + '[[feed]]\nname = "b"\nurl = "file:feed.xml"\n' + NOTIFY, PROOF, "feed[1].url"),
    (FEED + "enabled = false\n" + NOTIFY, PROOF, "feed"),
    (FEED, PROOF, "notify"),
    (FEED + NOTIFY + "digest_at = []\n", PROOF, "notify[0].digest_at"),
    (FEED + NOTIFY, "[me]\n", "proof"),
    (FEED + NOTIFY, '[[proof]]\nname = "p"\n', "proof[0]"),
    (FEED + NOTIFY, PROOF + '[scope]\nwant = ["cost"]\n', "scope.want"),
    ('[[feed]]\nname = "a"\nurl = "https://h/rss?token=abc"\n' + NOTIFY, PROOF, "feed[0].url"),
    (
        '[[feed]]\nname = "a"\nurl = "https://remotive.com/remote-jobs/feed"\nevery = "1h"\n'
        + NOTIFY,
        PROOF,
        "feed[0].every",
    ),
    (
        '[[feed]]\nname = "a"\nurl = "https://h/rss"\nplatform = "remotive"\nevery = "5m"\n'
        + NOTIFY,
        PROOF,
        "feed[0].every",
    ),
    (FEED + 'every = "18h"\n' + NOTIFY + "[actions]\n", PROOF, "actions"),
    (
        FEED + NOTIFY + '[review.follow_up]\npursued = "7d"\n',
        PROOF,
        "review.follow_up.pursued",
    ),
]


@pytest.mark.parametrize(("main", "criteria", "where"), WARNINGS)
def test_what_is_odd_is_a_warning(tmp_path: Path, main: str, criteria: str, where: str) -> None:
    assert [found for found, _ in project(tmp_path, main, criteria).warnings] == [where]


@fault(
    "C1",
    "modes 0644, 0666, a folder that others can write",
    "warned each time; refused only for a literal credential",
)
def test_c1_files_that_others_can_read_or_write(tmp_path: Path) -> None:
    """Said on every load; refused only where a credential stands in a file that others can
    write.
    """
    literal = '[[feed]]\nname = "a"\nurl = "https://h/rss?token=abc"\n' + NOTIFY
    project(tmp_path, literal)
    path = tmp_path / "config" / "goldmine.toml"

    def warned() -> set[str]:
        return {where for where, _ in config.load(None, env={}, cwd=tmp_path).warnings}

    assert warned() == {"feed[0].url"}
    path.chmod(0o644)
    assert warned() == {"feed[0].url", "config/goldmine.toml"}
    path.chmod(0o666)
    with pytest.raises(ConfigProblems, match="chmod 600") as caught:
        config.load(None, env={}, cwd=tmp_path)
    assert [problem.where for problem in caught.value.problems] == ["feed[0].url"]
    project(tmp_path)
    path.chmod(0o666)
    assert warned() == {"config/goldmine.toml"}
    path.chmod(0o600)
    path.parent.chmod(0o777)
    assert warned() == {"config/goldmine.toml", "config/criteria.toml"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@fault("C1", "a file of another user", "warned each time")
def test_c1_a_file_of_another_user(tmp_path: Path) -> None:
    project(tmp_path)
    os.chown(tmp_path / "config" / "goldmine.toml", 65534, 65534)
    for _ in range(2):
        [(where, said)] = config.load(None, env={}, cwd=tmp_path).warnings
        assert (where, "another user" in said) == ("config/goldmine.toml", True)


def test_a_secret_file_that_others_can_read_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("x")
    (tmp_path / "s").chmod(0o644)
    assert [
        w
        for w, _ in project(tmp_path, FEED + '[[notify]]\nname = "n"\nurl = "secret:s"\n').warnings
    ] == ["notify[0].url"]


def test_where_the_configuration_is_looked_for(tmp_path: Path) -> None:
    """--config, $GOLDMINE_CONFIG, ./config/goldmine.toml, the user's folder; and what each makes
    the project folder.
    """
    home = tmp_path / "home"
    for folder in (tmp_path / "work" / "config", tmp_path / "flat", home / ".config" / "goldmine"):
        folder.mkdir(parents=True)
        (folder / "goldmine.toml").write_text(FEED)
        (folder / "criteria.toml").write_text(PROOF)
    env = {"HOME": str(home)}
    here = config.load(None, env=env, cwd=tmp_path / "work")
    assert (here.home, here.database.path) == (
        tmp_path / "work",
        tmp_path / "work" / "data" / "goldmine.duckdb",
    )
    named = config.load(None, env={**env, "GOLDMINE_CONFIG": "flat/goldmine.toml"}, cwd=tmp_path)
    assert (named.home, named.feeds[0].path) == (tmp_path / "flat", tmp_path / "flat" / "feed.xml")
    assert (
        config.load(Path("../flat/goldmine.toml"), env=env, cwd=tmp_path / "work").home
        == tmp_path / "flat"
    )
    user = config.load(None, env=env, cwd=tmp_path)
    assert user.config_path.parent == home / ".config" / "goldmine"
    assert user.database.path == home / ".local" / "share" / "goldmine" / "data" / "goldmine.duckdb"
    with pytest.raises(ConfigProblems, match="goldmine init"):
        config.load(None, env={"HOME": str(tmp_path)}, cwd=tmp_path)


def test_criteria_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[[proof]]\nname = "elsewhere"\nskills = ["SQL"]\n')
    assert (
        project(tmp_path, FEED + '[criteria]\npath = "mine.toml"\n').criteria.proofs[0].name
        == "elsewhere"
    )


def test_missing_criteria_do_not_hide_other_problems(tmp_path: Path) -> None:
    (tmp_path / "goldmine.toml").write_text(FEED + 'proofs = ["p"]\nevery = "1s"\n')
    with pytest.raises(ConfigProblems) as caught:
        config.load(tmp_path / "goldmine.toml", env={}, cwd=tmp_path)
    assert [problem.where for problem in caught.value.problems] == [
        "criteria.toml",
        "feed[0].every",
    ]


@fault("C7", "secrets with quotes and Unicode", "used as they are")
def test_c7_references_are_revealed(tmp_path: Path) -> None:
    (tmp_path / "s").write_text('töken "x"\n', encoding="utf-8")
    assert config.reveal(Reference("secret:s"), tmp_path, {}) == 'töken "x"'
    assert config.reveal(Reference("env:A"), tmp_path, {"A": "value"}) == "value"
    assert config.reveal(Reference("https://h/"), tmp_path, {}) == "https://h/"


@pytest.mark.parametrize(
    ("text", "content", "said"),
    [
        ("env:MISSING", None, "the environment variable MISSING is not set"),
        ("env:TWO", None, "TWO holds a line break"),
        ("secret:none", None, "the secret file none does not exist"),
        ("secret:s", b"", "the secret file s is empty"),
        ("secret:s", b"CANARY\nCANARY\n", "the secret file s holds a line break"),
        ("secret:s", b"CANARY\xff", "the secret file s is not UTF-8"),
        ("secret:.", None, "is a folder"),
    ],
)
@fault("C7", "missing variables, empty files, line breaks", "only the reference is named")
def test_c7_what_cannot_be_revealed_names_the_reference_only(
    tmp_path: Path, text: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "s").write_bytes(content)
    with pytest.raises(UnavailableError) as caught:
        config.reveal(Reference(text), tmp_path, {"TWO": "CANARY\nCANARY"})
    assert said in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_the_project_of_a_process_that_stays_follows_its_files(tmp_path: Path) -> None:
    """Read once while nothing changes; anew when a file is edited, appears or breaks; the mended
    one counts again.
    """
    main, criteria = tmp_path / "goldmine.toml", tmp_path / "criteria.toml"
    main.write_text('[[feed]]\nname = "one"\nurl = "https://example.com/1"\n')
    criteria.write_text("[budget]\nfixed_minimum = 100\n")
    current = CurrentProject(main, env={}, cwd=tmp_path)
    first = current.read()
    assert current.read() == first
    assert current.read() is current.read()
    criteria.write_text("[budget]\nfixed_minimum = 200\n")
    assert current.read().criteria.budget == BudgetSettings(fixed_minimum=Decimal(200))
    main.write_text(main.read_text().replace('"one"', '"two"'))
    assert [feed.name for feed in current.read().feeds] == ["two"]
    (tmp_path / "terms.json").write_text('{"python": 3}')
    assert current.read().criteria.terms == {"python": 3}
    main.write_text("[[feed]]\nname = 1\n")
    for _ in range(2):
        with pytest.raises(ConfigError):
            current.read()
    main.write_text('[[feed]]\nname = "three"\nurl = "https://example.com/1"\n')
    assert [feed.name for feed in current.read().feeds] == ["three"]


@pytest.mark.parametrize(
    "url",
    [
        "ntfy://h/a,b",
        "json://h/?to=a%2Chttp://b",
        "mailto://u:p@h?to=a@b.c, d@e.f",
        "json://h/http://b",
    ],
)
def test_one_address_with_commas_of_its_own_is_one(tmp_path: Path, url: str) -> None:
    """Several recipients of one service, or an address inside a path, are no second address."""
    found = project(tmp_path, FEED + f'[[notify]]\nname = "n"\nurl = "{url}"\n')
    assert config.reveal_address(found.destinations[0], tmp_path, {}) == url


def test_two_addresses_in_a_variable_are_told_when_it_is_read(tmp_path: Path) -> None:
    """The variable is named, what it holds is not."""
    found = project(tmp_path, FEED + '[[notify]]\nname = "n"\nurl = "env:URLS"\n')
    with pytest.raises(UnavailableError, match="env:URLS holds more than one address") as caught:
        config.reveal_address(found.destinations[0], tmp_path, {"URLS": "ntfy://CANARY, ntfy://b"})
    assert "[[notify]] for each" in (caught.value.hint or "")
    assert "CANARY" not in f"{caught.value} {caught.value.hint}"


def test_a_path_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """DuckDB takes none: without this it was said as a bug of ours."""
    folder = tmp_path / b"b\xffd".decode("utf-8", "surrogateescape")
    (folder / "config").mkdir(parents=True)
    (folder / "config/goldmine.toml").write_text("")
    with pytest.raises(ConfigProblems, match="holds bytes that are no text here"):
        config.load(None, env={}, cwd=folder)
