"""The date and time that stand before each message of a written-out chat, in any locale."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from loaders.day_parts import hour_in_part, is_part

# Marks for the direction of writing; they stand anywhere and mean nothing here.
MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_BLANKS = re.compile("[\u00a0\u202f\u2000-\u200a\u3000\t ]+")

_DATE = re.compile(
    r"(?<!\d)(\d{1,4})\s?(?:([./-])\s?(\d{1,2})\s?\2|([年년])\s?(\d{1,2})\s?[月월])\s?(\d{1,4})(?!\d)\s?[日일.]?"
)
# "23 h 50" is French as Canada writes it.
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})(?:[:.٫]|\s?h\s?)(\d\d)(?:(?:[:.٫]|\s?min\s?)(\d\d)(?:\s?s\b)?)?(?!\d)"
)
_BRACKETED = re.compile(r"\s*\[([^\[\]\n]{8,48})\]\s?(.*)", re.DOTALL)
_DASHED = re.compile(r"\s*([^\[\n]{8,48}?) [-–] (.*)", re.DOTALL)
# As iPhones wrote it until 2017: a time with seconds, and a colon.
_COLON = re.compile(r"\s*([^\[\n]{8,32}?:\d\d(?: ?[AaPp][Mm])?): (.*)", re.DOTALL)
# A word or two, in any script.
_A_WORD = re.compile(r"[^\W\d_][^\d_:;!?()\[\]<>/\\@#]{1,23}$")
_DIGIT_SOON = re.compile(r"[^\d]{0,8}\d")
_PATTERNS = ((_BRACKETED, "]"), (_DASHED, "-"), (_COLON, ":"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words between date and time. "um", "à", "lúc" and the like say nothing.
_BETWEEN = _words(
    "um à às as at o om u kl klo kello lúc в г ч год alle ore las pukul jam saat på kell plkst ob"
)
# Half-days as the Unicode locale data names them, without dots and blanks.
_MORNING = _words(
    "am a ص صباحا صباحًا ق قظ قبلازظهر rn ກ່ອນທ່ຽງ priekšpusdienā priekšp dopoldne dop နံနက် prp ap de sa "
    "priešpiet pd πμ ก่อนเที่ยง paradite eparadites ਪੂਦੁ vm förmiddag fm ጥዋት පෙව පෙ проб дп fh לפנהצ "
    "午前 претпл to 오전 上午 öö pg पूर्वाह्न मपू ಪೂರ್ವಾಹ್ನ সকাল"
)
_EVENING = _words(
    "pm p م مساء مساءً ب بظ بعدازظهر ຫຼັງທ່ຽງ pēcpusdienā pēcp popoldne pop ညနေ odp ip du ch popiet md μμ "
    "หลังเที่ยง pasdite epasdites ਬਾਦੁ nm eftermiddag em ከሰዓት පව ප слоб пп eh אחהצ 午後 попл tk 오후 下午 ös "
    "ptg अपराह्न मउ ಅಪರಾಹ್ನ"
)
# Chinese tells more parts of the day than two.
_CHINESE = {
    "凌晨": "am", "清晨": "am", "早上": "am", "早晨": "am", "半夜": "am", "午夜": "am",
    "中午": "noon", "傍晚": "pm", "晚上": "pm", "夜間": "part", "夜间": "part", "夜晚": "part", "深夜": "part",
}  # fmt: skip
_YEAR_FIRST_WORDS = frozenset(("午前", "午後", "오전", "오후", "上午", "下午", *_CHINESE))


class Style(NamedTuple):
    """How a file writes its stamps; a line in another style is part of a text."""

    mark: str
    separator: str
    seconds: bool
    time_first: bool


class Stamp(NamedTuple):
    """One stamp: the three numbers of its date as written, and the time of day.

    `year_first` tells that only the year can stand first; `written` is the stamp as it was. `unread` is
    the word for a part of the day that nobody here understands: then the hour is not known.
    """

    date: tuple[str, str, str]
    hour: int
    minute: int
    second: int
    style: Style
    year_first: bool
    written: str
    unread: str = ""


def header(line: str) -> tuple[Stamp, str] | None:
    """Split a line into its stamp and the rest; None for a line that begins no message."""
    found = _split(line)
    return None if found is None or found[0].unread else found


def header_unread(line: str) -> tuple[Stamp, str] | None:
    """Split a line whose stamp is understood but for the word for the part of the day; None for any other."""
    found = _split(line)
    return found if found is not None and found[0].unread else None


def _split(line: str) -> tuple[Stamp, str] | None:
    start = line[:160]
    if not start.isascii():
        start = MARKS.sub("", start)
    # Every stamp has a digit early on; most lines of long texts end here.
    if not _DIGIT_SOON.match(start):
        return None
    for pattern, mark in _PATTERNS:
        if found := pattern.match(start):
            stamp = _stamp(found[1], mark)
            if stamp is not None:
                return stamp, _rest(line, mark, found[1])
    return None


def _rest(line: str, mark: str, written: str) -> str:
    """Give what follows the stamp as it is written: the marks in it tell notices from messages."""
    if mark == "]":
        return line.partition("]")[2].removeprefix(" ")
    if mark == ":":
        return line.partition(f"{written[-3:]}: ")[2]
    at = min(place for dash in (" - ", " – ") if (place := line.find(dash)) >= 0)
    return line[at + 3 :]


@lru_cache(maxsize=65536)
def _stamp(written: str, mark: str) -> Stamp | None:
    plain = _BLANKS.sub(" ", written).strip()
    date = _DATE.search(plain)
    if date is None:
        return None
    others = f"{plain[: date.start()]}\n{plain[date.end() :]}"
    time = _TIME.search(others)
    if time is None:
        return None
    word = _word(others[: time.start()] + " " + others[time.end() :])
    hour = _hour(int(time[1]), word)
    minute, second = int(time[2]), int(time[3] or 0)
    if (
        int(time[1]) > 23
        or minute > 59
        or second > 59
        or (hour is None and not _A_WORD.match(word))
    ):
        return None
    first, last = date[1], date[6]
    separator = date[2] or "年"
    style = Style(mark, separator, time[3] is not None, bool(_TIME.search(plain[: date.start()])))
    return Stamp(
        (first, date[3] or date[5], last),
        hour or 0,
        minute,
        second,
        style,
        len(first) > 2 or separator == "年" or word in _YEAR_FIRST_WORDS,
        plain,
        word if hour is None else "",
    )


@lru_cache(maxsize=4096)
def _word(rest: str) -> str:
    """Give the half-day that is named, without what joins date and time."""
    plain = re.sub("[,،、.\"״'\u200b-\u200d]", "", rest.lower())
    tokens = plain.split()
    whole = "".join(tokens)
    if whole in _MORNING or whole in _EVENING or whole in _CHINESE or is_part(whole):
        return whole
    return "".join(token for token in tokens if token not in _BETWEEN)


def _hour(hour: int, word: str) -> int | None:
    """Give the hour from 0 to 23; None where the word is none that tells a half-day."""
    if (in_part := hour_in_part(hour, word)) is not None:
        return in_part
    half = (
        "am" if word in _MORNING else "pm" if word in _EVENING else _CHINESE.get(word, word or "24")
    )
    if half not in ("24", "am", "pm", "noon") or hour > 23:
        return None
    if half == "24" or hour > 12:
        return hour
    if half == "am":
        return hour % 12
    if half == "noon":
        return hour if hour in (10, 11, 12) else hour + 12
    return hour % 12 + 12
