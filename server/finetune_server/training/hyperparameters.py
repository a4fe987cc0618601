"""Hyperparameters of a job: where the job shows them, and numbers for those that are "auto"."""


def auto_hyperparameters(examples: int, method: str = "supervised") -> dict:
    """What "auto" means for a file of this many examples.

    `n_epochs` follows the rule seen in five of OpenAI's jobs: three epochs; more for a small file, up to 25, so that
    about 100 examples are read in all; fewer for a large one, so that at most 25,000 are. The others are this
    server's own, for small models: `dpo` and `reinforcement` take the rates that did best of those tried on
    SmolLM2-135M-Instruct. `beta` is that of TRL. `reinforcement` is evaluated about ten times.
    """
    if examples * 3 < 100:
        n_epochs = min(25, 100 // examples)
    elif examples * 3 > 25_000:
        n_epochs = max(1, 25_000 // examples)
    else:
        n_epochs = 3
    if method == "reinforcement":
        steps = -(-examples // 4) * n_epochs
        return {
            "n_epochs": n_epochs,
            "batch_size": 4,
            "learning_rate_multiplier": 1.0,
            "compute_multiplier": 1.0,
            "eval_interval": max(1, steps // 10),
            "eval_samples": 1,
        }
    if method == "dpo":
        return {"n_epochs": n_epochs, "batch_size": 4, "learning_rate_multiplier": 0.05, "beta": 0.1}
    return {"n_epochs": n_epochs, "batch_size": 4, "learning_rate_multiplier": 2.0}


def resolve_hyperparameters(job: dict, examples: int) -> dict:
    """The fields of a job that name its hyperparameters, with a number for each "auto"."""
    method = job["method"]["type"]
    auto = auto_hyperparameters(examples, method)
    asked = hyperparameters_of(job)
    resolved = {name: auto[name] if value == "auto" else value for name, value in asked.items()}
    rest = {name: value for name, value in job["method"][method].items() if name != "hyperparameters"}
    return method_fields(method, resolved, **rest)


def hyperparameters_of(job: dict) -> dict:
    """The hyperparameters of a job's method, by name."""
    method = job["method"]
    return method[method["type"]]["hyperparameters"]


def method_fields(method: str, hyperparameters: dict, **more) -> dict:
    """The fields of a job that name its method; `more` of what belongs to it, its grader for instance.

    The older field, `hyperparameters`, is null unless the method is supervised.
    """
    older = hyperparameters if method == "supervised" else None
    return {"hyperparameters": older, "method": {"type": method, method: {**more, "hyperparameters": hyperparameters}}}
