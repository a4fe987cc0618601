"""Whether a model may be trained at the chosen place: asked there if that is possible, otherwise stated from dates."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import openai
import pandas as pd
from openai import OpenAI

from ..api_errors import explain
from ..backends.backend import Backend
from ..backends.openai_account import WHO_MAY_TRAIN

OPENAI_CLOSES = pd.Timestamp("2027-01-06")  # from then on nobody can train there; see WHO_MAY_TRAIN
TOO_FEW = b'{"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}]}\n'


@dataclass(frozen=True)
class Account:
    """Where a model is to be trained, and whether it may be: None if that was not asked.

    On one's own machine (`own_machine`) no tokens are billed.
    """

    own_machine: bool
    may_train: bool | None
    says: str


OWN_MACHINE = Account(True, True, "Training runs on your own machine, with no account and no bill for tokens.")


def not_asked(starts: date | str) -> Account:
    """The account at OpenAI, which nobody asked. From the day on which OpenAI closes, the answer is no."""
    if pd.to_datetime(starts) >= OPENAI_CLOSES:
        return Account(False, False, f"Nobody can train at OpenAI on {starts}. {WHO_MAY_TRAIN}.")
    return Account(False, None, f"No account was asked. {WHO_MAY_TRAIN}.")


def may_train(client: OpenAI, backend: Backend, starts: date | str) -> Account:
    """Whether a model may be trained at this backend.

    Where it costs, the API is asked for a job on one example, as in lesson 3: too few to be trained on, so that it
    costs nothing. The job is cancelled, the file deleted. `replay` asks nobody. Raises openai.APIError where the answer
    says nothing about the account.
    """
    if backend.name == "replay":
        return not_asked(starts)
    if not backend.paid:
        return OWN_MACHINE
    once = client.with_options(max_retries=0)
    file = once.files.create(file=("too_few.jsonl", TOO_FEW), purpose="fine-tune")
    try:
        trial = once.fine_tuning.jobs.create(model=backend.base_model, training_file=file.id)
        with suppress(openai.BadRequestError, openai.ConflictError):  # it may have failed already
            client.fine_tuning.jobs.cancel(trial.id)
    except openai.APIStatusError as error:
        if error.code == "training_not_available" or isinstance(error, openai.PermissionDeniedError):
            return Account(False, False, explain(error))
        if isinstance(error, openai.BadRequestError):  # it looked at the file, so the account was let in
            return Account(False, True, "The API looked at a trial job of one example, and refused only its file.")
        raise
    finally:
        client.files.delete(file.id)
    return Account(
        False, True, f"The API took a trial job of one example, {trial.id}, which is too small to be trained."
    )
