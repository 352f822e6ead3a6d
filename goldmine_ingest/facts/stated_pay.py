"""Pay that a text states in sentences: "We can spend around £2,400 on this", "Rate is €58 an hour".

`stated_pay` is the one reader of pay in prose: the sources fill a posting with it, the criteria
quote it, `judge` shows it. It takes a sum only where the text calls it this job's pay or names an
hour or a day for it; what a company turns over, what someone charged before and what the work
handles are sums, not pay ("turnover of $5M", "the last freelancer cost us $9K").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from goldmine_ingest.facts import denied_pay, pay_cues, pay_words
from goldmine_ingest.facts.figures import normalised
from goldmine_ingest.facts.money import Amount, first_amount, pay_for
from goldmine_ingest.facts.pay_periods import pay_period
from goldmine_ingest.model.posting import PayPeriod
from goldmine_ingest.text.lazy_re import lazy_re

_READ = 20_000  # characters of a text; what an author says of pay stands far above that
_MOST_SUMS = 40
_MARKED = lazy_re(
    r"[$€£₹₽¥₴₺₩₱₪₫฿₦₡₲₵₾֏₼৳円元원]|\b(?:(?:[A-Z]{3}|[Ee]uros?|[Dd]ollars?|[Pp]ounds|руб\w*|грн|zł|kr"
    r"|Kč|Ft|[Rr]s|Rp|lei|TL|LPA|quid|reais|[Rr]upees|EUR|[uU]sd|[eE]ur|[gG]bp|d[oó]lares|dollari"
    r"|bucks|cents?|pence|доллар\w*|долар\w*|лв|лева|коп|[Ff]ranken|[Kk]ron[oe]r|₸|тг"
    r"|[Ll]akhs?|[Cc]rores?|paise|rupiah|евро|євро|\d+ ?L ?(?:p\. ?a|P\.?A))\b"
    r"|[A-Z]{3}(?=\d)|RM(?= ?\d)|\d[cp](?= ?/ ?word))|р/|¢"
)
_SENTENCES = lazy_re(
    r"(?<=[.!?…])"
    # not behind these abbreviations
    r"(?<![Mm]io\.)(?<!mln\.)(?<!млн\.)(?<!тыс\.)(?<!tys\.)(?<![Tt]sd\.)(?<!rox\.)(?<![Mm]ax\.)"
    r"(?<![Mm]in\.)(?<![Mm]ind\.)(?<!ca\.)(?<!ok\.)(?<!ок\.)(?<!бл\.)(?<!env\.)(?<!approx\.)(?<!aprox\.)(?<!est\.)(?<!cca\.)(?<!ung\.)(?<![Rr][sp]\.)(?<!kr\.)(?<!Fr\.)"
    r"\s+(?=[^\W\d_a-zà-ÿа-я]|[$€£\d\"'(])|(?<=[!?])\s+| \| | • "
)
_DIGIT = lazy_re(r"\d")
_LONGEST = 600  # characters of a sentence


@dataclass(frozen=True, slots=True)
class StatedSum:
    """A sum of money in a text. `amount` is what it says; `quote` are the clause's own words;
    `is_pay` is True for this job's pay, False for something else's sum, None where the text doesn't
    decide it.
    """

    amount: Amount
    quote: str
    is_pay: bool | None


def stated_pay(text: str, default_currency: str | None = "USD") -> StatedSum | None:
    """What the text says that the job pays, or None: nothing, several different sums of one kind
    (then none of them is surely the pay), or nothing that is surely pay. A rate for an hour or a
    day stands before a sum for the whole. `default_currency` is meant by a bare "$".
    """
    pay = [each for each in sums(text, default_currency) if each.is_pay]
    rates = [each for each in pay if _is_rate(each)]
    for several in (rates, [each for each in pay if not _is_rate(each)]):
        by_amount = {_key(each.amount): each for each in several}
        if len(by_amount) == 1:
            return next(iter(by_amount.values()))
        if by_amount:
            return None
    return None


def possible_pay(text: str, default_currency: str | None = "USD") -> tuple[StatedSum, ...]:
    """Sums in the text that are or may be the pay: to be told where none of them was taken, because
    the text doesn't say what it is, or names several ("a sum stands in the text: …").
    """
    return tuple(each for each in sums(text, default_currency) if each.is_pay is not False)


@lru_cache(maxsize=256)  # a posting's text is asked for by its source, its judge and its alert
def sums(text: str, default_currency: str | None = "USD") -> tuple[StatedSum, ...]:
    """Every sum that a mark of money names in the text, in its order, at most forty. Takes any
    text; reads its first 20,000 characters, in linear time.
    """
    stated_sums: list[StatedSum] = []
    for sentence in _marked_sentences(text[:_READ]):
        stated_sums += _sums_of(" ".join(sentence.split())[:_LONGEST], default_currency)
        if len(stated_sums) >= _MOST_SUMS:
            break
    return tuple(stated_sums[:_MOST_SUMS])


def _marked_sentences(text: str) -> Iterator[str]:
    """Those with a figure and a mark of money. Figures are looked for first: most lines have none,
    and marks take ten times as long.
    """
    for line in text.split("\n"):
        if _DIGIT.search(line) and _MARKED.search(line):
            for sentence in _SENTENCES.split(line):
                if _DIGIT.search(sentence) and _MARKED.search(sentence):
                    yield sentence


def _is_rate(stated_sum: StatedSum) -> bool:
    return stated_sum.amount.unit is None and stated_sum.amount.period in ("hour", "day")


def _key(amount: Amount) -> tuple[object, ...]:
    return (amount.minimum, amount.maximum, amount.unit_price)


def _sums_of(sentence: str, default_currency: str | None) -> Iterator[StatedSum]:
    line = normalised(sentence, _LONGEST)
    borders = [0, *(m.end() for m in pay_cues.CLAUSES.finditer(line)), len(line)]
    at = 0
    while match := first_amount(line, at, default_currency):
        amount, start, end = match
        if end <= at:
            break
        left = max((b for b in borders if b <= start), default=0)
        right = min((b for b in borders if b >= end), default=len(line))
        yield _judged(line, amount, left, start, end, right)
        at = end


def _judged(line: str, amount: Amount, left: int, start: int, end: int, right: int) -> StatedSum:
    clause = line[left:right].strip(" ,;()-")
    low = clause.lower()
    before = line[max(0, start - 40) : start].lower()
    period = amount.period or _named_before(before) or _salary(amount, low)
    whole = bool(_JOB_BEHIND.match(line.lower(), end)) or (
        amount.unit is None and period is None and _is_asked_for(line, start, end)
    )
    for_all: PayPeriod | None = "project" if whole or _is_for_all(amount, low) else None
    amount = _with_period(amount, period or for_all or _whole(line, left, right))
    amount = denied_pay.turned(amount, line, start, end)
    alone = len(clause) - (end - start) <= _ALONE and left == 0 and amount.period is not None
    quote = clause if len(clause) >= _SHORT_QUOTE else line[:_QUOTED].strip()
    return StatedSum(
        amount, quote, _is_pay(line, amount, low, (left, start, end), alone=alone or whole)
    )


def _is_asked_for(line: str, start: int, end: int) -> bool:
    """Whether a sentence asks for a deed and ends with its price: "Redraw my logo, for 40 USD"."""
    low = line.lower()
    return bool(
        pay_cues.ASKED.search(low[:start])
        and pay_cues.FOR_SUM.search(low[:start])
        and pay_cues.NOTHING_BEHIND.match(low[end:])
    )


def _is_pay(
    line: str, amount: Amount, clause: str, at: tuple[int, int, int], *, alone: bool
) -> bool | None:
    left, start, end = at
    pay = pay_cues.cue("pay")
    # behind a price per piece stands what the piece is: "70 ₽ за карточку товара"
    about = line[left:start].lower() if amount.unit else clause
    if _no_job_pays(amount):
        return False
    if pay_cues.cue("other").search(about):
        return None if pay.search(about) else False
    rate = amount.period in ("hour", "day") or amount.unit is not None
    named = pay.search(clause) or pay.search(line[:start].lower())
    if not (named or rate or alone):
        return None
    taken = not (pay_cues.is_part(line, clause) or denied_pay.is_denied(line, start, end))
    return True if taken else None


# "It's a $5,000 project"
_JOB_BEHIND = lazy_re(r" (?:project|job|gig|contract|budget|fixed|flat|total)\b")
_SHORT_QUOTE = 24  # characters; a shorter clause is quoted with its sentence
_QUOTED = 160


# In these currencies a million is a company's sum.
_STRONG = frozenset({"USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD"})
_MILLION = 1_000_000


def _no_job_pays(amount: Amount) -> bool:
    most = amount.maximum if amount.maximum is not None else amount.minimum
    return most is not None and most >= _MILLION and amount.currency in _STRONG


def _whole(line: str, left: int, right: int) -> PayPeriod | None:
    whole = pay_cues.cue("whole").search(line[max(0, left - 40) : right].lower())
    return "project" if whole else None


# Who pays so much and names no time means the whole.
_PAYS = lazy_re(
    r"\b(?:pay|paying|offer|offering|zahlen?|bieten?|payons|offrons|paie|pagamos|ofrecemos|pago"
    r"|oferecemos|ofereço|paghiamo|offriamo|betalen|bieden|płacimy|zapłacimy|płacę|zapłacę|заплатим"
    r"|заплачу|предлагаем|заплатимо|пропонуємо|betalar|erbjuder)\b"
)
_NO_RATE_FROM = 300


def _is_for_all(amount: Amount, clause: str) -> bool:
    most = amount.maximum if amount.maximum is not None else amount.minimum
    large = most is not None and most >= _NO_RATE_FROM and amount.currency in _STRONG
    return large and bool(_PAYS.search(clause)) and not pay_words.YEARLY.search(clause)


_YEARLY_FROM = 10_000


def _salary(amount: Amount, clause: str) -> PayPeriod | None:
    """A sum that is called a salary is for a year where no month brings as much."""
    least = amount.minimum if amount.minimum is not None else amount.maximum
    large = least is not None and least >= _YEARLY_FROM and amount.currency in _STRONG
    return "year" if large and pay_words.YEARLY.search(clause) else None


_ALONE = 12  # characters: the line is the sum ("$2,000 a month, DOE")


def _named_before(before: str) -> PayPeriod | None:
    """ "a yearly salary of", "Hourly: ", "our daily rate is"."""
    head, _, tail = before.rpartition(",")
    return pay_period(tail if tail.strip() else head)


def _with_period(amount: Amount, period: PayPeriod | None) -> Amount:
    if amount.unit is not None or period is None or amount.period is not None:
        return amount
    return replace(amount, period=period, pay=pay_for(period))
