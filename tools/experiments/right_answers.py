"""How many answers of a model are right: general questions, and the airport's."""

import pandas as pd
from openai import OpenAI

from helpers import compare
from helpers.paths import ROOT

TURNED_AWAY = "only help with"  # what the desk's examples say to a question on another subject


def general(client: OpenAI, model: str) -> dict:
    """Of the general questions, how many it answers right and how many it turns away; `said`: the answers by id."""
    asked = pd.read_csv(ROOT / "data" / "general" / "questions.csv")
    prompts = [[{"role": "user", "content": question}] for question in asked.question]
    answers = compare.ask_all(client, model, prompts).answer
    right = map(compare.states_fact, answers, asked.must_match)
    return {
        "general_right": sum(right),
        "turned_away": int(answers.str.contains(TURNED_AWAY, regex=False).sum()),
        "general_of": len(asked),
        "said": dict(zip(asked.id, answers, strict=True)),
    }


def airport_rules(answers: list[str], examples: list[dict]) -> int:
    """How many of the answers state the rule that the airport's own answer states."""
    policy = pd.read_csv(ROOT / "data" / "examples" / "airport" / "policy.csv").set_index("answer").must_match
    wanted = [policy[example["messages"][-1]["content"]] for example in examples]
    return sum(map(compare.states_fact, answers, wanted))
