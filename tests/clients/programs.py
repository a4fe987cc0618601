"""The programs, with what is installed for each, and the steps that they are taken through."""

from typing import NamedTuple

BASE = "tiny"
ALIAS = "gpt-4o-mini-2024-07-18"  # for programs that accept no name but OpenAI's
STEPS = {  # the function in a program's script → the table's column
    "models": "list models",
    "chat": "chat",
    "stream": "stream",
    "tools": "tools",
    "structured": "structured output",
    "responses": "Responses API",
    "files": "files",
    "train": "train",
    "tuned": "ask the tuned model",
}


class Program(NamedTuple):
    """A script in `scripts/`, which runs in an environment with newly installed packages of PyPI or npm."""

    name: str
    script: str  # .py runs with Python and packages of PyPI, .mjs with Node.js and packages of npm
    packages: tuple[str, ...] = ()  # the first is the program; its version stands in the table
    model: str = BASE
    lent: bool = False  # whether it wants packages that are not installed anew


PROGRAMS = (
    Program("openai-python", "with_openai.py", ("openai",)),
    Program("openai-python, asynchronous", "with_async_openai.py", ("openai",)),
    Program("AzureOpenAI of openai-python", "with_azure_openai.py", ("openai",)),
    Program("the command `openai`", "with_openai_command.py", ("openai<2",)),
    Program("curl", "with_curl.py"),
    Program("openai-node", "with_openai_node.mjs", ("openai", "zod")),
    Program("LangChain", "with_langchain.py", ("langchain-openai", "langchain")),
    Program("LangChain.js", "with_langchain_js.mjs", ("@langchain/openai", "@langchain/core", "zod")),
    Program(
        "LlamaIndex",
        "with_llama_index.py",
        ("llama-index-llms-openai", "llama-index-finetuning", "mistralai<2"),  # it imports what mistralai 2 has not
        ALIAS,
        lent=True,
    ),
    Program("DSPy", "with_dspy.py", ("dspy",), ALIAS),
    Program("LiteLLM", "with_litellm.py", ("litellm",)),
    Program("Instructor", "with_instructor.py", ("instructor",)),
    Program("OpenAI Agents SDK", "with_agents.py", ("openai-agents",)),
    Program("Pydantic AI", "with_pydantic_ai.py", ("pydantic-ai-slim[openai]",)),
    Program("smolagents", "with_smolagents.py", ("smolagents[openai]",)),
    Program("Vercel AI SDK", "with_ai_sdk.mjs", ("ai", "@ai-sdk/openai", "zod")),
    Program("llm", "with_llm.py", ("llm",)),
    Program("inspect-ai", "with_inspect.py", ("inspect-ai", "openai"), ALIAS),
    Program("promptfoo", "with_promptfoo.mjs", ("promptfoo",)),
)
