"""Answers that stop before their end, in English and German.

Chats, lists and labels end without a full stop, so its absence proves nothing: an answer counts as cut off if its
last word or mark cannot be the last one of a sentence.
"""

import re

_BRACKETS = ("(", ")"), ("[", "]"), ("{", "}"), ("„", '“”"')
_SMILEY = re.compile(r"(?:[:;=8x][-^o\']?[()\[\]{}|/\\]+|:[\w+-]+:)", re.IGNORECASE)
_CLOSING = re.compile(
    r"\b(?:regards|wishes|sincerely|thanks|cheers|yours|greetings|gr(?:ü|ue)(?:ß|ss)\w*|dank)\b", re.I
)
_PRICE = re.compile(r"\d\s?(?:[.,]\s?)?[-–—]+$")  # 19,- and 5,–
_CODE = re.compile(r"[=<>{}]|\w\(|^\s*(?:select|insert|update|delete|import|return)\b", re.IGNORECASE)

_ENGLISH = re.compile(
    r"\b(?:the|a|to|of|you|it|is|and|for|with|can|i|yes|no|we|who|that|here)\b", re.IGNORECASE
)  # none of them is German
# Words that something must follow. "die" and "den" are English words, too, so German ones count in German only.
_NEVER_LAST = re.compile(r"\b(?:the|and|or|your|our|because|whose|(?<!ing )(?<!all )but)$", re.IGNORECASE)
_GERMAN_NEVER_LAST = re.compile(
    r"\b(?:und|oder|der|die|dem|den|des|eine[nmr]?|ihre[nmrs]?|zum|zur|von|vom|beim|im|am|ins|für|weil|dass|wenn)$",
    re.IGNORECASE,
)
_NAMED_WORD = re.compile(  # "es heißt die", "der Artikel ist die", "ja, ich habe eine": the word itself is meant
    r"(?:\b(?:hei(?:ß|ss)t|lautet|steht|artikel|wort|hab(?:e|en|t)|hat|gibt|nehm(?:e|en|t)|brauch(?:e|en|t)|genau)"
    r"(?: (?:noch|nur|auch|ist|sie|wir|ich))?|^\w+ (?:ist|sind)) [^\W\d]+$",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^(?:\S+ ){0,2}\S+:\s*\S+$")  # "Answer: the"
# "a" that is not a label: not "option a", "vitamin a", "b or a".
_ARTICLE = re.compile(
    r"\b(?!(?:option|answer|choice|letter|type|class|grade|vitamin|hepatitis|point|plan|part|step|section|group|size|"
    r"side|team|room|gate|door|zone|line|level|version|variant|category|and|or|not|is|antwort|punkt|teil|und|oder|"
    r"\w|\d+) )\w+ an?$",
    re.IGNORECASE,
)
_GERMAN = re.compile(r"\b(?:sie|der|das|ich|wir|du|und|ist|nicht|bitte|dem|es|ihn|uns|mit|den)\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\b(?:of|with|for|from|into|within|during|between|(?:due|according|prior|next|back) to)$", re.IGNORECASE
)
# "The one you asked for", "nothing to pay for", "it is taken care of": the sentence is whole.
_STRANDING = re.compile(
    r"\b(?:wh\w+|how|that|ones?|\w*(?:thing|one|body)|is|are|was|were|be|been|being|has|have|had|it|lots?|"
    r"(?:you|we|i|they|he|she) \w+(?: \w+)?|to \w+(?: \w+)?)"
    r"\b(?!$)",
    re.IGNORECASE,
)
_VERBLESS = re.compile(r"^(?:\w+\W+){0,2}\b(?:our|your|the|my|their|its) (?:\w+ ){1,3}(?:is|are)$", re.IGNORECASE)
_SUBJECT = re.compile(  # a clause that has begun: ", we", "because they", "weil wir"
    r"(?:,|\b(?:that|if|because|when|until)) (?:we|they|he|she|I)$|\b(?:if|because|when|until) you$|"
    r"(?:,|\b(?:dass|weil|wenn|ob|sobald|falls)) (?:wir|ich|man|er|es|sie)$",
    re.IGNORECASE,
)
# Beginnings of words without a vowel that are not abbreviations.
_TORN_WORD = re.compile(r"\w (?:bl|cl|fl|gl|kn|scr|shr|sk|sl|sm|sn|spl|spr|sw|thr|tw|wh|wr|sch[lmnrw])$")


def cut_off(text: str) -> bool:
    """Whether an answer stops in mid-sentence. It may well miss one that does, and seldom names one that does not."""
    answer = text.strip()
    if answer.count("```") % 2 or (answer.startswith("{") and answer.count("{") > answer.count("}")):
        return True
    if not answer or answer[-1] in ".!?…。！？" or len(answer.split()) == 1:
        return False
    line = answer.splitlines()[-1][-400:].rstrip()
    sentence = re.split(r"[.!?…] ", line)[-1]
    return _stops_at_a_mark(line) or _stops_at_a_word(sentence)


def _stops_at_a_mark(line: str) -> bool:
    without = _SMILEY.sub("", line).rstrip()
    if any(without.rfind(left) > max(map(without.rfind, right)) for left, right in _BRACKETS):
        return True
    if without != line or _PRICE.search(line):
        return False
    if line[-1] in ",;:":
        return not (len(line.split()) < 3 or _CLOSING.search(line) or (line[-1] == ";" and _CODE.search(line)))
    return bool(re.search(r"(?:\s|\w{3})[-–—]$", line))


def _stops_at_a_word(sentence: str) -> bool:
    if _LABELLED.search(sentence) or len(sentence.split()) < 2:
        return False
    if _PREPOSITION.search(sentence):
        return not _STRANDING.search(sentence)
    if _GERMAN_NEVER_LAST.search(sentence):
        return not (_ENGLISH.search(sentence) or _NAMED_WORD.search(sentence))
    if _ARTICLE.search(sentence):
        return not _GERMAN.search(sentence)  # "rufen Sie uns an"
    return any(pattern.search(sentence) for pattern in (_NEVER_LAST, _VERBLESS, _SUBJECT, _TORN_WORD))
