"""Right and wrong answers to the exercises of lesson 5, as readers may give them."""

import re

from helpers import stats

RIGHT = {
    "interval": ["b", "B", "(b)", "b."],
    "fact_rule": [
        r"dry[^.]*\b(24|twenty-four) ?h|\b(24|twenty-four) ?h[^.]*dry",
        re.compile(r"\bdr(y|ying)\b[^.]*\b(24 h|24h|twenty-four hours)|\b(24|twenty[- ]four) ?h(ours?)?\b[^.]*\bdry"),
        r"\b(24 ?h(ours)?|twenty-four hours)\b[^.]*\bdry|\bdry(ing)?\b[^.]*\b(24 ?h(ours)?|twenty-four hours)\b",
    ],
}


WRONG = {
    "interval": ["a", "c", "d", "95 %", 2, stats.exact_interval(164, 300)],
    "fact_rule": [
        r"dry[^.]*\b(24|twenty-four) ?h",
        r"\b(24|twenty-four) ?h[^.]*dry",
        r"dry[^.]*\b24 ?h|\b(24|twenty-four) ?h[^.]*dry",
        r"dry[^.]*\b(24|twenty-four) ?h|\b(24|twenty-four) hours[^.]*dry",
        r"dry[^.]*\b(24 ?h|twenty-four)|\b(24 ?h|twenty-four)[^.]*dry",
        r"dry[^.]*\b(24|twenty-four) ?h|(24|twenty-four) ?h[^.]*dry",
        r"dry.*\b(24|twenty-four) ?h|\b(24|twenty-four) ?h[^.]*dry",
        "24",
        "24 hours",
        r"\b24 hours\b",
        r"dry.*24 hours",
        r"dry.*\b(24|twenty-four) ?h|\b(24|twenty-four) ?h.*dry",
        "dry",
        "(24",
        24,
        "",
        r"(?=.*dry)(?=.*(24 h|twenty-four))",
    ],
}
