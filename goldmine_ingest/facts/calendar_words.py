"""The names of months in fifteen languages (CLDR's long and short forms, in the case that stands in
a date), and the zones that dates name, with their hours from UTC.
"""

from __future__ import annotations

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            (
                "jan january januar jänner janvier janv января янв enero ene gennaio gen janeiro"
                " januari stycznia sty січня січ ledna tammikuuta ocak ianuarie"
            ),
            (
                "feb february februar février févr fevr февраля фев febrero febbraio fevereiro fev"
                " februari lutego lut лютого лют února helmikuuta şubat februarie"
            ),
            (
                "mar march märz mär mrz mars марта мар marzo março maart mrt marca березня бер"
                " března maaliskuuta mart martie"
            ),
            (
                "apr april avril avr апреля апр abril abr aprile kwietnia kwi квітня кві dubna"
                " huhtikuuta nisan aprilie"
            ),
            (
                "may mai мая май mayo maggio mag maio mei maj maja травня тра května toukokuuta"
                " mayıs"
            ),
            (
                "jun june juni juin июня июн junio giugno giu junho czerwca cze червня чер června"
                " kesäkuuta haziran iunie"
            ),
            (
                "jul july juli juillet juil июля июл julio luglio lug julho lipca lip липня лип"
                " července heinäkuuta temmuz iulie"
            ),
            (
                "aug august août aout августа авг agosto ago augustus augusti sierpnia sie серпня"
                " сер srpna elokuuta ağustos"
            ),
            (
                "sep sept september septembre сентября сен сент septiembre settembre set setembro"
                " września wrz вересня вер září syyskuuta eylül septembrie"
            ),
            (
                "oct october oktober okt octobre октября окт octubre ottobre ott outubro out"
                " października paź жовтня жов října lokakuuta ekim octombrie"
            ),
            (
                "nov november novembre ноября ноя нояб noviembre novembro listopada lis листопада"
                " лис listopadu marraskuuta kasım noiembrie"
            ),
            (
                "dec december dezember dez décembre déc decembre декабря дек diciembre dic"
                " dicembre dezembro grudnia gru грудня гру prosince joulukuuta aralık decembrie"
            ),
        ),
        start=1,
    )
    for name in names.split()
}
ZONES = {
    "utc": 0,
    "gmt": 0,
    "ut": 0,
    "z": 0,
    "wet": 0,
    "bst": 1,
    "west": 1,
    "cet": 1,
    "mez": 1,
    "cest": 2,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "мск": 3,
    "gst": 4,
    "pkt": 5,
    "ist": 5.5,
    "sgt": 8,
    "hkt": 8,
    "pht": 8,
    "jst": 9,
    "kst": 9,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "est": -5,
    "edt": -4,
    "et": -5,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "akdt": -8,
    "hst": -10,
    "brt": -3,
    "art": -3,
    "ast": -4,
}
