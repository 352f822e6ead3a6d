"""Long previews: the newest listings first, a newer change ends an older one, and each step of a
slider is that of `goldmine tune`.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Generator
from datetime import timedelta

import pytest

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import backtest
from goldmine_ingest.analysis.measuring import Pace
from goldmine_ingest.analysis.tune import tune
from goldmine_ingest.config import criteria_on
from goldmine_ingest.store.history import open_store
from goldmine_ingest.web.history_copy import HistoryCopy
from goldmine_ingest.web.previews import Job, Jobs
from goldmine_ingest.web.sliders import slider_groups
from goldmine_ingest.web.tuning import Preview, previews, read_draft
from tests.histories import NOON, brought
from tests.rig.page import Got, Served
from tests.rig.waiting import PATIENCE, wait_for
from tests.web.test_tune import fields_of

SPAN = timedelta(days=90)
SCRIPT = {"X-Fragment": "1"}
WORDS = [
    'proof.Finance reconciliation.phrases=["walls", "payouts"]',
    'rules.exclude=["payouts"]',
]


@pytest.mark.parametrize("change", WORDS)
def test_changed_words_are_shown_for_the_newest_first(
    page: Served, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece is the backtest of what it reaches; the last one is that of all."""
    monkeypatch.setattr("goldmine_ingest.web.tuning._PACE", Pace(first=2, batch=2))
    project = page.site.project()
    proposed = config.change_criteria(project.criteria, [change])
    expected = backtest(project, proposed, since=NOON - SPAN, now=NOON)
    pieces = list(previews(page.site.copy, project, proposed, SPAN, NOON))
    last = pieces[-1]
    assert isinstance(last, Preview)
    assert (last.found, last.step.complete) == (expected, True)
    assert last.step.stored == change.startswith("proof")
    assert [moved.row.listing_id for moved in last.entering] == list(expected.entering)


def test_words_without_script_are_one_whole_answer(page: Served) -> None:
    fields = fields_of(page)
    fields["text"] = fields["text"].replace('"reconciliation", ', "")
    got = page.post("/tune/preview", fields)
    project = page.site.project()
    proposed = read_draft(fields["text"], project).criteria
    assert proposed is not None
    expected = backtest(project, proposed, since=NOON - SPAN, now=NOON)
    assert f"{len(expected.leaving)} leave" in got.words
    assert re.search(r"\d listings? that this may move were measured again, by stored", got.words)
    assert "data-again" not in got.text.partition('id="preview"')[2]


def whole(page: Served, got: Got) -> Got:
    """The whole answer, as the page's script comes by it: it asks again until there is no more."""
    answers = [got]

    def is_whole() -> bool:
        again = re.search(r'data-again="(/tune/progress[^"]*)"', answers[-1].text)
        if again:
            answers.append(page.get(html.unescape(again[1]), **SCRIPT))
        return not again

    wait_for(is_whole)
    return answers[-1]


def blocked(go: threading.Event, ended: threading.Event) -> Generator[str, None, None]:
    try:
        yield "2 of 9 listings measured"
        go.wait(PATIENCE)
        yield "9 of 9 listings measured"
    finally:
        ended.set()


def test_progress_is_asked_for_and_stopped(page: Served) -> None:
    go, ended = threading.Event(), threading.Event()
    job = page.site.previews.start(lambda: blocked(go, ended))
    wait_for(lambda: job.latest)
    got = page.get(f"/tune/progress?n={job.number}", **SCRIPT)
    assert "2 of 9 listings measured" in got.words
    assert f'data-again="/tune/progress?n={job.number}"' in got.text
    token = re.search(r'formaction="/tune/stop" name="form" value="([^"]*)"', got.text)
    assert token
    stopped = page.post("/tune/stop", {"form": token[1], "n": str(job.number)})
    assert "Stopped" in stopped.words
    assert "data-again" not in stopped.text
    go.set()
    assert ended.wait(PATIENCE)
    assert page.get(f"/tune/progress?n={job.number + 1}").status == 404


def test_a_newer_preview_ends_the_older_one(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first answer comes before there is anything, as on a busy machine."""
    monkeypatch.setattr("goldmine_ingest.web.pages.tune._SOON", 0.0)
    go, ended = threading.Event(), threading.Event()
    older = page.site.previews.start(lambda: blocked(go, ended))
    go.set()
    fields = {**fields_of(page), "set.budget.fixed_minimum": "450"}
    assert "1 enter" in whole(page, page.post("/tune/preview", fields, **SCRIPT)).words
    assert older.stopped
    assert ended.wait(PATIENCE)
    assert page.get(f"/tune/progress?n={older.number}").status == 404


def test_what_ends_a_job_is_raised_where_it_is_asked_for() -> None:
    def fails() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no more")

    jobs = Jobs[int]()
    job = jobs.start(fails, "one")
    with pytest.raises(ValueError, match="no more"):
        job.wait()
    assert job.latest == 1
    again: Job[int] = jobs.start(lambda: (number for number in (1, 2)), "one")
    assert (again.wait(), jobs.start(fails, "one")) == (2, again)


def test_a_slider_says_what_its_steps_move(page: Served) -> None:
    project = page.site.project()
    tuned = tune(project, since=NOON - SPAN, now=NOON)
    page.get("/tune")  # they are worked out from now on
    job = page.site.slider_steps.start(lambda: (_ for _ in ()), about=_about(page))
    assert job.wait() == {threshold.setting: threshold for threshold in tuned.thresholds}
    criteria = project.criteria
    groups = slider_groups(criteria, criteria_on(criteria), job.latest or {})
    sliders = {slider.key: slider for group in groups for slider in group.sliders}
    text = page.get("/tune").text
    for threshold in tuned.thresholds:
        moving = [step for step in threshold.steps if step.entering or step.leaving]
        steps = sliders[threshold.setting].steps
        assert steps is not None
        assert [(step.entering, step.leaving) for step in steps] == [
            (step.entering, step.leaving) for step in moving
        ]
        for step in steps:
            assert f'data-sets="set-{threshold.setting}" data-value="{step.value}"' in text
    assert any(group.still for group in groups)
    assert "Nothing moves:" in text


def _about(page: Served) -> tuple[object, ...]:
    return (page.site.project().criteria.criteria_hash, "90d", NOON.date())


def test_a_copy_that_was_replaced_goes_with_its_last_user(own_page: Served) -> None:
    path, copies = own_page.site.project().database.path, HistoryCopy()
    with copies.use(path, NOON) as first:
        assert first.answer("ids", lambda store: len(store.listing_ids())) == 6
        with open_store(path, now=NOON) as store:
            store.apply(brought(1))
        with copies.use(path, NOON + timedelta(seconds=29)) as young:
            assert young is first
        with copies.use(path, NOON + timedelta(minutes=1)) as second:
            assert second.answer("ids", lambda store: len(store.listing_ids())) == 7
        assert first.answer("ids", lambda _: 0) == 6
        assert first.file.exists()
    assert not first.file.exists()
    assert second.file.exists()
    copies.close()
    assert not second.room.exists()
