"""Is the set even? Topics with too few or too many examples, and answers whose tone is not that of the others."""

import re
from collections import Counter
from collections.abc import Iterator
from statistics import median

import pandas as pd

from .examples import answer, numbered
from .findings import Finding

TIMES = 4  # how many times more or less than the middle one is uneven
FEWEST = 20  # words, below which length says nothing of the tone

# At a sentence's beginning "Sie" and "Ihr" may be "they" and "her"; within it, the capital letter makes the address.
_SIE = re.compile(r"(?<![.!?:\n] )(?<!^)\b(?:Sie|Ihnen|Ihre?[nmrs]?)\b", re.MULTILINE)
_DU = re.compile(r"\b(?:du|dir|dich|dein(?:e[nmrs]?)?|euch|eu(?:er|re[nmrs]?))\b", re.IGNORECASE)


def topics(examples: list[dict]) -> pd.DataFrame:
    """Examples and their share by topic, the largest first."""
    counts = Counter(str(example.get("topic", "")) for example in examples)
    table = pd.DataFrame(counts.most_common(), columns=["topic", "examples"]).set_index("topic")
    return table.assign(share=table.examples / max(1, len(examples)))


def address(said: str) -> str:
    """How a German text addresses its reader: "Sie", "du", "Sie and du", or "" if it does not."""
    return " and ".join(name for name, pattern in (("Sie", _SIE), ("du", _DU)) if pattern.search(said))


def find_uneven_topics(examples: list[dict]) -> Iterator[Finding]:
    """Topics with a quarter or less, or four times or more, of the middle topic's examples; at their first line."""
    counts = Counter(str(example["topic"]) for example in examples if "topic" in example)
    middle = median(counts.values()) if counts else 0
    named = set()
    for line, example in numbered(examples):
        topic = str(example.get("topic", ""))
        if topic in counts and topic not in named:
            named.add(topic)
            if counts[topic] * TIMES <= middle or counts[topic] >= middle * TIMES:
                few = counts[topic] < middle
                todo = (
                    "Collect more of them, or the model hardly learns it."
                    if few
                    else "Take fewer, or it outweighs the others."
                )
                detail = f"{topic!r} has {counts[topic]} examples, the middle topic {middle:g}"
                yield Finding(line, None, "uneven topic", detail, todo)


def find_other_tone(examples: list[dict]) -> Iterator[Finding]:
    """Answers that say du where the others say Sie (or the reverse, or both), and those of quite another length."""
    lines, answers = [line for line, _ in numbered(examples)], [answer(example) for example in examples]
    addresses = [address(said) for said in answers]
    usual = Counter(filter(None, addresses)).most_common(1)[0][0] if any(addresses) else ""
    words = [len(said.split()) for said in answers]
    middle = median(filter(None, words)) if any(words) else 0
    for line, said, how, length in zip(lines, answers, addresses, words, strict=True):
        if how and how != usual:
            yield Finding(
                line,
                None,
                "other tone",
                f"it says {how}, usual is {usual}: {said[:80]!r}",
                "Address all customers alike.",
            )
        if length >= max(FEWEST, middle * TIMES) or 0 < length * TIMES <= middle >= FEWEST:
            detail = f"{length} words, the middle answer has {middle:g}: {said[:80]!r}"
            yield Finding(
                line, None, "other length", detail, "Write answers of one kind: the model learns their length too."
            )
