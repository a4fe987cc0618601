"""The sections of the report on the decision: verdicts, account, money, opponents, learning curve."""

from collections.abc import Mapping, Sequence

import pandas as pd

from ..compare import similarity
from ..stats import exact_interval
from ..training_data import split_off_answer
from ..training_data.example import text
from ..training_data.personal_data import mask
from . import figures
from .blocks import Block, Box, Section
from .go_no_go import verdict, verdict_after
from .left_out import short
from .study import Outcome, Study
from .text_classifier import MIN_ALIKE, like_the_desk

COLOR = {
    "Go.": "good",
    "Use": "good",
    "No-go.": "bad",
    "No-go:": "bad",
    "Do": "bad",
    "Not": "open",
}  # a verdict's first word
ANSWERS_SHOWN = 5
LIKE = (
    f"An answer counts as like the desk's if the two have at least {MIN_ALIKE:.0%} of their letter triples in common. "
    "This sees words, not truth: read the answers, too."
)


def verdicts(study: Study, outcome: Outcome | None) -> Section:
    """Go on or stop, and use it or not, each with its conditions."""
    conditions = study.conditions
    blocks = [_box("Before training: go on or stop?", verdict(conditions)), conditions]
    if outcome:
        blocks += [_box("After training: use it or not?", verdict_after(outcome.conditions)), outcome.conditions]
    else:
        blocks.append(Box("After training: use it or not?", "No model has been trained and asked yet.", "open"))
    return Section("Verdict", blocks)


def may_train(study: Study) -> Section:
    """Whether a model may be trained at all."""
    account = study.account
    title, color = {True: ("Yes", "good"), False: ("No", "bad"), None: ("Not known", "open")}[account.may_train]
    return Section("May a model be trained there?", [Box(title, account.says, color)])


def money(study: Study) -> Section:
    """The cost, and the gain over the model's life."""
    money, title = study.money, "Cost and gain"
    if not money:
        return Section(title, ["No example is left to train on, so nothing was priced."])
    gain = money.gain
    prices = pd.DataFrame(
        {
            f"today, with a prompt of {money.prompt_tokens_today:,} tokens": {
                "USD for 1,000 conversations": 1000 * money.today
            },
            "tuned, with the short prompt": {"USD for 1,000 conversations": 1000 * money.tuned},
        }
    ).T
    blocks: list[Block] = [
        f"Training {money.target_model} costs {money.estimate}",
        prices,
        f"Over the model's life, {gain.days:,} days, with {gain.work:,.2f} USD for hours of work, "
        f"it {'loses' if gain.usd < 0 else 'gains'} {abs(gain.usd):,.2f} USD; "
        f"at least {money.wanted:,.2f} USD are wanted.",
        figures.money(gain),
        gain.table,
        f"Paid for itself, work included: {gain.payback}.",
    ]
    if study.account.own_machine:
        own = (
            f"Training runs on your own machine, so these prices are no condition. What remains is your work, "
            f"{gain.work:,.2f} USD, and electricity, which is not counted."
        )
        blocks.insert(0, Box("OpenAI's money is no condition here", own, "open"))
    return Section(title, blocks)


def opponents(study: Study, outcome: Outcome | None) -> Section:
    """The comparison on the test questions with what needs no training, and with today's prompt."""
    references = [split_off_answer(example)[1] for example in study.data.parts["test"]]
    answers = dict(outcome.answers if outcome else study.searched)
    if not references:
        return Section("Compared with what needs no training", ["There is no test question to compare on."])
    right = {name: like_the_desk(given, references) for name, given in answers.items()}
    blocks: list[Block] = [figures.shares(rates(right), "On unseen questions"), LIKE]
    blocks.append(
        "Nearest question: the desk's answer to the most similar training question, by TF-IDF. Classifier: a linear "
        "support vector machine that chooses among the answers that come again; it is left out where few do."
    )
    if outcome:
        blocks += _measured(study, outcome)
    if not outcome or "today's prompt" not in answers:
        blocks.append("Today's long prompt was not asked: in lesson 8, give its text as prompt_today.")
    return Section("Compared with what needs no training", blocks)


def _measured(study: Study, outcome: Outcome) -> list[Block]:
    """Which model was measured, and the answers that were least like the desk's."""
    target = study.money.target_model if study.money else ""
    other = "" if target in outcome.model else f" What it answers says little about {target}, whose prices stand above."
    questions = [prompt[-1] for prompt, _ in map(split_off_answer, study.data.parts["test"])]
    rows = sorted(
        zip(questions, outcome.references, outcome.answers["tuned"], strict=True), key=lambda row: similarity(*row[1:])
    )
    shown = [[short(mask(one)) for one in (text(question), *answers)] for question, *answers in rows[:ANSWERS_SHOWN]]
    return [
        f"The tuned model is {outcome.model}.{other}",
        "Its answers that are least like the desk's, masked and shortened. Is each wrong, or only put otherwise? See:",
        pd.DataFrame(shown, columns=["question", "desk", "tuned"]),
    ]


def rates(right: Mapping[str, Sequence[bool]]) -> pd.DataFrame:
    """A row for each contestant: the share `right`, `of` how many, and the exact 95 % interval."""
    rows = {}
    for name, marks in right.items():
        low, high = exact_interval(sum(marks), len(marks))
        rows[name] = {"right": sum(marks) / len(marks), "of": len(marks), "low": low, "high": high}
    return pd.DataFrame.from_dict(rows, orient="index").astype({"of": "int64"})


def learning_curve(study: Study) -> Section:
    """How much more examples help."""
    title, curve = "Learning curve", study.curve
    if curve.empty:
        return Section(title, ["There is no validation question to draw it on."])
    tuned = (
        "The blue dots are small trainings."
        if "tuned" in set(curve.opponent)
        else "No small trainings were run: in lesson 8, small_trainings names their sizes."
    )
    asked = f"On {curve.of.iloc[0]:,} validation questions."
    return Section(title, [figures.learning_curve(curve), f"{asked} A line that still rises asks for more. {tuned}"])


def _box(title: str, says: str) -> Box:
    return Box(title, says, COLOR[says.split(" ")[0]])
