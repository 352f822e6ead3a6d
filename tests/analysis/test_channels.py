"""Channels by money per hour: worked by hand, refused where it is thin, and as wide as it should
be.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.analysis import review_sentences as sentences
from goldmine_ingest.analysis.channels import Channel, Costs, channels, differ, student
from goldmine_ingest.analysis.diagnosis import diagnose
from goldmine_ingest.analysis.funnel import Facts, Pursued, Window
from goldmine_ingest.analysis.outcome_events import pursuit_id
from goldmine_ingest.analysis.review import read_facts, review
from goldmine_ingest.analysis.review_parts import parts
from goldmine_ingest.model.pursuit import Pursuit
from goldmine_ingest.settings.criteria import CriteriaSettings, WorthSettings
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, decision, job_id

DAY = timedelta(days=1)
COSTS = Costs(Decimal("0.15"), Decimal("0.5"))


def one(channel: str, end: str = "", *, days_ago: float = 20, **facts: object) -> Pursued:
    """A pursuit of twelve connects that ended a day later, or is silent since."""
    begun = NOON - days_ago * DAY
    stages = {"pursued": begun, **({end: begun + DAY} if end else {})}
    made = Pursued(f"{channel}{days_ago}", begun, stages, begun, channel, channel=channel)
    return replace(made, **{"connects": 12, **facts})  # type: ignore[arg-type]


def deal(channel: str, won: int | None, hours: str | None) -> Pursued:
    amounts = {"won": Decimal(won) if won else None, "hours": Decimal(hours) if hours else None}
    return one(channel, "hired", **amounts)


# Three deals of 1,000, 2,000 and 600 in 20, 30 and 10 hours, one declined in 2 hours, one ignored
# without hours (0.5 by [worth]), one in flight that doesn't count, one deal without its hours.
UPWORK = (
    *(deal("upwork", 1000, "20"), deal("upwork", 2000, "30"), deal("upwork", 600, "10")),
    *(one("upwork", "declined", hours=Decimal(2)), one("upwork"), one("upwork", days_ago=2)),
    deal("upwork", 900, None),
)


def test_a_rate_worked_by_hand() -> None:
    (channel,) = channels(UPWORK, COSTS, NOON)
    counts = (channel.pursuits, channel.over, channel.counted, channel.assumed, channel.unstated)
    assert counts == (7, 6, 5, 1, 1)
    # 3,600 − 5 × 12 × 0.15 = 3,591 in 20 + 30 + 10 + 2 + 0.5 hours
    assert (channel.money, channel.hours) == (Decimal("3591.00"), Decimal("62.5"))
    assert channel.per_hour == Decimal("57.46")
    # Without each: 61.0071, 49.0092, 57.0057, 59.3851 and 57.9484, in the mean 56.8711:
    # the deviation is sqrt(4/5 × 86.4141) = 8.3145, t with 2 degrees 4.303, so 57.456 ∓ 35.777.
    assert (channel.low, channel.high) == (Decimal("21.68"), Decimal("93.23"))


def test_thin_data_and_what_is_not_known_is_refused() -> None:
    made = channels(UPWORK[:2], COSTS, NOON)[0]
    assert (made.per_hour, made.deals, made.hours) == (None, 2, Decimal(50))
    without = channels(UPWORK, Costs(), NOON)[0]
    assert (without.counted, without.assumed) == (4, 0)  # no [worth]: its hours aren't known
    unpaid = channels([deal("a", None, "3") for _ in range(5)], COSTS, NOON)[0]
    assert (unpaid.per_hour, unpaid.unstated) == (None, 5)


def test_channels_are_in_the_order_of_their_rates_and_compared() -> None:
    referral = [deal("referral", 3000, "20"), deal("referral", 3100, "20")] * 3
    steady = [deal("mail", 500, "20"), deal("mail", 520, "20")] * 3
    made = channels([*steady, *UPWORK, *referral, one("fair")], COSTS, NOON)
    assert [channel.name for channel in made] == ["referral", "upwork", "mail", "fair"]
    by_name = {channel.name: channel for channel in made}
    assert differ(by_name["referral"], by_name["mail"])
    assert not differ(by_name["upwork"], by_name["mail"])
    assert not differ(by_name["referral"], by_name["fair"])


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 12.706), (9, 2.262), (30, 2.042)])
def test_students_t(freedom: int, quantile: float) -> None:
    """By the table of any book."""
    assert student(freedom) == pytest.approx(quantile, abs=0.002)


def test_intervals_hold_the_true_rate_about_as_often_as_they_say() -> None:
    """300 drawn channels of 20 pursuits, one in five a deal; seeded."""
    rng = random.Random(7)  # noqa: S311 - made channels

    def drawn(count: int) -> list[Pursued]:
        made = []
        for _ in range(count):
            hours = rng.uniform(10, 60)
            won = Decimal(round(hours * rng.lognormvariate(3.9, 0.4)))
            spent = Decimal(str(round(hours, 2)))
            lost = Decimal(str(round(rng.uniform(0.3, 2), 2)))
            is_deal = rng.random() < 0.2
            made.append(
                one("a", "hired", won=won, hours=spent)
                if is_deal
                else one("a", "declined", hours=lost)
            )
        return made

    true = channels(drawn(20_000), COSTS, NOON)[0].per_hour
    assert true is not None
    tried = [channels(drawn(20), COSTS, NOON)[0] for _ in range(300)]
    rated = [each for each in tried if each.low is not None and each.high is not None]
    held = sum((each.low or 0) <= true <= (each.high or 0) for each in rated)
    assert len(rated) > 200
    assert held / len(rated) > 0.9


def test_work_from_elsewhere_is_in_the_review_and_no_market(tmp_path: Path) -> None:
    """Beside a pursued listing: in the funnel, as a channel, with its rate; nobody asks of a
    referral how many listings it brings.
    """
    window = Window(NOON - 30 * DAY, NOON)
    at = NOON - 20 * DAY
    criteria = CriteriaSettings(worth=WorthSettings())
    with open_store(tmp_path / "h.duckdb", now=NOON) as store:
        store.apply(brought(1, decisions=(decision(1),)))
        events = [Pursuit(job_id(1), "pursued", at, 12, hours=Decimal(1), led="proof")]
        for number in range(3):
            own = pursuit_id(f"call {number}", "referral", at.date())
            details = {"source": "referral", "title": f"call {number}"}
            events.append(Pursuit(own, "pursued", at, hours=Decimal(2), **details))  # type: ignore[arg-type]
            paid = {"amount": Decimal(1000 + number), "hours": Decimal(18)}
            events.append(Pursuit(own, "hired", at + DAY, **details, **paid))  # type: ignore[arg-type]
        store.record_pursuits(events)
        facts = read_facts(store.con, window, criteria)
    assert [(p.channel, p.elsewhere, p.hours, p.led) for p in facts.pursued if not p.elsewhere] == [
        ("upwork", False, Decimal(1), "proof")
    ]
    made = review(facts, replace(facts, pursued=()), criteria, NOON)
    assert [(step.stage, step.count) for step in made.funnel][-2:] == [
        ("interviewed", 3),
        ("hired", 3),
    ]
    referral, upwork = made.by_channel
    assert (referral.name, referral.per_hour, upwork.per_hour) == (
        *("referral", Decimal("50.05")),
        None,
    )
    assert sentences.earned(made)[0].startswith("referral: 50 USD an hour after connects (95 %")
    own_part = next(part for part in parts(facts, "platform", NOON) if part.name == "referral")
    assert (own_part.pursued, own_part.hired, own_part.diagnosis) == (3, 3, "not_enough_data")
    assert own_part.missing[0].what.startswith("pursuits")


def test_a_referral_that_nobody_answers_is_no_response() -> None:
    own = tuple(replace(one("referral"), elsewhere=True, listing_id=str(n)) for n in range(10))
    window = Window(NOON - 30 * DAY, NOON)
    assert diagnose(Facts(window, 30.0, pursued=own), NOON).word == "no_response"


def test_sentences_say_what_is_assumed_and_left_out() -> None:
    made: tuple[Channel, ...] = channels(
        [*UPWORK, *(deal("mail", 60, "20") for _ in range(3)), deal("new", 9, "1")], COSTS, NOON
    )
    facts = Facts(Window(NOON - 30 * DAY, NOON), 30.0, pursued=UPWORK)
    shown = review(facts, facts, CriteriaSettings(worth=WorthSettings()), NOON)
    assert sentences.earned(replace(shown, by_channel=made)) == [
        "upwork: 57 USD an hour after connects (95 % interval 22 to 93; 5 pursuits, 1 of them at"
        " [worth] hours_per_proposal, 62.5 hours; 1 deal without amount or hours left out).",
        "mail: 3 USD an hour after connects (95 % interval 3 to 3; 3 pursuits, 60 hours).",
        "new: no rate yet (1 of 3 deals with amount and hours).",
        "upwork pays more an hour than mail, by more than chance explains.",
    ]
