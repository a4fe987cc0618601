"""The conversations whose tokens lesson 6 counts."""

from .desk_files import load_tickets, prompts_of
from .desk_grading import load_handbook
from .desk_retrieval import RULES, LearnedRetrieval, all_with_entries

LEARNED_FROM = 1000  # training tickets of the search: enough to find entries of the usual length


def conversations() -> dict[str, list[dict]]:
    """The test conversations as examples with each prompt: two long ones, and the short one of a tuned model."""
    (train, truths), (test, _) = load_tickets("train"), load_tickets("test")
    handbook, messages = load_handbook("en"), [example["messages"] for example in test]
    search = LearnedRetrieval(handbook, train[:LEARNED_FROM], truths[:LEARNED_FROM])
    long = {"whole handbook": handbook, "three entries": search.best(prompts_of(test))}
    asked = {kind: all_with_entries(messages, entries, RULES) for kind, entries in long.items()}
    return {kind: [{"messages": turns} for turns in talks] for kind, talks in asked.items()} | {"tuned": test}


def texts(language: str) -> list[str]:
    """What customers and the desk say in the test tickets, "en" or "de"."""
    examples, _ = load_tickets("test", language)
    return [turn["content"] for example in examples for turn in example["messages"][1:]]
