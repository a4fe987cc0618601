"""A chat template that only puts each message between two texts, found by rendering: so it can be said in other words.

Most chat templates of small models do nothing else, though they are programs in Jinja.
"""

from dataclasses import dataclass

from ..model.chat_template import render, try_render

ROLES = ("system", "user", "assistant")
TALKS = (  # with spaces around, which some templates cut off
    [("system", " a "), ("user", " b ")],
    [("user", " b ")],
    [("system", " a "), ("user", " b "), ("assistant", " c "), ("user", " d ")],
    [("user", " b "), ("assistant", " c "), ("user", " d "), ("assistant", " e "), ("user", " f ")],
)


@dataclass(frozen=True)
class PlainTemplate:
    """The texts before and after a message of each role, what asks for an answer, and the system message if none is."""

    around: dict[str, tuple[str, str]]
    prompt: str
    default_system: str

    def render(self, messages: list[dict]) -> str:
        """The prompt for normalized messages, as `chat_template.render` with `prompt=True` gives it."""
        if self.default_system and messages[0]["role"] != "system":
            messages = [{"role": "system", "content": self.default_system}, *messages]
        return (
            "".join(self.around[m["role"]][0] + m["content"] + self.around[m["role"]][1] for m in messages)
            + self.prompt
        )


def plain_template(tokenizer) -> PlainTemplate | None:
    """The model's chat template as a plain one; None if it does more, or fails on an ordinary conversation."""
    talks = [[{"role": role, "content": content} for role, content in talk] for talk in TALKS]
    prompts = [try_render(tokenizer, talk, prompt=True) for talk in talks]
    if not all(isinstance(prompt, str) for prompt in prompts):
        return None
    found = _guess(tokenizer, talks[2])
    same = all(found.render(talk) == prompt for talk, prompt in zip(talks, prompts, strict=True))
    return found if same else None


def _guess(tokenizer, talk: list[dict]) -> PlainTemplate:
    """What the template would be if it were plain, from a system, a user's and an assistant's message."""
    whole = [str(try_render(tokenizer, talk[:n])) for n in range(4)]
    whole[0] = ""
    around = {}
    for n, message in enumerate(talk[:3]):
        before, _, after = whole[n + 1].removeprefix(whole[n]).partition(message["content"])
        around[message["role"]] = (before, after)
    prompt = render(tokenizer, talk[:2], prompt=True).removeprefix(whole[2])
    alone = render(tokenizer, talk[1:2]).removesuffix(whole[2].removeprefix(whole[1]))
    default = alone.removeprefix(around["system"][0]).removesuffix(around["system"][1])
    return PlainTemplate(around, prompt, default)
