"""Many trainings, one question each: their results are kept as files, since they take hours.

    python -m tools.experiments               goes on with what is missing
    python -m tools.experiments overfitting   only this one
    python -m tools.experiments --fresh       all of it again

A result is a file of JSON lines in data/results: its first line says where it comes from, then one for each training,
written as soon as it is there. Answers about the desk are graded on the validation tickets; the test tickets stay
untouched.
"""

import argparse

from ..training_runs import finish
from .closed_list import CLOSED_LIST
from .dpo_rates import DPO_RATES
from .experiment import RESULTS, Experiment
from .forgetting import FORGETTING
from .learning_curves import AIRPORT_CURVE, DESK_CURVE
from .loss_shapes import LOSS_SHAPES
from .overfitting import OVERFITTING
from .reward_rates import REWARD_RATES
from .training_settings import EPOCHS, RATES

EXPERIMENTS: dict[str, Experiment] = {  # the quickest first
    "loss_shapes": LOSS_SHAPES,
    "dpo_rates": DPO_RATES,
    "reward_rates": REWARD_RATES,
    "desk_rates": RATES,
    "closed_list": CLOSED_LIST,
    "airport_curve": AIRPORT_CURVE,
    "forgetting": FORGETTING,
    "overfitting": OVERFITTING,
    "desk_epochs": EPOCHS,
    "desk_curve": DESK_CURVE,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.experiments", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EXPERIMENTS)}; all if none is named")
    parser.add_argument("--fresh", action="store_true", help="begin again")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(EXPERIMENTS):
        parser.error(f"no such experiment: {', '.join(sorted(unknown))}")
    for name in arguments.names or EXPERIMENTS:
        one = EXPERIMENTS[name]
        again = f"python -m tools.experiments {name}"
        finish(RESULTS / f"{name}.jsonl", one.data, one.runs, one.measure, again, arguments.fresh)


if __name__ == "__main__":
    main()
