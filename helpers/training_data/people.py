"""Who wrote to the desk, and who is named, by what the export says beside the texts.

The fields of Zendesk, Freshdesk, Intercom and HubSpot (sources in `ticket_threads` and `hubspot`), and the names of
columns in English and German.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from email.utils import parseaddr
from functools import lru_cache

from .roles import ROLES
from .word_lists import word_list

# In so many examples, a name in a larger share of them is not a customer's, but what all are called.
MIN_EXAMPLES, USUAL = 10, 1 / 3
CUSTOMERS = frozenset(("user", "end-user", "end_user", "lead", "contact", "customer", "requester", "visitor"))
_NAME = r"(?:full|display|first|last|sur|vor|nach|user)?name"
_CUSTOMER = re.compile(
    r"(?:properties|associated|primary)*(?:requester|customer|client|contact|enduser|user|visitor|caller|guest|patient|"
    r"member|buyer|kund(?:e|in|en)|kontakt|anrufer|auftraggeber|mieter|gast|mitglied)s?"
    rf"(?P<what>{_NAME}|e?mail(?:address|adresse)?|ids?|number|nummer|no|nr)?"
)
_ANYONE = re.compile(
    r"(?:properties|ticket|last)*(?:agent|assignee|owner|responder|admin|operator|author|sender|submitter|from|recipient|"
    rf"(?:sach)?bearbeiter|mitarbeiter|berater|absender|verfasser|ansprechpartner)s?(?:in)?{_NAME}|"
    r"(?:agent|assignee|(?:ticket)?owner|responder|admin|operator|author|sender|submitter|from|assignedto|"
    r"(?:sach)?bearbeiter|mitarbeiter|berater|absender|verfasser|ansprechpartner)(?:in)?|name|contactperson|"
    r"(?:from|sender)e?mail"
)
_OWN_NAME = re.compile(r"(?:full|first|last|sur|vor|nach|familien)name|email(?:address|adresse)?")
_SENDERS = {"createdby": "requesterid", "userid": "requesterid", "fromemail": "requestermail"}  # of an incoming entry
NOBODY = ROLES.keys() | set("true false yes no ja nein none null nan unknown anonymous unbekannt anonym - n/a".split())
MAX_CHARACTERS = 80  # of a name or an address
_RANKS = ("id", "mail", "name")  # what tells customers apart, the best first


def of_record(record: dict, skipped: Iterable[str] = ()) -> dict:
    """`customer`, who wrote to the desk, and `people`, the names in a record; each only if there is one.

    The keys `skipped` are something else. Names that need not be a customer's count only with a usual first name.
    """
    customers: list[tuple[int, str]] = []
    people: list[str] = []
    for key, value in _fields({key: value for key, value in record.items() if key not in skipped}):
        what = _what(key)
        name, address = _parsed(value)
        if what in ("customer id", "customer mail", "customer name"):
            customers.append((_RANKS.index(what.split()[1]), address or value))
        if what in ("customer mail", "customer name") or (what == "anyone" and is_person(name)):
            people.append(name)
    found = {"customer": min(customers, key=lambda pair: pair[0])[1]} if customers else {}
    return found | with_people(people)


def with_people(names: Iterable[str]) -> dict:
    """`people`, if there are names that are more than a role, an address or a number."""
    named = [name for name in dict.fromkeys(names) if re.search(r"[^\W\d_]", name) and "@" not in name]
    named = [name for name in named if name.lower() not in NOBODY]
    return {"people": named} if named else {}


def is_person(name: str) -> bool:
    """Whether a name begins with a usual first name, or ends with one behind a comma."""
    words = re.findall(r"[^\W\d_]+", name)
    first = words[-1 if "," in name else 0] if words else ""
    return first in word_list("first_names")


def of_speakers(spoken: Iterable[tuple[str, str]]) -> dict:
    """As `of_record`, for the names of those who speak, each with the role."""
    found = [(_parsed(name), role) for name, role in dict.fromkeys(spoken) if _says_who(name)]
    customers = [address or name for (name, address), role in found if role == "user"]
    people = [name for (name, _), role in found if role == "user" or is_person(name)]
    return ({"customer": customers[0]} if customers else {}) | with_people(people)


def together(found: Iterable[dict]) -> dict:
    """What `of_record` and `of_speakers` found in the parts of one example: the first customer, and all people."""
    found = list(found)
    customer = next((facts["customer"] for facts in found if "customer" in facts), None)
    return ({"customer": customer} if customer else {}) | with_people(n for f in found for n in f.get("people", ()))


def without_usual(examples: list[dict], made: Iterable[int]) -> list[dict]:
    """The examples at the positions `made` without a customer or name that a large share has: all are called so."""
    own = {n: examples[n] for n in made}
    if len(own) < MIN_EXAMPLES:
        return examples
    counts: Counter[str] = Counter()
    for example in own.values():
        counts.update({example.get("customer", ""), *example.get("people", [])} - {""})
    usual = {name for name, count in counts.items() if count > USUAL * len(own)}
    if not usual:
        return examples
    return [_without(example, usual) if n in own else example for n, example in enumerate(examples)]


def _without(example: dict, usual: set[str]) -> dict:
    people = [name for name in example.get("people", []) if name not in usual or is_person(name)]
    kept = {key: value for key, value in example.items() if key not in ("people", "customer")}
    customer = example.get("customer")
    return kept | ({"customer": customer} if customer and customer not in usual else {}) | with_people(people)


def _parsed(value: str) -> tuple[str, str]:
    """The name and the address in "Kim Blank <kim@x.example>", or either of them."""
    name, address = parseaddr(value) if "@" in value else (value, "")
    return name.strip(), address.lower()


@lru_cache(maxsize=4096)
def _what(key: str) -> str:
    """What a field holds: "customer id", "customer mail", "customer name", "anyone" for a name, or ""."""
    if found := _CUSTOMER.fullmatch(key):
        what = found["what"] or "name"
        is_name = what.endswith("name") and what != "username"
        return f"customer {'mail' if 'mail' in what else 'name' if is_name else 'id'}"
    if _OWN_NAME.fullmatch(key):
        return "customer mail" if "mail" in key else "customer name"
    return "anyone" if _ANYONE.fullmatch(key) else ""


def _fields(record: dict, parent: str = "") -> Iterator[tuple[str, str]]:
    """The texts and numbers of a record, each with its key behind that of the object around it, in lower case."""
    kind = str(record.get("type") or record.get("role") or "").lower()
    is_customers = record.get("incoming") is True or record.get("direction") == "INCOMING"
    parent = "requester" if parent and kind in CUSTOMERS else parent
    for key, value in record.items():
        name = re.sub(r"[\W_]+", "", str(key).lower())
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _fields(inner, "requester" if is_customers and name == "senders" else name)
            elif isinstance(inner, (str, int)) and not isinstance(inner, bool) and _says_who(str(inner)):
                whole = name if name == "fromemail" else parent + name  # it is in each reply
                yield _SENDERS.get(name, whole) if is_customers else whole, str(inner).strip()


def _says_who(value: str) -> bool:
    return 0 < len(value.strip()) <= MAX_CHARACTERS and value.strip().lower() not in NOBODY
