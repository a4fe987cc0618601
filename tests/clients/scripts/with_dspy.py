"""DSPy, and its optimizer BootstrapFinetune."""

from typing import Literal

import dspy
from steps import MODEL, step

lm = dspy.LM(f"openai/{MODEL}", max_tokens=200, cache=False)
dspy.configure(lm=lm, adapter=dspy.JSONAdapter(), experimental=True)


class Weather(dspy.Signature):
    """Of which city does the question speak?"""

    question: str = dspy.InputField()
    city: Literal["Bonn", "Ulm"] = dspy.OutputField()


@step
def chat():
    assert isinstance(lm("What is the weather in Bonn?")[0], str)


@step
def structured():
    assert dspy.Predict(Weather)(question="What is the weather in Bonn?").city in ("Bonn", "Ulm")


@step
def responses():
    assert dspy.LM(f"openai/{MODEL}", model_type="responses", max_tokens=200, cache=False)("Hello!")


@step
def train():
    asked = [f"What is the weather in {city} on day {day}?" for day in range(6) for city in ("Bonn", "Ulm")]
    examples = [dspy.Example(question=question, city="Bonn").with_inputs("question") for question in asked]
    program = dspy.Predict(Weather)
    program.set_lm(lm)
    optimizer = dspy.BootstrapFinetune(adapter=dspy.ChatAdapter())  # the JSON adapter writes no training files
    return optimizer.compile(program, trainset=examples)


@step
def tuned():
    assert train.get_lm().model.startswith("ft:") or train.get_lm().model.startswith("openai/ft:")
    assert train(question="What is the weather in Bonn?").city in ("Bonn", "Ulm")
