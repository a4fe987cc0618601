"""Ollama's Modelfile for a GGUF file (https://docs.ollama.com/modelfile).

Ollama does not run a model's chat template, which is written in Jinja: without a TEMPLATE it takes the one of those it
knows that is most alike. So the template is said in its words, where it is plain.
"""

from .plain_template import ROLES, PlainTemplate, plain_template

SAMPLING = {"temperature": 1, "top_p": 1, "top_k": 0, "min_p": 0, "repeat_penalty": 1}  # Ollama's defaults are others
NOT_PLAIN = "# The chat template of this model does more than Ollama's can say: Ollama takes one that is alike."


def modelfile(gguf_name: str, tokenizer, stops: list[str]) -> str:
    """The text of the Modelfile that stands beside a GGUF file; an answer ends before one of `stops`."""
    lines = [f"FROM ./{gguf_name}"]
    template = plain_template(tokenizer)
    if template and can_be_quoted(template):
        lines += [f'TEMPLATE """{in_go(template)}"""']
        lines += [f'SYSTEM """{template.default_system}"""'] if template.default_system else []
    else:
        lines += [NOT_PLAIN]
    lines += [f'PARAMETER stop "{stop}"' for stop in stops]
    lines += [f"PARAMETER {name} {value}" for name, value in SAMPLING.items()]
    return "\n".join(lines) + "\n"


def in_go(template: PlainTemplate) -> str:
    """The template in the language of Go's text/template."""
    text = "{{ range .Messages }}"
    for n, role in enumerate(ROLES):
        before, after = template.around[role]
        text += f'{{{{ {"else " if n else ""}if eq .Role "{role}" }}}}{before}{{{{ .Content }}}}{after}'
    return text + "{{ end }}{{ end }}" + template.prompt


def can_be_quoted(template: PlainTemplate) -> bool:
    texts = [*sum(template.around.values(), ()), template.prompt, template.default_system]
    return not any(mark in text for text in texts for mark in ("{{", "}}", '"""'))
