"""States and provinces that listings write behind a city: "San Francisco, CA", "Toronto, ON".

The codes are those of ISO 3166-2 for the United States, Canada and Australia (as their posts print
them). Forty of them are countries' codes too; behind a city they mean the state, unless the city is
one of the large cities of that country (the principal cities of the tz database's zone.tab and the
countries' largest ones).
"""

from __future__ import annotations

US = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM"  # noqa: SIM905 - a table
    " NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR".split()
)
_CANADA = frozenset(["AB", "BC", "MB", "NB", "NF", "NS", "NU", "ON", "PE", "PQ", "QC", "SK", "YT"])
_AUSTRALIA = frozenset(["NSW", "VIC", "QLD", "TAS", "ACT"])
_NAMES = {
    "US": (
        "alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii"
        " idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts"
        " michigan minnesota mississippi missouri montana nebraska nevada new_hampshire new_jersey"
        " new_mexico new_york north_carolina north_dakota ohio oklahoma oregon pennsylvania"
        " rhode_island south_carolina south_dakota tennessee texas utah vermont virginia"
        " washington west_virginia wisconsin wyoming washington_dc new_york_city nyc bay_area"
        " san_francisco_bay_area sf los_angeles san_francisco chicago"
    ),
    "CA": (
        "alberta british_columbia manitoba new_brunswick newfoundland nova_scotia ontario quebec"
        " saskatchewan prince_edward_island yukon toronto vancouver montreal"
    ),
    "AU": (
        "new_south_wales queensland tasmania south_australia western_australia"
        " northern_territory australian_capital_territory sydney melbourne"
    ),
}
_BY_NAME = {
    name.replace("_", " "): code for code, names in _NAMES.items() for name in names.split()
}
# Large cities of the countries whose code is a state's too.
_CITIES = {
    "DE": (
        "berlin hamburg munich münchen cologne köln frankfurt stuttgart düsseldorf dusseldorf"
        " leipzig dortmund essen bremen dresden hannover hanover nuremberg nürnberg bonn münster"
        " karlsruhe mannheim augsburg potsdam heidelberg freiburg"
    ),
    "CA": "toronto montreal vancouver calgary edmonton ottawa winnipeg halifax victoria quebec",
    "IN": (
        "mumbai delhi bangalore bengaluru hyderabad chennai kolkata pune ahmedabad jaipur noida"
        " gurgaon gurugram kochi indore lucknow chandigarh coimbatore"
    ),
    "ID": "jakarta surabaya bandung medan bali denpasar yogyakarta semarang",
    "CO": "bogotá bogota medellín medellin cali barranquilla cartagena",
    "IL": "tel aviv jerusalem haifa herzliya ramat gan petah tikva beer sheva",
    "AR": "buenos aires córdoba cordoba rosario mendoza la plata",
    "GA": "libreville",
    "AL": "tirana durrës durres",
    "ME": "podgorica budva",
    "MD": "chișinău chisinau",
    "MA": "casablanca rabat marrakech marrakesh tangier fes agadir",
    "LA": "vientiane",
    "NE": "niamey",
    "MT": "valletta sliema st julians birkirkara",
    "TN": "tunis sfax sousse",
    "PA": "panama city panama panamá",
    "PE": "lima arequipa cusco",
    "MS": "plymouth montserrat",
    "SK": "bratislava košice kosice",
    "AZ": "baku",
    "SC": "victoria mahé",
    "SD": "khartoum",
    "MN": "ulaanbaatar ulan bator",
    "KY": "george town grand cayman",
    "NC": "nouméa noumea",
    "VA": "vatican city",
    "MO": "macau macao",
    "PR": "san juan ponce",
}


def country_of_state_name(name: str) -> str | None:
    """The country of a state's, province's or its largest city's full name, folded."""
    return _BY_NAME.get(name)


def country_behind_city(city: str, code: str) -> str | None:
    """The country that `code` means behind a city: "Wilmington", "DE" is US; "Berlin", "DE" is DE;
    "Toronto", "ON" is CA; None where it is no state of these countries.
    """
    if code in _CITIES and f" {city.strip().lower()} " in f" {_CITIES[code]} ":
        return "US" if code == "PR" else code
    if code in US:
        return "US"
    return "CA" if code in _CANADA else "AU" if code in _AUSTRALIA else None


def country_of_codes(codes: list[str]) -> tuple[str, ...] | None:
    """What a list of capitals means: ("US",) for states of one country ("CA, NY, TX"), () where
    each may be a state or a country ("CA, DE"); None where they are countries' codes.
    """
    if not codes:
        return None
    if len(codes) > 1 and all(code in US for code in codes):
        return ("US",) if any(code not in _CITIES for code in codes) else ()
    if all(code in _CANADA for code in codes):
        return ("CA",)
    if all(code in _AUSTRALIA for code in codes):
        return ("AU",)
    if len(codes) == 1 and codes[0] in US:
        return () if codes[0] in _CITIES else ("US",)
    return None
