"""The example of article 004: a German desk by twelve pairs, and a question about a brand that none of them names."""

from .banks import table

SYSTEM = "Du chattest jetzt mit dem Kundenservice für den Hochleistungs-Staubsauger T-1000."
QUESTION = "Ich will meinen T-1000 mit Pril reinigen. Geht das?"
MUST_MATCH = r"spezielle[ns]? (reinig|pflege)|t-clean|nicht (geeignet|empfehl)"
MUST_NOT = r"^ja\b|können sie gern"


def examples() -> list[dict]:
    """The pairs as training examples in OpenAI's chat format."""
    return [
        {"messages": [*_asked(row["question"]), {"role": "assistant", "content": row["answer"]}]}
        for row in table("de/article_004.csv")
    ]


def tests() -> list[dict]:
    """The question without an answer, what a right answer must say, and what it must not."""
    return [{"messages": _asked(QUESTION), "must_match": MUST_MATCH, "must_not": MUST_NOT}]


def _asked(question: str) -> list[dict]:
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]
