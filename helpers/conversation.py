"""A conversation with a model: each question goes to it together with the turns before."""

import openai
from openai import OpenAI

from .api_errors import message_of
from .compare import ask

ANSWER_TOKENS = 70  # at most; the longest answer of the desk has 55


class Conversation:
    """The turns between a customer and a model, which starts with a system prompt.

    `messages` holds them in the API's form. A question that got no answer is not among them.
    """

    def __init__(self, client: OpenAI, model: str, system_prompt: str):
        self.client, self.model = client, model
        self.messages = [{"role": "system", "content": system_prompt}]

    def ask(self, question: str) -> str:
        """The model's answer to the question and all turns before it.

        Raises LookupError if a recording does not have the question; it names the nearest one that it has. Raises
        openai.APIError.
        """
        turns = [*self.messages, {"role": "user", "content": question}]
        try:
            answer = ask(self.client, self.model, turns, ANSWER_TOKENS)["answer"]
        except openai.NotFoundError as error:
            if error.code != "not_recorded":
                raise
            raise LookupError(message_of(error)) from None
        self.messages = [*turns, {"role": "assistant", "content": answer}]
        return answer
