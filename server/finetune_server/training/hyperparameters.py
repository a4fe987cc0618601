"""Numbers for hyperparameters that are "auto"."""


def auto_hyperparameters(examples: int) -> dict:
    """What "auto" means for a file of this many examples.

    `n_epochs` follows the rule seen in five of OpenAI's jobs: three epochs; more for a small file, up to 25, so that
    about 100 examples are read in all; fewer for a large one, so that at most 25,000 are. Batch size and learning
    rate are this server's own, for small models.
    """
    if examples * 3 < 100:
        n_epochs = min(25, 100 // examples)
    elif examples * 3 > 25_000:
        n_epochs = max(1, 25_000 // examples)
    else:
        n_epochs = 3
    return {"n_epochs": n_epochs, "batch_size": 4, "learning_rate_multiplier": 2.0}


def resolve_hyperparameters(job: dict, examples: int) -> dict:
    """The fields of a job that name its hyperparameters, with a number for each "auto"."""
    auto = auto_hyperparameters(examples)
    numbers = {name: auto[name] if value == "auto" else value for name, value in job["hyperparameters"].items()}
    return {"hyperparameters": numbers, "method": {"type": "supervised", "supervised": {"hyperparameters": numbers}}}
