"""Codes of closed lists, as kinds of values: ISO 3166 alpha-2, ISO 639-1, ISO 4217 (currencies in
use in 2025, from CLDR), and time zones by their IANA names.
"""

# Words in a text rather than lists of literals: 580 quotes less to read.
# ruff: noqa: SIM905

from __future__ import annotations

from typing import Any

from goldmine_ingest.settings.kinds import Kind, Wrong, kind_of, shown

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
)

LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia
    id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo
    lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
    ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
    tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)

CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
    KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
    NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)


def code(known: frozenset[str], what: str, example: str) -> Kind[str]:
    """A code of a closed list, in any case; returned as the list spells it."""
    expected = f'{what} such as "{example}"'

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(f"is {kind_of(value)}", expected)
        spelled = value.lower() if example.islower() else value.upper()
        if spelled not in known:
            raise Wrong(
                f"is {shown(value)}",
                expected + (' ("GB" is the United Kingdom)' if spelled == "UK" else ""),
            )
        return spelled

    letters = f"^[A-Za-z]{{{len(example)}}}$"
    return Kind(read, {"type": "string", "pattern": letters})


def _timezone(value: Any) -> str:
    from zoneinfo import ZoneInfo  # only who names a zone pays for the import

    expected = 'a time zone such as "Europe/Berlin" or "UTC"'
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", expected)
    try:
        ZoneInfo(value)
    except (
        ValueError,
        OSError,
        KeyError,
    ):  # ZoneInfoNotFoundError is a KeyError; a folder of zones gives an OSError
        raise Wrong(f"is {shown(value)}", expected) from None
    return value


country = code(COUNTRIES, "a country code of two letters (ISO 3166)", "DE")
language = code(LANGUAGES, "a language code of two letters (ISO 639-1)", "en")
currency = code(CURRENCIES, "a currency code of three letters (ISO 4217)", "USD")
# A time zone that this computer knows, by its IANA name.
timezone = Kind(_timezone, {"type": "string", "minLength": 1})
