"""Tune: fields and text are one, the preview is the backtest, what is saved can be taken back."""

from __future__ import annotations

import html
import os
import re
import stat
import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import backtest
from goldmine_ingest.analysis.proposal_file import NAME, Edit, Suggestion, write
from goldmine_ingest.config import criteria_on
from goldmine_ingest.config.versions import (
    ChangedMeanwhileError,
    replace_criteria,
    text_hash,
    versions,
)
from goldmine_ingest.web.single_changes import single_changes
from goldmine_ingest.web.sliders import changes_of, slider_groups
from tests.histories import NOON
from tests.rig.page import Got, Served, forms


def criteria_file(page: Served) -> Path:
    return page.site.project().files[1]


def fields_of(page: Served, path: str = "/tune") -> dict[str, str]:
    """All that a browser would send of the form: hidden fields, fields, and the text."""
    text = page.get(path).text
    (hidden,) = [found for at, found in forms(text) if at == "/tune/preview"]
    area = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", text, re.DOTALL)
    assert area
    shown = dict(re.findall(r'name="(set\.[^"]*)" value="([^"]*)"', text))
    return {**hidden, **shown, "text": criteria_file(page).read_text(), "since": "90d"}


def saved(page: Served, **changes: str) -> Got:
    """Press Save, whose button bears a token of its own."""
    token = re.search(
        r'formaction="/tune/save" name="form" value="([^"]*)"', page.get("/tune").text
    )
    assert token
    return page.post("/tune/save", {**fields_of(page), "form": token[1], **changes})


def test_a_field_is_laid_over_the_text_and_shows_who_enters(page: Served) -> None:
    fields = fields_of(page)
    assert fields["set.budget.fixed_minimum"] == fields["was.budget.fixed_minimum"] == "500"
    got = page.post("/tune/preview", {**fields, "set.budget.fixed_minimum": "450"})
    assert got.status == 200
    assert "1 enter" in got.words
    assert "+ Month-end reconciliation, small $450 fixed" in got.words
    assert "fixed_minimum = 450" in got.text
    assert "fixed_minimum = 500" in criteria_file(page).read_text()  # nothing is saved by looking


def test_what_was_learnt_is_tried_by_a_click_and_goes_once_it_is_in(own_page: Served) -> None:
    """A proposal's changes stand here until the criteria say so; another file is no proposal."""
    edits = [
        Edit("budget.fixed_minimum", Decimal(500), Decimal(450)),
        Edit("rules.exclude", ["unpaid"], ["unpaid", "logo <b>"]),
    ]
    folder = criteria_file(own_page).parent
    write([Suggestion(edit, "as rated", ("a" * 20,)) for edit in edits], folder)
    shown = own_page.get("/tune")
    assert "Your ratings speak for 2 changes" in shown.words
    assert 'rules.exclude with "logo <b>" as rated; as aaaaaaaa' in html.unescape(shown.words)
    found = re.search(r'href="(/tune\?set=budget[^"]*)"', shown.text)
    assert found
    assert "1 enter" in own_page.get(html.unescape(found[1])).words
    assert saved(own_page, **{"set.budget.fixed_minimum": "450"}).status == 303
    assert "Your ratings speak for 1 change" in own_page.get("/tune").words
    (folder / NAME).write_text("[[change]]\nto =")
    assert "Your ratings" not in own_page.get("/tune").words


def test_try_it_from_a_near_miss(page: Served) -> None:
    found = re.search(r'href="(/tune\?set=[^"]*)">Try 450', page.get("/near").text)
    assert found
    assert "1 enter" in page.get(found[1].replace("&amp;", "&")).words


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("budget.fixed_minimum", "450"),
        ("budget.fixed_minimum", "3000"),
        ("proof_match.minimum", "0.05"),
        ("proof_match.sure", "0.99"),
        ("decision.unknown.budget", "fail"),
        ("decision.minimum_score", "95"),
    ],
)
def test_the_preview_is_the_backtest(page: Served, setting: str, value: str) -> None:
    project = page.site.project()
    proposed = config.change_criteria(project.criteria, [f"{setting}={value}"])
    found = backtest(project, proposed, since=NOON - timedelta(days=90), now=NOON)
    got = page.post("/tune/preview", {**fields_of(page), f"set.{setting}": value})
    assert f"{len(found.entering)} enter" in got.words
    assert f"{len(found.leaving)} leave" in got.words
    assert f"qualified {found.present.qualified} {found.proposed.qualified}" in got.words


WRONG = (
    ("[budget\n", "This is not valid TOML"),
    ('[budget]\nfixed_minimum = "much"\n', "budget.fixed_minimum"),
    ("[budgets]\n", "budgets"),
    ('[[proof]]\nname = "<script>alert(1)</script>"\nsure = 1\n', "proof"),
)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_cannot_be_is_said_and_not_saved(own_page: Served, text: str, said: str) -> None:
    before = criteria_file(own_page).read_text()
    for got in (
        own_page.post("/tune/preview", {**fields_of(own_page), "text": text}),
        saved(own_page, text=text),
    ):
        assert said in got.words
        assert "<script>alert" not in got.text
    assert got.status == 400
    assert criteria_file(own_page).read_text() == before
    assert versions(criteria_file(own_page)) == ()


