"""The language of a text, by its script or its frequent words; "" if they leave a doubt."""

import re
import unicodedata
from collections import Counter
from functools import cache

from .word_lists import line_list

MIN_LETTERS, MIN_SHARE = 10, 0.6  # of a script that tells the language
# frequent words of a language, times as many as of any other, and share of all; a word of several counts in part
MIN_WORDS, TIMES, SHARE_OF_WORDS = 2, 2, 0.2
_NOT_LANGUAGE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+|\[[^\[\]\n]{1,40}\]|\{.*\}|[\"“„«»][^\"“”„«»\n]{1,80}[\"”“«»]",
    re.DOTALL,
)  # code, addresses, masks, JSON and what is quoted
_MAYBE_NOT_LANGUAGE = re.compile(r"[`@\[{\"“„«»]|://")
_WORD = re.compile(r"[^\W\d_]+")
SCRIPTS = {
    "CYRILLIC": "Cyrillic",  # several languages
    "GREEK": "Greek",
    "ARABIC": "Arabic",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Hindi",
    "THAI": "Thai",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "CJK": "Chinese",
}  # the first word of a letter's name in Unicode, and what is written so


def language_of(text: str) -> str:
    """The English name of a text's language; "" if it is short, mixed, code or not known."""
    said = _NOT_LANGUAGE.sub(" ", text) if _MAYBE_NOT_LANGUAGE.search(text) else text
    return _by_script(said) or _by_words(_WORD.findall(said.lower()))


@cache
def _languages_by_word() -> dict[str, frozenset[str]]:
    """The languages that each frequent word belongs to."""
    found: dict[str, set[str]] = {}
    for line in line_list("frequent_words"):
        name, _, words = line.partition(":")
        for word in words.split():
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


def _by_script(said: str) -> str:
    if said.isascii():
        return ""
    letters = [letter for letter in said if letter.isalpha()]
    scripts = Counter(SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0].split("-")[0], "") for letter in letters)
    if scripts["Japanese"] >= 2:  # Chinese characters stand among the kana
        scripts["Japanese"] += scripts.pop("Chinese", 0)
    del scripts[""]
    name, count = max(scripts.items(), key=lambda pair: pair[1], default=("", 0))
    return name if count >= MIN_LETTERS and count >= MIN_SHARE * len(letters) else ""


def _by_words(words: list[str]) -> str:
    found: dict[str, float] = {}
    known = _languages_by_word()
    for names in [known[word] for word in set(words) if word in known]:  # a title may repeat one: "Der Herr der Ringe"
        share = 1 / len(names)
        for name in names:
            found[name] = found.get(name, 0.0) + share
    ranks = sorted(found.items(), key=lambda pair: -pair[1])
    (name, most), (_, second) = [*ranks, ("", 0.0), ("", 0.0)][:2]
    return name if most >= max(MIN_WORDS, TIMES * second, SHARE_OF_WORDS * len(set(words))) else ""
