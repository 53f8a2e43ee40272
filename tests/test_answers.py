"""Answers that are kept: asked once, also ahead, and never changed by who gets them."""

import threading

import pytest

from ui.answers import Answers


def counted(rows, calls):
    def ask():
        calls.append(threading.current_thread().name)
        return rows

    return ask


def test_a_question_is_asked_once_and_its_rows_belong_to_who_gets_them():
    answers, calls = Answers(most=10), []
    first = answers.get("a", counted([{"n": 1, "told": [2]}], calls))
    first[0]["n"] = 9
    first[0]["told"].append(3)
    assert answers.get("a", counted([], calls)) == [{"n": 1, "told": [2]}]
    assert len(calls) == 1


def test_the_answers_unused_for_longest_are_forgotten():
    answers, calls = Answers(most=2), []
    for key in ("a", "b", "a", "c", "a", "b"):
        answers.get(key, counted([], calls))
    assert len(calls) == 4  # a, b, c, and b anew
    assert [answers.has(key) for key in "abc"] == [True, True, False]


def test_what_was_asked_ahead_is_not_asked_again():
    answers, calls = Answers(most=10), []
    answers.ahead("a", counted([{"n": 1}], calls))
    answers.ahead("a", counted([{"n": 2}], calls))
    assert answers.get("a", counted([{"n": 1}], calls)) == [{"n": 1}]
    assert len(calls) == 1


def test_what_nobody_has_begun_with_is_asked_by_who_wants_it():
    answers, calls, busy = Answers(most=10), [], threading.Event()

    def waiting():
        busy.wait(30)
        return []

    for place in range(2):  # as many as are asked at a time
        answers.ahead(place, waiting)
    answers.ahead("a", counted([{"n": 1}], calls))
    assert answers.get("a", counted([{"n": 2}], calls)) == [{"n": 2}]
    assert calls == ["MainThread"]
    busy.set()
    assert answers.get(0, counted([], calls)) == []


def test_who_comes_while_it_is_asked_waits_for_the_same_answer():
    answers, begun, go_on, found = Answers(most=10), threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        go_on.wait(30)
        return [{"n": 1}]

    first = threading.Thread(target=lambda: found.append(answers.get("a", slow)))
    first.start()
    begun.wait(30)
    second = threading.Thread(target=lambda: found.append(answers.get("a", slow)))
    second.start()
    go_on.set()
    first.join(30)
    second.join(30)
    assert found == [[{"n": 1}], [{"n": 1}]]


def test_what_failed_is_told_and_asked_again():
    answers, calls = Answers(most=10), []

    def failing():
        calls.append("failed")
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        answers.get("a", failing)
    assert not answers.has("a")
    assert answers.get("a", counted([{"n": 1}], calls)) == [{"n": 1}]


def test_what_failed_ahead_is_asked_again_by_who_wants_it():
    answers, calls = Answers(most=10), []

    def failing():
        raise ValueError("the store is closing")

    answers.ahead("a", failing)
    # The next one is begun after it, or asked right here.
    answers.get("b", counted([], calls))
    while not answers._kept["a"].done():
        pass
    assert answers.get("a", counted([{"n": 1}], calls)) == [{"n": 1}]