def test_a_field_that_cannot_be_is_said(page: Served) -> None:
    got = page.post("/tune/preview", {**fields_of(page), "set.budget.fixed_minimum": "much money"})
    assert "budget.fixed_minimum" in got.words
    assert got.status == 200


def test_saved_with_remarks_and_taken_back(own_page: Served) -> None:
    path = criteria_file(own_page)
    before = "# my remark\n" + path.read_text()
    path.write_text(before)
    path.chmod(0o640)
    done = saved(own_page, **{"set.budget.fixed_minimum": "450"})
    assert done.status == 303
    after = path.read_text()
    assert after == before.replace("fixed_minimum = 500", "fixed_minimum = 450")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    (name,) = versions(path)
    kept = path.parent / "versions" / name
    assert (kept.read_text(), stat.S_IMODE(kept.stat().st_mode)) == (before, 0o600)
    told = own_page.get(done.headers["location"])
    assert "Saved. New listings are judged by it from the next poll." in told.words
    undo = own_page.form(done.headers["location"], "/tune/restore")
    assert own_page.post("/tune/restore", undo).status == 303
    assert path.read_text() == before
    assert len(versions(path)) == 2
    asked = own_page.form(done.headers["location"], "/rescan")
    assert own_page.post("/rescan", {**asked, "alert": "1"}).status == 200
    assert own_page.rescans == [("90d", True)]


def test_before_judging_again_it_says_how_many_would_move(own_page: Served) -> None:
    done = saved(own_page, **{"set.budget.fixed_minimum": "450"})
    words = own_page.get(done.headers["location"]).words
    assert (
        "1 that were turned away or for review would newly qualify, and 0 would no longer" in words
    )
    assert words.index("would newly qualify") > words.index("Judge the stored ones again")


def test_each_change_alone(page: Served) -> None:
    """Of several, what each does without the others, as the backtest says; one needs no such
    table.
    """
    project, fields = page.site.project(), fields_of(page)
    changes = {"budget.fixed_minimum": "450", "decision.minimum_score": "99"}
    one = page.post("/tune/preview", {**fields, "set.budget.fixed_minimum": "450"})
    assert "alone" not in one.words
    both = page.post("/tune/preview", {**fields, **{f"set.{k}": v for k, v in changes.items()}})
    table = both.words.partition("What each change does alone Change enter leave ")[2]
    for setting, value in changes.items():
        proposed = config.change_criteria(project.criteria, [f"{setting}={value}"])
        found = backtest(project, proposed, since=NOON - timedelta(days=90), now=NOON)
        told = f"{setting} = {value} {len(found.entering)} {len(found.leaving)}"
        assert told in table
    unable = fields["text"].replace('name = "Finance reconciliation"', 'name = "Books"')
    renamed = page.post("/tune/preview", {**fields, "text": unable})
    assert "proof.Books new" in renamed.words
    assert "proof.Finance reconciliation taken out" in renamed.words


PROOFS = '[[proof]]\nname = "A"\nphrases = ["x"]\n[[proof]]\nname = "B"\nphrases = ["y"]\n'


@pytest.mark.parametrize(
    ("present", "proposed", "changes"),
    [
        ("[a]\nx = 1\ny = 2\n", "[a]\nx = 1\ny = 3\n", {"a.y = 3": {"a": {"x": 1, "y": 3}}}),
        ("[a]\nx = 1\n", "", {"a taken out": {}}),
        ("", "[a]\nx = 1\n", {"a.x = 1": {"a": {"x": 1}}}),
        (
            PROOFS,
            PROOFS.replace('"x"', '"x", "z"').replace('"y"', '"w"'),
            {
                'proof.A.phrases = ["x", "z"]': tomllib.loads(PROOFS.replace('"x"', '"x", "z"')),
                'proof.B.phrases = ["w"]': tomllib.loads(PROOFS.replace('"y"', '"w"')),
            },
        ),
        (PROOFS, PROOFS.partition('[[proof]]\nname = "B')[0], {"proof.B taken out": {}}),
        ("proof = [1]\n", "proof = [2]\n", {"proof = [2]": {"proof": [2]}}),
        ("[a]\nx = 1 # why\n", "[a]\nx = 1.0\n", {}),
    ],
)
def test_changes_are_taken_apart(
    present: str, proposed: str, changes: dict[str, dict[str, object]]
) -> None:
    found = single_changes(present, proposed)
    assert {each.shown: tomllib.loads(each.text) for each in found} == {
        name: meant or tomllib.loads(proposed) for name, meant in changes.items()
    }


