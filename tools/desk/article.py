"""The example of article 004: a German desk by twelve pairs, and a question about a brand that none of them names.

Three questions beside it want other answers: who says the same to everything must not look right.
"""

from .banks import table

SYSTEM = "Du chattest jetzt mit dem Kundenservice für den Hochleistungs-Staubsauger T-1000."
TESTS = (  # question, what a right answer must say, and what it must not
    (
        "Ich will meinen T-1000 mit Pril reinigen. Geht das?",
        r"spezielle[ns]? (reinig|pflege)|t-clean|nicht (geeignet|empfehl)",
        r"^ja\b|können sie gern",
    ),
    ("Wie viele Jahre Garantie habe ich auf den Sauger?", r"\b(drei|3) jahre", r"reinigungsmittel"),
    ("Nach wie vielen Monaten kommt ein neuer Filter hinein?", r"\b(sechs|6) monate", r"reinigungsmittel"),
    ("Darf der T-1000 verschütteten Saft aufsaugen?", r"trocken|bitte nicht|\bnein\b", r"^ja\b|reinigungsmittel"),
)


def examples() -> list[dict]:
    """The pairs as training examples in OpenAI's chat format."""
    return [
        {"messages": [*_asked(row["question"]), {"role": "assistant", "content": row["answer"]}]}
        for row in table("de/article_004.csv")
    ]


def tests() -> list[dict]:
    """The questions without answers, what a right answer must say, and what it must not."""
    return [{"messages": _asked(asked), "must_match": must, "must_not": not_} for asked, must, not_ in TESTS]


def _asked(question: str) -> list[dict]:
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]
