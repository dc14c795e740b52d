"""The forms in which people write a date, none of which can be understood in two ways."""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import numpy as np

CHARACTERS = string.ascii_letters + string.digits + " ,./-'"

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
         "nineteen")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
            "nine": "ninth", "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth"}


class Form(NamedTuple):
    """One way of writing a day: a pattern, filled in by `write`; `fits` says for which days.

    In the pattern {d} is the day (3), {dd} with a zero (03), {th} 3rd, {first} third in words; {m}
    and {mm} the month in numbers, {roman} V, {month} May, {mon} an abbreviation; {y} the year,
    {year} in words; {weekday} and {wd} the day of the week.
    """

    pattern: str
    day_above_12: bool = False

    def fits(self, day: date) -> bool:
        return day.day > 12 or not self.day_above_12

    def write(self, day: date, rng: np.random.Generator) -> str:
        """The day in this form, now and then in capitals, in lower case or with a full stop."""
        month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
        shorter = month[:4] if month == "September" and rng.random() < 0.5 else month[:3]
        dot = "." * ("{mon} " in self.pattern and shorter != month and rng.random() < 0.3)
        text = self.pattern.format(
            d=day.day, dd=f"{day.day:02}", th=f"{day.day}{suffix(day.day)}",
            first=ordinal(day.day), m=day.month, mm=f"{day.month:02}",
            roman=ROMAN[day.month - 1], month=month, mon=shorter + dot, y=day.year,
            year=year_in_words(day.year), weekday=weekday, wd=weekday[:3],
        )
        return CASES[rng.choice(len(CASES), p=(0.8, 0.1, 0.1))](text)


CASES: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper)

FORMS = (
    *map(Form, (
        "{y}-{mm}-{dd}", "{y}/{mm}/{dd}", "{y}/{m}/{d}", "{y}.{mm}.{dd}", "{y}{mm}{dd}",
        "{y} {month} {d}", "{y} {mon} {dd}", "{y}, {month} {th}",
        "{d} {month} {y}", "{dd} {month} {y}", "{d} {mon} {y}", "{dd}-{mon}-{y}",
        "{d}. {month} {y}", "{th} {month} {y}", "{th} of {month} {y}", "{th} of {month}, {y}",
        "the {th} of {month}, {y}", "the {th} of {month} {y}", "{d}.{roman}.{y}", "{d} {roman} {y}",
        "{month} {d}, {y}", "{month} {d} {y}", "{month} {th}, {y}", "{month} the {th}, {y}",
        "{mon} {d}, {y}", "{mon} {dd} {y}", "{mon} {th} {y}", "{mon}-{dd}-{y}",
        "{weekday}, {month} {d}, {y}", "{weekday}, {d} {month} {y}", "{weekday} {th} {month} {y}",
        "{weekday} the {th} of {month}, {y}", "{wd}, {d} {mon} {y}", "{wd} {mon} {dd} {y}",
        "on {weekday}, {month} {th}, {y}", "{month} {first}, {y}", "the {first} of {month}, {y}",
        "the {first} of {month} {year}", "{month} the {first}, {year}", "{first} {month} {year}",
    )),
    *(Form(pattern, day_above_12=True) for pattern in (
        "{d}/{m}/{y}", "{dd}/{mm}/{y}", "{d}.{m}.{y}", "{dd}-{mm}-{y}",
        "{m}/{d}/{y}", "{mm}/{dd}/{y}", "{mm}-{dd}-{y}",
    )),
)


def suffix(day: int) -> str:
    """st, nd, rd or th."""
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def in_words(number: int) -> str:
    """0 … 99: twenty-three."""
    if number < 20:
        return SMALL[number]
    tens, ones = TENS[number // 10 - 2], number % 10
    return f"{tens}-{SMALL[ones]}" if ones else tens


def ordinal(day: int) -> str:
    """1 … 31: twenty-third."""
    *before, last = in_words(day).split("-")
    return "-".join([*before, ORDINALS.get(last, f"{last}th")])


def year_in_words(year: int) -> str:
    """As it is spoken: nineteen ninety-eight, nineteen oh five, two thousand and seven."""
    century, years = divmod(year, 100)
    if century == 20 and years < 10:
        return "two thousand" + (f" and {in_words(years)}" if years else "")
    if years == 0:
        return f"{in_words(century)} hundred"
    return f"{in_words(century)} {'oh ' * (years < 10)}{in_words(years)}"

