"""How many answers of a model are right: the desk's validation tickets, general questions, the airport's."""

import pandas as pd
from openai import OpenAI

from helpers import compare
from helpers.paths import ROOT
from helpers.t1000 import desk_files
from helpers.t1000.desk_grading import grade

MAX_TOKENS = 70  # of an answer of the desk, as in lesson 5
TURNED_AWAY = "only help with"  # what the desk's examples say to a question on another subject


def desk(client: OpenAI, model: str) -> dict:
    """How many validation tickets the model answers right: `right`, `of`, and `kinds`: [right, of] by kind."""
    graded = graded_tickets(client, model)
    kinds = {str(kind): [int(rows.sum()), len(rows)] for kind, rows in graded.groupby("kind").right}
    return {"right": int(graded.right.sum()), "of": len(graded), "kinds": kinds}


def graded_tickets(client: OpenAI, model: str) -> pd.DataFrame:
    """The model's answers to the validation tickets, with the columns of `desk_grading.grade`."""
    examples, truths = desk_files.load_tickets("validation")
    prompts = desk_files.prompts_of(examples)
    return grade(compare.ask_all(client, model, prompts, max_tokens=MAX_TOKENS).answer, examples, truths, "en")


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
