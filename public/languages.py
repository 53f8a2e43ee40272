"""The languages of the public side: which one a reader gets, and a sentence carried over to it.

The catalogues are the `.po` files under `locale/`, read as they are: no compiled file can be older
than its source. English is what `public.words` says, so it has none.
"""

import gettext
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from public.words import Plural

LOCALES: Final = {
    "en": "en_GB",
    "da": "da_DK",
    "it": "it_IT",
    "tr": "tr_TR",
    "nl": "nl_NL",
    "de": "de_DE",
    "fr": "fr_FR",
    "es": "es_ES",
}
DEFAULT: Final = "en"
FOLDER: Final = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Language:
    """One language: its code, as people ask for it, and its sentences."""

    code: str
    _catalogue: gettext.NullTranslations

    @property
    def locale(self) -> str:
        """The name by which Babel knows how times and numbers are written."""
        return LOCALES[self.code]

    @property
    def tag(self) -> str:
        """What `lang` and `Content-Language` say; English is the British one."""
        return "en-GB" if self.code == DEFAULT else self.code

    def say(self, sentence: str, **values: object) -> str:
        """Return `sentence`, a message of `public.words`, with `values` in their places."""
        return self._catalogue.gettext(sentence).format(**values)

    def count(self, sentence: Plural, number: int, **values: object) -> str:
        """Return the form of `sentence` that goes with `number`, with `values` in their places."""
        return self._catalogue.ngettext(sentence.one, sentence.many, number).format(**values)


@cache
def language(code: str) -> Language:
    """Return the language of one of the codes in LOCALES. Raises KeyError for another."""
    if LOCALES[code] == LOCALES[DEFAULT]:
        return Language(code, gettext.NullTranslations())
    # Who only asks which languages there are, reads no catalogue.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with (FOLDER / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, gettext.GNUTranslations(compiled))


def asked_for(tag: str) -> str:
    """Return the code for a tag such as "da", "da-DK" or "DE"; English for one that is not there."""
    code = tag.replace("_", "-").split("-")[0].strip().lower()
    return code if code in LOCALES else DEFAULT


def preferred(header: str) -> str:
    """Return the code that an `Accept-Language` header prefers; English when it names none of ours.

    Of equally wanted ones the first counts; what is wanted with quality 0 is not wanted.
    """
    best, best_quality = DEFAULT, 0.0
    for entry in header.split(","):
        tag, _, parameters = entry.partition(";")
        quality = _quality(parameters)
        code = tag.strip().replace("_", "-").split("-")[0].lower()
        if code == "*":
            code = DEFAULT
        if code in LOCALES and quality > best_quality:
            best, best_quality = code, quality
    return best


def _quality(parameters: str) -> float:
    """Return the quality in an entry's parameters: 1 without one, 0 where it is no number."""
    name, _, value = parameters.replace(" ", "").partition("=")
    if name.lower() != "q":
        return 1.0
    try:
        number = float(value)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0
