"""What lesson 5's classifier answers, kept for lessons that only count it: python -m tools.classifier_answers

Lesson 5 builds the classifier and asks it, and a test compares its answers with the kept ones. The result is
data/results/classifier_answers.jsonl: where it comes from, then a line for each answer: to the test tickets, to lesson
9's pairs and dangerous questions, and, with edited answers, to the tickets about facts that changed. It takes half a
minute.
"""

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version

from helpers.paths import write_atomic
from helpers.t1000 import changed_facts, desk_files, lesson5, liable_grading, paired_customers
from helpers.t1000.opponents import chosen_analyst

from .provenance import data_hashes, processor

USED = ("desk/handbook.csv", "desk/changed/*", "desk/en/[tv]*.jsonl", "limits/*.csv")  # under data/


def answers() -> dict[str, tuple[list[list[dict]], list[str]]]:
    """Who answers: the prompts and the answers."""
    classifier, _ = chosen_analyst(desk_files.load_tickets("train"), desk_files.load_tickets("validation"))
    edited = classifier.with_edits(dict(changed_facts.load_changes().answer))
    prompts = desk_files.prompts_of(desk_files.load_tickets("test")[0])
    prompts += paired_customers.prompts_of_pairs(paired_customers.load_pairs())
    prompts += liable_grading.prompts_of_questions(liable_grading.load_questions())
    changed = desk_files.prompts_of(changed_facts.load_changed_tickets()[0])
    return {
        lesson5.CLASSIFIER: (prompts, classifier.answers(prompts)),
        lesson5.CLASSIFIER_EDITED: (changed, edited.answers(changed)),
    }


def main() -> None:
    about = {
        "recorded": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "versions": {"python": platform.python_version(), "scikit-learn": version("scikit-learn")},
        "processor": processor(),
        "data": data_hashes(USED),
    }
    rows = [
        {"who": who, "messages": messages, "answer": answer}
        for who, answered in answers().items()
        for messages, answer in zip(*answered, strict=True)
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in [about, *rows])
    write_atomic(lesson5.CLASSIFIER_ANSWERS, text.encode())


if __name__ == "__main__":
    main()
