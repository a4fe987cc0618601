"""The kinds of flaws that `check` names, and what to do about each."""

from .findings import Finding

TODO = {
    "not JSON": "Write one JSON object a line.",
    "wrong type": "Give it the type that OpenAI's chat format states.",
    "unknown key": "Remove the key, or give it the name that OpenAI knows.",
    "unknown role": "Use system, developer, user, assistant or tool.",
    "no answer": "Add what the assistant should say, or leave the example out.",
    "empty": "Fill the message, or leave the example out.",
    "other system prompt": "Use one system prompt in training, and the same one afterwards.",
    "cut off": "Complete the answer: the model learns where to stop.",
    "too long": "Shorten or divide the example: what is beyond the limit is not learned.",
    "weight": "Write 0 or 1 at messages of the assistant only, and 1 at one of them at least.",
    "tools": "Describe each tool as in a chat request: type, function, name, parameters.",
    "tool call": "Give each call id, type, a function that is offered and JSON arguments, and answer it by role tool.",
    "encoding": "Export again as UTF-8, or mend the letters.",
    "too large": "Divide the file, or choose fewer examples.",
    "no examples": "Put one example a line into the file.",
}


def flaw(line: int, message: int | None, kind: str, detail: str) -> Finding:
    return Finding(line, message, kind, detail, TODO[kind])
