"""Lesson 14: the size of an exported model, the text that it reads, and what 8 bits keep of a weight."""

from collections.abc import Sequence
from typing import Any

from .exercise import Case, Exercise, equal, function

BYTES = {"f32": 4, "f16": 2, "q8_0": 34 / 32}  # a weight; in q8_0, 32 bytes and a scale of two for 32 of them
DEFAULT = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
ASKS = "<|im_start|>assistant\n"


def block(role: str, content: str) -> str:
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


def message(role: str, content: str) -> dict:
    return {"role": role, "content": content}


def kept_in_q8_0(weights: Sequence[float]) -> list[float]:
    """What GGUF's type q8_0 keeps of one block of weights (ggml, quantize_row_q8_0_ref; its scale is not rounded)."""
    scale = max(map(abs, weights)) / 127
    return [round(weight / scale) * scale if scale else 0.0 for weight in weights]


def all_equal(given: Any, wanted: Sequence[float]) -> bool:
    return len(given) == len(wanted) and all(map(equal, given, wanted))


SYSTEM, LOUD = message("system", "Be brief."), message("user", "Is it loud?")
MORE = [LOUD, message("assistant", "62 decibels."), message("user", " And at night?\n")]
BY_DEFAULT = "without a system message, the default one comes first"

BLOCKS = (  # of three or four weights instead of 32: the rule is the same
    ([1.27, -0.64, 0.004], "the scale is 0.01 here, and each weight becomes a whole number of scales"),
    ([0.5, -2.54, 1.0, 0.0], "the largest amount counts, whatever its sign"),
    ([127.0, 0.4, -0.6], "one large weight makes the steps coarse for all"),
    ([0.0, 0.0, 0.0], "zeros stay zeros"),
)

EXERCISES = [
    Exercise(
        "export_bytes",
        14,
        "easy",
        "Write the function's body.",
        function(
            [
                Case((weights, kind), weights * BYTES[kind], f"{weights * BYTES[kind]:,.0f} bytes are right")
                for weights, kind in ((32, "f32"), (64, "f16"), (32, "q8_0"), (134_515_008, "q8_0"), (331_776, "f32"))
            ]
        ),
        "The files of the lesson are a little larger: tokenizer and chat template lie in them, too.",
        ("f32 has 32 bits for each weight, and a byte has 8 bits.", "In q8_0, 32 weights take 32 + 2 bytes."),
    ),
    Exercise(
        "prompt_text",
        14,
        "middle",
        "Write the function's body.",
        function(
            [
                Case(
                    ([SYSTEM, LOUD],),
                    block("system", "Be brief.") + block("user", "Is it loud?") + ASKS,
                    "each message stands between its marks, and the line that asks for an answer comes last",
                ),
                Case(([LOUD],), block("system", DEFAULT) + block("user", "Is it loud?") + ASKS, BY_DEFAULT),
                Case(
                    (MORE,),
                    block("system", DEFAULT) + "".join(block(m["role"], m["content"]) for m in MORE) + ASKS,
                    "all turns stand there as they are, spaces and line breaks included",
                ),
            ]
        ),
        "A program that writes one letter of it otherwise asks the model something that it was not trained on.",
        (
            "First make the list of messages whole: DEFAULT as a system message in front, if there is none.",
            'A message is "<|im_start|>", its role, a new line, its content, "<|im_end|>" and a new line.',
            'The last line is "<|im_start|>assistant" and a new line.',
        ),
    ),
    Exercise(
        "kept_weights",
        14,
        "hard",
        "Write the function's body.",
        function(
            [Case((block_of_weights,), kept_in_q8_0(block_of_weights), why) for block_of_weights, why in BLOCKS],
            same=all_equal,
        ),
        "Where one weight is large, the small ones beside it become 0: a block has one scale for all of them.",
        (
            "The scale is the largest amount in the block, whatever its sign, divided by 127.",
            "A weight is kept as the whole number nearest to weight / scale, and read as that number times the scale.",
            "A block of nothing but zeros has the scale 0: there is nothing to divide by, and zeros are kept.",
        ),
    ),
]
