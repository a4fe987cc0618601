"""Right and wrong answers to each exercise, as readers may give them: a module for each one of helpers/exercises."""

import importlib
import pkgutil

RIGHT: dict[str, list] = {}
WRONG: dict[str, list] = {}
for found in pkgutil.iter_modules(__path__):
    module = importlib.import_module(f"{__name__}.{found.name}")
    RIGHT |= module.RIGHT
    WRONG |= module.WRONG
FUNCTIONS = {name for name, given in RIGHT.items() if callable(given[0])}
