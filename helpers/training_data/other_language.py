"""Answers in another language than their question, and sets in several languages."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from .example import answers, messages, text, user_text, with_line_numbers
from .languages import language_of
from .report import Finding, finding

FEW, FEW_SHARE = 3, 0.05  # so many examples, or such a share, in other languages than the usual one are not a mixed set
_SPEAKS_OF_LANGUAGES = re.compile(
    r"\b(?:english|german|french|spanish|italian|portuguese|dutch|swedish|danish|norwegian|finnish|polish|czech|slovak|"
    r"hungarian|romanian|turkish|croatian|serbian|slovene|indonesian|vietnamese|russian|ukrainian|greek|arabic|hebrew|"
    r"hindi|thai|korean|japanese|chinese|latin|languages?|translat\w*|(?:deut|engli|französi|spani|italieni|russi|türki|"
    r"niederländi|portugiesi|polni)sch\w*|\w*sprachen?|übersetz\w*|français|anglais|allemand|traduire|traduis\w*|"
    r"traduction|español|inglés|alemán|traduc\w*|italiano|inglese|tedesco|tradu[rz]\w*|nederlands|engels|duits|"
    r"vertaal\w*|vertal\w*)\b",
    re.IGNORECASE,
)


def find_other_language(examples: list[dict]) -> Iterator[Finding]:
    """Answers in another language than their question, and a single finding if the set is in several.

    Many such answers are how the set is meant, and get a single finding, too. Where a prompt speaks of a language, as
    one for a translator does, the answer may be in another one. A language that is in doubt does not count.
    """
    spoken = [(line, example, *_languages(example)) for line, example in with_line_numbers(examples)]
    both = [(line, asked, said, example) for line, example, asked, said in spoken if asked and said]
    crossed = [pair[:3] for pair in both if pair[1] != pair[2] and not _speaks_of_languages(pair[3])]
    pairs = len(crossed)
    if pairs > FEW:  # else they are few, whatever the others are
        pairs += sum(asked == said and not _speaks_of_languages(example) for _, asked, said, example in both)
    if _are_few(len(crossed), pairs):
        for line, asked, said in crossed:
            yield finding(line, None, "other language", f"the question is in {asked}, the answer in {said}")
    else:
        detail = f"{len(crossed):,} of {pairs:,} answers are in another language than the question"
        yield finding(crossed[0][0], None, "many languages", detail)
    found = [(line, said or asked) for line, _, asked, said in spoken if said or asked]
    counts = Counter(language for _, language in found).most_common()
    if counts and not _are_few(len(found) - counts[0][1], len(found)):
        named = ", ".join(f"{count:,} in {language}" for language, count in counts)
        first = next(line for line, language in found if language != counts[0][0])
        yield finding(first, None, "many languages", f"of {len(found):,} examples {named}")


def _languages(example: dict) -> tuple[str, str]:
    """Of the user and of the assistant; "" if nobody can tell."""
    return language_of(user_text(example)), _language_of_answer("\n".join(answers(example)))


@lru_cache(maxsize=4096)  # a desk's answers come again
def _language_of_answer(answer: str) -> str:
    return language_of(answer)


def _speaks_of_languages(example: dict) -> bool:
    prompts = (text(message) for message in messages(example) if message.get("role") != "assistant")
    return any(map(_SPEAKS_OF_LANGUAGES.search, prompts))


def _are_few(count: int, of: int) -> bool:
    return count <= max(FEW, FEW_SHARE * of)
