"""Says what a tape holds instead of a request that it lacks: the recorded request that comes nearest."""

import warnings
from collections.abc import Iterable
from difflib import SequenceMatcher

from .tape import Request

STEM = 5  # letters of a word that are compared, so that "cleaning" is near to "clean"
NEXT_STEP = 'To get a live answer, run helpers.use("local"); to step through as recorded, change nothing.'


def explain(asked: Request, recorded: Iterable[Request]) -> str:
    """That a request is not on the tape, what comes nearest, and how to get an answer: a few sentences.

    A question to a model is compared with the other questions by its words; every other request by its letters.
    """
    recorded = list(recorded)
    same = [one for one in recorded if (one.method, one.path) == (asked.method, asked.path)] or recorded
    said = f"This request is not on the tape: {_short(str(asked))}. "
    if not same:
        return f"{said}The tape is empty. {NEXT_STEP}"
    if question := last_question(asked):
        if again := [one for one in same if last_question(one) == question]:
            said, same = f"{said}Its question was recorded, but with other settings or other turns before it. ", again
        else:
            alike = [one for one in same if _around_question(one) == _around_question(asked)]  # they can be asked here
            questions = list(dict.fromkeys(filter(None, map(last_question, alike or same))))
            if near := nearest_by_words(question, questions):
                return f'{said}The nearest recorded question by its words is: "{_short(near)}" {NEXT_STEP}'
            if questions:
                known = f'shares a telling word with it; one of them is: "{_short(questions[0])}"'
                return f"{said}None of the {len(questions)} recorded questions {known} {NEXT_STEP}"
    similarity = lambda one: SequenceMatcher(None, str(one), str(asked), autojunk=False).quick_ratio()
    return f"{said}The closest recorded one is: {_short(str(max(same, key=similarity)))}. {NEXT_STEP}"


def last_question(request: Request) -> str:
    """What the user says last in a request to a model, or "" if nobody is asked."""
    turns = _turns(request)
    if isinstance(turns, str):
        return turns
    asked = [one for one in turns if isinstance(one, dict) and one.get("role") == "user"]
    content = asked[-1].get("content") if asked else ""
    return content if isinstance(content, str) else ""


def _turns(request: Request) -> list | str:
    """The turns of a request to a model, or its text; none in other requests."""
    body = request.body if isinstance(request.body, dict) else {}
    turns = body.get("messages") or body.get("input")
    return turns if isinstance(turns, (list, str)) else []


def _around_question(request: Request) -> tuple:
    """All of a request to a model but what the user says last: its settings, and the turns before."""
    turns = _turns(request)
    body = request.body if isinstance(request.body, dict) else {}
    return turns[:-1] if isinstance(turns, list) else "", {k: v for k, v in body.items() if v is not turns}


def nearest_by_words(question: str, others: list[str]) -> str:
    """The other question that shares the most telling words with this one, or "" if none shares any.

    By BM25 (Robertson and Walker 1994); a question that is on the tape itself is not near to itself: the request
    differs elsewhere then.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")  # about a progress bar that is not used
        import bm25s  # only here: it takes a moment, and most requests are on the tape

    if not others or question in others:
        return ""
    begin = lambda words: [word[:STEM] for word in words]
    *known, asked = bm25s.tokenize(
        [*others, question], stopwords="en_plus", stemmer=begin, return_ids=False, show_progress=False
    )
    shared = [word for word in asked if word in set().union(*known)]
    if not shared:
        return ""
    index = bm25s.BM25()
    index.index(known, show_progress=False)
    return others[int(index.get_scores(shared).argmax())]


def _short(text: str, length: int = 300) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
