"""Which of many changes of the criteria a few ratings speak for, and whether they would have served
listings that had no part in choosing them. Pure.

A set of listings is a number with a bit for each, so that a change is held against thousands of
draws in no time.

A change is chosen where it decides three rated listings more rightly than now, each one that it
decides wrongly counted twice, and where of those that it moves no more than a quarter are likely to
be moved wrongly. That is regularised: before any rating, a listing that rings is believed to be
good as often as those that ring are, and that belief weighs as much as some ratings (a Beta prior).
What is chosen is tried by leaving out each rating in turn: the others choose, and the one that was
left out is decided by their choice. Only where that reaches the goal is anything proposed: many
changes tried on few ratings always fit some of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb

from goldmine_ingest.analysis.shares import Share, share

SPEAKING = 3  # listings that must speak for a change
WRONG_COSTS = 2
MOST_CHANGES = 5
GAIN, LOSS = 0.05, 0.02  # the goal: so much more of one, at no more than so much less of the other
BY_CHANCE = 0.1  # at most: that those left out move by a coin's throws as much


@dataclass(frozen=True, slots=True)
class Rule:
    """How many rated listings must speak for a change, and how many of those that it moves may be
    likely to be moved wrongly.
    """

    speaking: int = SPEAKING
    most_wrong: float = 0.25


RULE = Rule()


@dataclass(frozen=True, slots=True)
class Effect:
    """The listings that a change would decide rightly and that aren't now, and the reverse.
    `belief`: as how many ratings it counts what is believed without any.
    """

    right: int
    wrong: int
    belief: float


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision: of what is let through, how much is good. Recall: of what is good, how much is let
    through.
    """

    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True)
class Choice:
    """The numbers of the chosen changes; how it is now, how it would be, and how it would be for
    listings that had no part in choosing; `reached`: whether the goal is.
    """

    numbers: tuple[int, ...]
    present: Rates
    proposed: Rates
    left_out: Rates
    reached: bool


@dataclass(frozen=True, slots=True)
class Ratings:
    """The listings with a rating that counts, those that are `good`, and those that are let
    `through` now.
    """

    rated: int
    good: int
    through: int

    def without(self, listing: int) -> Ratings:
        return Ratings(self.rated & ~listing, self.good, self.through)

    def wrong_share(self, effect: Effect) -> float:
        """How many of those that it moves are likely to be moved wrongly."""
        right, wrong = effect.right & self.rated, effect.wrong & self.rated
        moved = right | wrong
        out = (moved & self.through).bit_count()
        count = moved.bit_count()
        believed = out * self._good_of(self.through) + (count - out) * (
            1 - self._good_of(~self.through)
        )
        belief = effect.belief * believed / max(1, count)
        return (wrong.bit_count() + belief) / (count + effect.belief)

    def _good_of(self, listings: int) -> float:
        """Of these listings, with one good and one bad one more, so that none is certain."""
        some = listings & self.rated
        return ((some & self.good).bit_count() + 1) / (some.bit_count() + 2)


def effect_of(before: int, after: int, good: int, belief: float) -> Effect:
    """From the listings that are let through before and after."""
    moved = before ^ after
    return Effect(moved & ~(after ^ good), moved & (after ^ good), belief)


def choice(effects: Sequence[Effect], ratings: Ratings, rule: Rule = RULE) -> Choice:
    """The changes that these ratings choose, and how they do."""
    rated, good, through = ratings.rated, ratings.good, ratings.through
    numbers = choose(effects, ratings, rule)
    after = through ^ _moved(effects, numbers)
    others = left_out(effects, ratings, rule)
    present, unseen = rates(through, good, rated), rates(others, good, rated)
    moved = (through ^ others) & rated
    right = (moved & ~(others ^ good)).bit_count()
    return Choice(
        numbers,
        present,
        rates(after, good, rated),
        unseen,
        bool(numbers) and reaches(present, unseen) and odds(right, moved.bit_count()) <= BY_CHANCE,
    )


def choose(effects: Sequence[Effect], ratings: Ratings, rule: Rule = RULE) -> tuple[int, ...]:
    """The best change first, then the best beside it; of equals the earlier one."""
    chosen: list[int] = []
    right = wrong = 0
    possible = [
        number
        for number, effect in enumerate(effects)
        if (effect.right & ratings.rated).bit_count() >= rule.speaking
        and ratings.wrong_share(effect) <= rule.most_wrong
    ]
    while len(chosen) < MOST_CHANGES:
        gains = {
            number: (effects[number].right & ratings.rated & ~right).bit_count()
            - WRONG_COSTS * (effects[number].wrong & ratings.rated & ~wrong).bit_count()
            for number in possible
        }
        best = max(gains, key=gains.__getitem__, default=None)
        if best is None or gains[best] < rule.speaking:
            break
        chosen.append(best)
        right, wrong = right | effects[best].right, wrong | effects[best].wrong
    return tuple(chosen)


def left_out(effects: Sequence[Effect], ratings: Ratings, rule: Rule = RULE) -> int:
    """The listings that are let through where each is decided by what the others choose."""
    movable = 0
    for effect in effects:
        movable |= effect.right | effect.wrong
    after = ratings.through
    for bit in bits(movable & ratings.rated):
        if _moved(effects, choose(effects, ratings.without(bit), rule)) & bit:
            after ^= bit
    return after


def _moved(effects: Sequence[Effect], numbers: Sequence[int]) -> int:
    moved = 0
    for number in numbers:
        moved |= effects[number].right | effects[number].wrong
    return moved


def bits(mask: int) -> Iterator[int]:
    """Each listing of a set, as a set of one."""
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest


def rates(through: int, good: int, rated: int) -> Rates:
    hits = (through & good & rated).bit_count()
    return Rates(
        share(hits, (through & rated).bit_count()), share(hits, (good & rated).bit_count())
    )


def reaches(present: Rates, other: Rates) -> bool:
    """Whether precision gains enough at no more recall than may be lost, or the reverse."""
    precision, recall = (
        _gain(present.precision, other.precision),
        _gain(present.recall, other.recall),
    )
    return (precision >= GAIN and recall >= -LOSS) or (recall >= GAIN and precision >= -LOSS)


def _gain(before: Share, after: Share) -> float:
    """0 where either is a share of nothing: nothing is known to be gained."""
    if before.share is None or after.share is None:
        return 0.0
    return after.share - before.share


def odds(right: int, moved: int) -> float:
    """How often a coin would be right so often or more (the sign test); 1 where nothing moved."""
    heads = sum(comb(moved, k) for k in range(right, moved + 1))
    return heads / float(1 << moved)
