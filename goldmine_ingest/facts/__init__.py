"""Single facts of a listing: money, dates, places, links, rates. Pure."""
