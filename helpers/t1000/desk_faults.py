"""Names what is wrong with a desk's answer, by rules: what the generator of preference pairs spoils on purpose."""

import re

from .desk_grading import grade_one

FAULTS = {
    "another rule": "says what the handbook says about another kind of thing",
    "half an answer": "leaves out one of two questions",
    "wrong detail": "gives another order number or date",
    "promise": "promises what the handbook does not know",
    "curt": "does not greet a customer who gave a name",
}
_PROMISED = re.compile(
    r"voucher|discount|will refund|a refund|compensat|upgrade|gift|priority|technician|lifetime|gratis|at no charge|"
    r"call you|personally|by tomorrow|this evening|on the house|I promise|we guarantee",
    re.IGNORECASE,
)


def faults(answer: str, ticket: str, truth: dict) -> list[str]:
    """The names of the faults in an English answer, in the order of FAULTS; `ticket` is all that was said before it."""
    graded = grade_one(answer, ticket, truth)
    missing = graded["missing"].split(", ") if graded["missing"] else []
    unstated = [fact for fact in truth["facts"] if any(re.match(rf"{fact}(:|$)", one) for one in missing)]
    details = [detail for detail in truth["details"] if not re.search(detail, answer, re.IGNORECASE)]
    found = {
        "another rule": bool(graded["other"] or graded["unsafe"]),
        "half an answer": len(truth["facts"]) > 1 and len(unstated) == 1 and not graded["other"],
        "wrong detail": bool(details),
        "promise": promises(answer),
        "curt": truth["name"] in missing,
    }
    return [name for name in FAULTS if found[name]]


def promises(answer: str) -> bool:
    """Whether the answer promises something of which the handbook knows nothing."""
    return _PROMISED.search(answer) is not None
