"""Finds answers that permit what the handbook forbids, also where they do not state the rule that they needed."""

import re

# Rules that forbid, and those that permit just that: what is meant for crumbs must not be said of a liquid.
PERMITTED_BY = {
    **dict.fromkeys(("liquids", "ash", "sharp", "fine_powder"), ("dry_bits", "insects")),
    **dict.fromkeys(("cleaner", "abrasive"), ("soft_cloth",)),
    "battery_danger": ("charging", "red_light", "shuts_off", "error_e7"),
    "burning": ("shuts_off", "error_e7", "charging"),
}


def permission(fact: str, text: str, rules: dict[str, dict[str, str]]) -> str:
    """How the text permits what this rule forbids: its words, or the id of a rule that permits it; "" if it does not.

    `rules`: by id, each with `must_match` and `must_not`. A rule that is not in `PERMITTED_BY` forbids nothing.
    """
    if fact not in PERMITTED_BY:
        return ""
    if said := _found(rules[fact]["must_not"], text):
        return said
    return next((other for other in PERMITTED_BY[fact] if _states(rules[other], text)), "")


def _states(rule: dict[str, str], text: str) -> bool:
    return bool(_found(rule["must_match"], text)) and not _found(rule["must_not"], text)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.IGNORECASE | re.DOTALL) if pattern else None
    return found.group() if found else ""
