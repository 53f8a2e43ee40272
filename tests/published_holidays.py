"""Public holidays as governments publish them, copied by hand: gov.uk/bank-holidays and opm.gov.

A holiday at a weekend is listed on its own day too, not only on the day that makes up for it: it is a
holiday for those who work at weekends.
"""

from datetime import date

_DAYS = {
    ("GB-ENG", 2023): "01-01 01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    ("GB-ENG", 2024): "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    ("GB-ENG", 2025): "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    ("GB-ENG", 2026): "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28",
    ("GB-SCT", 2023): "01-01 01-02 01-03 04-07 05-01 05-08 05-29 08-07 11-30 12-25 12-26",
    ("GB-SCT", 2024): "01-01 01-02 03-29 05-06 05-27 08-05 11-30 12-02 12-25 12-26",
    ("GB-SCT", 2025): "01-01 01-02 04-18 05-05 05-26 08-04 11-30 12-01 12-25 12-26",
    ("US", 2021): "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31",
    ("US", 2023): "01-01 01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-11 11-23 12-25",
    ("US", 2024): "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    ("US", 2025): "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
}  # fmt: skip

PUBLISHED = {
    (region, year): frozenset(date.fromisoformat(f"{year}-{day}") for day in days.split())
    for (region, year), days in _DAYS.items()
}
