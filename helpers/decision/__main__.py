"""From a file to the report, without training: python -m helpers.decision desk.csv --question Question --answer Answer

Columns and roles are named as in lesson 8. It writes report.html, report.md, findings.csv and the training files.
"""

import argparse
import inspect
import sys
from datetime import date
from pathlib import Path

from .. import costs, prices, tokens, training_data
from ..training_data.checks import MODEL
from . import (
    OWN_MACHINE,
    Data,
    Money,
    Study,
    answers_without_a_model,
    conditions,
    curve_without_a_model,
    gain,
    not_asked,
    read_with_notes,
    verdict,
    with_prompt,
    write_report,
)

WORDS = {
    name: parameter.default
    for name, parameter in inspect.signature(training_data.read).parameters.items()
    if name not in ("path", "roles")
}  # of `read`, with their defaults


def main() -> None:
    given = parser().parse_args()
    try:
        said = decide(given)
    except (OSError, ValueError, costs.NoPrice) as error:
        sys.exit(str(error))
    print(said)


def decide(given: argparse.Namespace) -> str:
    """Write the files; returns the verdict and where they are. Raises OSError, ValueError or NoPrice."""
    source = {"path": given.path} | {word: value for word in WORDS if (value := getattr(given, word))}
    if given.roles:
        source["roles"] = dict(pair.rsplit("=", 1) for pair in given.roles)
    examples, notes = read_with_notes(source)
    if given.presidio:
        examples = training_data.with_presidio(examples, given.presidio)
        notes.append(f"Presidio looked for names, too, with {given.presidio}.")
    found = training_data.inspect(examples, given.model)
    cleaned = training_data.clean(examples, found, given.ignore)
    left = training_data.inspect(cleaned, given.model)
    parts = training_data.split(cleaned)
    money = _money(given, parts["train"]) if parts["train"] else None
    account = OWN_MACHINE if given.own_machine else not_asked(given.starts)
    searched = answers_without_a_model(parts["train"], parts["test"])
    data = Data(source, notes, examples, found, cleaned, left, parts, given.ignore)
    table = conditions(data, account, money, searched)
    study = Study(data, money, account, searched, table, curve_without_a_model(parts))
    paths = write_report(given.to, study, masked=not given.unmasked)
    for name, part in parts.items():
        training_data.write_jsonl(given.to / f"{name}.jsonl", map(training_data.upload_fields, part))
    return "\n".join([*notes, verdict(table), f"Written: {', '.join(map(str, paths))}"])


def _money(given: argparse.Namespace, train: list[dict]) -> Money:
    estimate = costs.estimate(train, given.model, given.epochs, on=given.starts)
    price = prices.price(given.model, given.starts)
    bare = [row | {"messages": with_prompt(row["messages"], "")} for row in train]  # today's prompt takes its place
    now, later = (tokens.per_conversation(talks, given.model) for talks in (bare, train))
    today = costs.answers_usd(now.prompt + now.answers * given.prompt_tokens, now.completion, price, tuned=False)
    tuned = costs.answers_usd(later.prompt, later.completion, price, tuned=True)
    won = gain(
        estimate.usd,
        today,
        tuned,
        a_day=given.a_day,
        start=given.starts,
        retires=price.retires,
        hours=given.hours,
        wage=given.wage,
    )
    return Money(given.model, estimate, given.budget, given.prompt_tokens, today, tuned, won, given.wanted_gain)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m helpers.decision", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", metavar="FILE", help="a file or folder, as `training_data.read` takes it")
    for word, default in WORDS.items():
        option = f"--{word.replace('_', '-')}"
        parser.add_argument(option, default=default, type=type(default), help=f"{word} of `training_data.read`")
    parser.add_argument("--roles", nargs="*", metavar="NAME=ROLE", help="such as Librarian=assistant *=user")
    parser.add_argument("--ignore", nargs="*", default=["uneven topic"], metavar="KIND", help="kinds of finding")
    parser.add_argument("--presidio", metavar="MODEL", help="of spaCy, such as de_core_news_sm, to find more names")
    parser.add_argument("--model", default=MODEL, help=f"to be trained; default {MODEL}")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--budget", type=float, default=5.0, metavar="USD", help="of the training")
    parser.add_argument("--starts", default=date.today().isoformat(), metavar="DATE", help="default: today")
    parser.add_argument("--a-day", type=float, default=40, metavar="N", help="conversations a day")
    parser.add_argument("--prompt-tokens", type=int, default=0, metavar="N", help="of today's prompt")
    parser.add_argument("--hours", type=float, default=0, metavar="N", help="of work until it is in use")
    parser.add_argument("--wage", type=float, default=0, metavar="USD", help="an hour")
    parser.add_argument("--wanted-gain", type=float, default=0, metavar="USD", help="less is a no-go")
    parser.add_argument("--own-machine", action="store_true", help="train on this machine, where tokens cost nothing")
    parser.add_argument("--unmasked", action="store_true", help="personal data stand in findings.csv")
    parser.add_argument("--to", type=Path, default=Path("data/own"), metavar="FOLDER", help="default: data/own")
    return parser


if __name__ == "__main__":
    main()
