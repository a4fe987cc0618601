"""Reads the tickets of the desk."""

from ..paths import DESK
from ..training_data import read_jsonl


def load_tickets(part: str, language: str = "en") -> tuple[list[dict], list[dict]]:
    """The examples of a part ("train", "validation" or "test"), and the truth about each. `language`: "en" or "de"."""
    folder = DESK / language
    return read_jsonl(folder / f"{part}.jsonl"), read_jsonl(folder / f"{part}.truth.jsonl")


def prompts_of(examples: list[dict]) -> list[list[dict]]:
    """The messages before each example's last answer: the system prompt and all turns up to the customer's last."""
    return [example["messages"][:-1] for example in examples]


def load_more_questions(language: str = "en") -> list[str]:
    """Short questions for a talk with the desk. Nothing was trained, chosen or graded on them."""
    return (DESK / language / "more_questions.txt").read_text(encoding="utf-8").splitlines()


def things(part: str, language: str = "en") -> set[str]:
    """What the tickets of a part ask about, in the words of their questions: "cream", "wide nozzle"."""
    _, truths = load_tickets(part, language)
    return {thing for truth in truths for thing in truth["things"].values()}