def test_versions_say_what_changed_and_what_came_of_it(own_page: Served) -> None:
    for floor in ("450", "300"):
        assert saved(own_page, **{"set.budget.fixed_minimum": floor}).status == 303
    shown = own_page.get("/tune/versions")
    assert [*re.findall(r"<h2>(Until|In force)", shown.text)] == ["In force", "Until", "Until"]
    assert "-fixed_minimum = 450 +fixed_minimum = 300" in shown.words
    assert "-fixed_minimum = 500 +fixed_minimum = 450" in shown.words
    came = re.findall(r"(\d+) listings judged by it, (\d+) qualified, (\d+) of them", shown.words)
    assert came == [("6", "3", "0")]  # by the first text; nothing was judged since
    look = re.search(r'href="(/tune\?version=[^"]*)"', shown.text)
    assert look
    assert "fixed_minimum = 450" in own_page.get(html.unescape(look[1])).text


def test_who_may_not_write_gets_a_file_and_a_sentence(
    own_page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root tests run, to whom every file is writable: what the system says is asked here."""
    allowed = os.access
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK and allowed(path, mode))
    shown = own_page.get("/tune")
    assert "/tune/save" not in shown.text
    assert "can’t be written from here, so that there is no Save" in shown.words
    token = re.search(r'formaction="/tune/download" name="form" value="([^"]*)"', shown.text)
    assert token
    fields = {**fields_of(own_page), "form": token[1]}
    got = own_page.post("/tune/download", {**fields, "set.budget.fixed_minimum": "450"})
    assert got.headers["content-disposition"] == 'attachment; filename="criteria.toml"'
    meant = (
        criteria_file(own_page).read_text().replace("fixed_minimum = 500", "fixed_minimum = 450")
    )
    assert got.text == meant
    refused = own_page.post("/tune/download", {**fields, "text": "[budget"})
    assert refused.status == 400


def test_a_problem_is_told_with_its_line(own_page: Served) -> None:
    text = criteria_file(own_page).read_text()
    wrong = text.replace("fixed_minimum = 500", 'fixed_minimum = "much"')
    at = wrong.splitlines().index('fixed_minimum = "much"') + 1
    got = own_page.post("/tune/preview", {**fields_of(own_page), "text": wrong})
    assert f"Line {at}: budget.fixed_minimum" in got.words
    assert f'data-line="{at}"' in got.text


def test_changed_meanwhile_nothing_is_written(own_page: Served) -> None:
    path = criteria_file(own_page)
    fields = fields_of(own_page)
    theirs = path.read_text().replace("500", "700")
    path.write_text(theirs)
    got = saved(own_page, base=fields["base"], text=fields["text"].replace("500", "450"))
    assert got.status == 409
    assert "was changed meanwhile" in got.words
    assert path.read_text() == theirs
    assert versions(path) == ()


def test_a_link_stays_one_and_line_ends_stay(own_page: Served, tmp_path: Path) -> None:
    path = criteria_file(own_page)
    target = tmp_path / "elsewhere.toml"
    target.write_bytes(path.read_text().replace("\n", "\r\n").encode())
    path.unlink()
    path.symlink_to(target)
    assert saved(own_page, **{"set.budget.fixed_minimum": "450"}).status == 303
    assert path.is_symlink()
    written = target.read_bytes()
    assert b"fixed_minimum = 450\r\n" in written
    assert written.count(b"\n") == written.count(b"\r\n")


def test_a_broken_file_opens_in_the_editor(own_page: Served) -> None:
    path = criteria_file(own_page)
    own_page.get("/tune")
    path.write_text("[budget\nfixed_minimum = 500\n")
    shown = own_page.get("/tune")
    assert shown.status == 200
    assert "This is not valid TOML" in shown.words
    assert "fixed_minimum = 500" in shown.text
    assert own_page.get("/").status == 200


def test_fifty_versions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "criteria.toml"
    path.write_text("n = 0\n")
    for number in range(1, 56):
        at = NOON + timedelta(seconds=number // 3)
        replace_criteria(path, f"n = {number}\n", text_hash(path.read_text()), at)
    names = versions(path)
    assert len(names) == 50
    texts = [(tmp_path / "versions" / name).read_text() for name in names]
    assert texts == [f"n = {number}\n" for number in range(54, 4, -1)]
    with pytest.raises(ChangedMeanwhileError):
        replace_criteria(path, "n = 1\n", text_hash("other"), NOON)


@given(st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_field_can_be_set_to_what_it_shows(page: Served, data: st.DataObject) -> None:
    """Each field's key and value are ones that the file takes, and change nothing by themselves."""
    criteria = page.site.project().criteria
    sliders = [s for group in slider_groups(criteria, criteria_on(criteria)) for s in group.sliders]
    slider = data.draw(st.sampled_from([each for each in sliders if each.value]))
    value = data.draw(st.sampled_from([*(slider.choices or (slider.end, "0")), slider.value]))
    form = {f"set.{slider.key}": value, f"was.{slider.key}": slider.value}
    changes = changes_of(form)
    assert bool(changes) == (value != slider.value)
    config.change_criteria(criteria, [f"{slider.key}={slider.value}"])
