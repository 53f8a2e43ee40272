"""Every language says everything, with the same places, as people there write it."""

import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from public_side import NOW, RECORD, banner, instant, withdrawn

from public.banner import STATES
from public.languages import FOLDER, LOCALES, asked_for, language, preferred
from public.telling import tell
from public.words import Plural, messages

OTHERS = [code for code in LOCALES if code != "en"]


def places(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def catalogue(code):
    with (FOLDER / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def test_there_is_a_catalogue_for_each_language_and_no_other():
    assert {path.stem for path in FOLDER.iterdir()} == set(OTHERS)


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_carries_every_message_and_nothing_else(code):
    carried = {m.id if isinstance(m.id, str) else Plural(*m.id) for m in catalogue(code) if m.id}
    assert carried == set(messages())
    assert not any(message.fuzzy for message in catalogue(code) if message.id)


@pytest.mark.parametrize("code", OTHERS)
def test_a_message_has_the_same_places_in_each_language(code):
    known = catalogue(code)
    for message in known:
        if not message.id:
            continue
        originals = [message.id] if isinstance(message.id, str) else message.id
        carried = [message.string] if isinstance(message.string, str) else message.string
        assert len(carried) == (1 if isinstance(message.id, str) else known.num_plurals)
        for sentence in carried:
            assert sentence.strip() == sentence != ""
            assert places(sentence) == places(originals[0]), message.id
            assert sentence.endswith(".") == originals[-1].endswith("."), message.id


@pytest.mark.parametrize("code", LOCALES)
@pytest.mark.parametrize("state", [*STATES, "withdrawn"])
def test_everything_is_told_in_every_language(code, state):
    shown = withdrawn(**RECORD) if state == "withdrawn" else banner(state=state, **RECORD)
    told, english = tell(shown, NOW, language(code)), tell(shown, NOW)
    assert bool(told.headline) == bool(english.headline)
    assert len(told.sentences) == len(english.sentences)
    assert "{" not in told.text
    assert code == "en" or told.text != english.text


@pytest.mark.parametrize(
    ("code", "headline", "sentence"),
    [
        ("da", "2 t. 10 min.", "2 timer og 10 minutter"),
        ("it", "2 h 10 min", "2 ore e 10 minuti"),
        ("tr", "2 sa. 10 dk.", "2 saat 10 dakika"),
        ("nl", "2 uur 10 min", "2 uur en 10 minuten"),
        ("de", "2 Std. 10 Min.", "2 Stunden 10 Minuten"),
        ("fr", "2\u202fh 10\u00a0min", "2\u00a0heures et 10 minutes"),
        ("es", "2 h 10 min", "2 horas y 10 minutos"),
    ],
)
def test_lengths_are_written_as_people_there_do(code, headline, sentence):
    told = tell(banner(state="busy"), NOW, language(code))
    assert told.headline == headline
    assert sentence in told.text


@pytest.mark.parametrize(
    ("code", "headline"),
    [
        ("en", "By 09:20 tomorrow"),
        ("da", "Senest i morgen kl. 09.20"),
        ("it", "Entro domani alle 09:20"),
        ("tr", "En geç yarın saat 09:20"),
        ("nl", "Uiterlijk morgen om 09:20 uur"),
        ("de", "Bis morgen, 09:20 Uhr"),
        ("fr", "Au plus tard demain à 09:20"),
        ("es", "A más tardar mañana a las 9:20"),
    ],
)
def test_times_are_written_as_people_there_do(code, headline):
    assert tell(banner(state="closed"), NOW, language(code)).headline == headline


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("de", "Öffnet am 24. Dezember um 08:00 Uhr (Zeit in London)."),
        ("fr", "Ouvre le 24 décembre à 08:00 (fuseau horaire Londres)."),
        ("es", "Abre el 24 de diciembre a las 8:00 (hora de Londres)."),
        ("nl", "Gaat op 24 december om 08:00 uur open (tijd in Londen)."),
        ("it", "Apre il 24 dicembre alle 08:00 (ora di Londra)."),
        ("da", "Åbner 24. december kl. 08.00 (tid i London)."),
        ("tr", "Açılış: 24 Aralık saat 08:00 (Londra saati)."),
    ],
)
def test_dates_are_written_as_people_there_do(code, sentence):
    shown = banner(state="closed", opens_at=instant("2026-12-24T08:00:00+00:00"))
    assert sentence in tell(shown, NOW, language(code)).sentences


@pytest.mark.parametrize(
    ("code", "one", "many"),
    [
        ("de", "aus 1 neueren Wartezeit", "aus 1.412 neueren Wartezeiten"),
        ("fr", "d’après 1 attente récente", "d’après 1\u202f412 attentes récentes"),
        ("es", "según 1 espera reciente", "según 1.412 esperas recientes"),
        ("tr", "son 1 bekleme temelinde", "son 1.412 bekleme temelinde"),
    ],
)
def test_counts_take_the_plural_and_the_signs_of_the_language(code, one, many):
    assert tell(banner(n=1), NOW, language(code)).source.endswith(one)
    assert tell(banner(n=1412), NOW, language(code)).source.endswith(many)


@settings(deadline=None)  # a busy machine proves nothing
@given(st.integers(1, 30 * 86400), st.sampled_from(OTHERS))
def test_a_promise_never_says_less_in_another_language(seconds, code):
    shown = banner(promise_seconds=seconds, typical_seconds=None)
    numbers = re.findall(r"\d+", tell(shown, NOW).headline)
    assert re.findall(r"\d+", tell(shown, NOW, language(code)).headline) == numbers


# ------------------------------------------------------------------------------ which one it is


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("da", "da"),
        ("da-DK,da;q=0.9,en;q=0.8", "da"),
        ("DE", "de"),
        ("sv,fi;q=0.9", "en"),
        ("sv,nl;q=0.3,it;q=0.7", "it"),
        ("en;q=0.1,fr;q=0.2", "fr"),
        ("fr;q=0,es;q=0.1", "es"),
        ("fr;q=0", "en"),
        ("*", "en"),
        ("tr;q=0.4,*;q=0.9", "en"),
        ("es;q=1.5,it;q=nonsense,tr;q=0.001", "tr"),
        ("de;q = 0.5 , da ; q=0.6", "da"),
        (",,;;q=,=", "en"),
        ("é\x00,it", "it"),
        ("de," * 5000, "de"),
    ],
)
def test_the_reader_s_browser_says_which_language_is_wanted(header, code):
    assert preferred(header) == code


@pytest.mark.parametrize(
    ("tag", "code"),
    [("da", "da"), ("DA", "da"), ("da-DK", "da"), ("de_AT", "de"), ("xx", "en"), ("", "en")],
)
def test_an_address_says_which_language_is_wanted(tag, code):
    assert asked_for(tag) == code


@settings(deadline=None)  # a busy machine proves nothing
@given(st.text())
def test_no_header_is_too_strange(header):
    assert preferred(header) in LOCALES
    assert asked_for(header) in LOCALES
