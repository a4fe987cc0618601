"""Records of public data sets and of other vendors' training files as messages."""

from .roles import PUBLIC_ROLES

# what the keys of a message are called; a type may be that of the message, so that it comes last
SPEAKER = ("role", "from", "speaker", "sender", "author", "sender_type", "author_type", "type")
SAID = ("content", "value", "text", "message", "body", "utterance")
CHATS = ("messages", "conversations", "conversation", "dialogue", "dialog", "turns", "chat")
MESSAGE_KEYS = frozenset(
    "role from content value name weight refusal tool_calls tool_call_id function_call reasoning_content".split()
)
PAIRS = {
    "Alpaca": ("instruction", "input", "output"),
    "Dolly": ("instruction", "context", "response"),
    "prompt and completion": ("prompt", "", "completion"),
    "question and answer": ("question", "", "answer"),
    "input and output": ("input", "", "output"),
    "query and response": ("query", "", "response"),
}  # question, what stands below it, answer

BITEXT = frozenset(("instruction", "response", "category", "intent"))


def _key(message: dict, names: tuple[str, ...]) -> str:
    return next((name for name in names if name in message), "")


def are_messages(value, speaker: tuple[str, ...] = SPEAKER, said: tuple[str, ...] = SAID) -> bool:
    """Whether a value is a list of messages whose keys have these names."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(m, dict) and bool(_key(m, speaker)) and bool(_key(m, said)) for m in value)
        and (_key(value[0], speaker) != "type" or any(str(m.get("type")).lower() in PUBLIC_ROLES for m in value))
    )


def _speaker(value):
    """Who speaks, where a message has an object for it."""
    return (
        next((value[key] for key in ("role", "type", "name") if key in value), value)
        if isinstance(value, dict)
        else value
    )


def is_one_chat(value) -> bool:
    """Whether a list is one conversation: a message has no more keys than these, a row of a table may have."""
    return are_messages(value, ("role", "from"), ("content", "value", "tool_calls")) and all(
        m.keys() <= MESSAGE_KEYS for m in value
    )


def as_messages(value: list[dict]) -> list[dict]:
    """A list for which `are_messages` is true, with OpenAI's keys."""
    return [{"role": _speaker(m[_key(m, SPEAKER)]), "content": m[_key(m, SAID)]} for m in value]


def _system(record: dict, key: str = "system") -> list[dict]:
    prompt = record.get(key)
    return [{"role": "system", "content": prompt}] if isinstance(prompt, str) and prompt.strip() else []


def is_sharegpt(record) -> bool:
    """ShareGPT: `conversations` of `from` and `value`."""
    return isinstance(record, dict) and are_messages(record.get("conversations"), ("from",), ("value",))


def from_sharegpt(record: dict) -> list[dict]:
    """Its messages, after the system prompt that may stand beside them."""
    return _system(record) + as_messages(record["conversations"])


def is_chat(record) -> bool:
    """Whether a record is a list of messages, or has one under a usual name."""
    return is_one_chat(record) or (isinstance(record, dict) and any(are_messages(record.get(key)) for key in CHATS))


def from_chat(record) -> list[dict]:
    """The messages of the record, or of its first list of messages."""
    if isinstance(record, list):
        return as_messages(record)
    return _system(record) + as_messages(next(record[key] for key in CHATS if are_messages(record.get(key))))


def is_dialogue(record) -> bool:
    """MultiWOZ 2.2 and SGD, schema-guided dialogues: `turns` of `speaker` and `utterance`."""
    return isinstance(record, dict) and are_messages(record.get("turns"), ("speaker",), ("utterance",))


def from_dialogue(record: dict) -> list[dict]:
    """Its turns; SYSTEM is the one who answers."""
    who = [{"SYSTEM": "assistant", "USER": "user"}.get(str(t["speaker"]), t["speaker"]) for t in record["turns"]]
    return [{"role": role, "content": t["utterance"]} for role, t in zip(who, record["turns"], strict=True)]


def is_gemini(record) -> bool:
    """Gemini: `contents`, each with a list `parts`."""
    contents = record.get("contents") if isinstance(record, dict) else None
    return (
        isinstance(contents, list)
        and bool(contents)
        and all(isinstance(c, dict) and isinstance(c.get("parts"), list) for c in contents)
    )


def _joined(parts: list):
    """The text of the parts. If one of them is something else, all as they are, so that `check` names the message."""
    texts = [part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]
    return "".join(texts) if len(texts) == len(parts) else parts


def from_gemini(record: dict) -> list[dict]:
    """The contents, after the system instruction, whose key Google writes in two ways."""
    instruction = record.get("systemInstruction") or record.get("system_instruction")
    parts = instruction.get("parts") if isinstance(instruction, dict) else None
    system = [{"role": "system", "content": _joined(parts)}] if isinstance(parts, list) and parts else []
    return system + [{"role": c.get("role", "user"), "content": _joined(c["parts"])} for c in record["contents"]]


def pair_keys(record) -> tuple[str, tuple[str, str, str]] | None:
    """The name and the keys of a record with one question and one answer; None if it is not one."""
    if not isinstance(record, dict):
        return None
    for name, (question, below, answer) in PAIRS.items():
        asked, said = record.get(question), record.get(answer)
        if (isinstance(asked, str) and isinstance(said, str)) or (are_messages(asked) and are_messages(said)):
            return name, (question, below, answer)
    return None


def is_bitext(record) -> bool:
    """Bitext's sets of customers' questions; their keys are in lower case."""
    return isinstance(record, dict) and record.keys() >= BITEXT and pair_keys(record) is not None


def from_pair(record: dict) -> list[dict]:
    """Question and answer, which may be lists of messages; what stands below the question follows an empty line."""
    found = pair_keys(record)
    if not found:
        raise ValueError("The record has no question with its answer. Ask `pair_keys` first.")
    question, below, answer = (record.get(key) for key in found[1])
    if isinstance(question, list):
        return as_messages(question) + as_messages(record[found[1][2]])
    asked = "\n\n".join(text for text in (question, below) if isinstance(text, str) and text.strip())
    # an answer began with a space in OpenAI's old format, because a word's token does
    said = str(answer).strip()
    return [*_system(record), *_history(record), *_asked_and_said(asked, said)]


def _asked_and_said(asked, said) -> list[dict]:
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]


def _history(record: dict) -> list[dict]:
    """What LLaMA-Factory keeps of the conversation before, as pairs of question and answer."""
    before = record.get("history")
    pairs = [pair for pair in before if isinstance(pair, list) and len(pair) == 2] if isinstance(before, list) else []
    return [message for pair in pairs for message in _asked_and_said(*pair)]
