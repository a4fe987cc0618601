"""Tools of the Responses API, and the items that tell of calls, in the form that chat completions have for them."""

from openai.types.responses import (
    FunctionToolParam,
    ResponseFunctionToolCallParam,
    ToolChoiceAllowedParam,
    ToolChoiceFunctionParam,
)
from openai.types.responses.response_input_item_param import FunctionCallOutput

from .errors import ApiError
from .input_parts import check_part
from .tool_choice import ToolChoice, read_tool_choice
from .validate import check, check_names


def chat_tools(body: dict) -> list[dict]:
    """The tools of a response's request as a chat has them. Raises an ApiError."""
    tools = body.get("tools", [])
    if not isinstance(tools, list):
        raise ApiError(400, "Invalid value for 'tools': expected a list.", param="tools")
    for n, tool in enumerate(tools):
        kind = tool.get("type") if isinstance(tool, dict) else None
        if kind != "function":
            message = f"This server has tools of the type 'function' only, not {kind!r}."
            raise ApiError(400, message, param=f"tools[{n}].type")
        check(FunctionToolParam, {"parameters": None, "strict": None} | tool, f"tools[{n}]")
        check_names(tool, FunctionToolParam.__annotations__, f"tools[{n}]")
    return [{"type": "function", "function": {name: tool[name] for name in tool if name != "type"}} for tool in tools]


def response_tool_choice(body: dict, tools: list[dict]) -> ToolChoice | None:
    """What a response's request says of calls; None if it wants none. Raises an ApiError."""
    choice = body.get("tool_choice", "auto")
    if choice == "none" or (choice == "auto" and not tools):
        return None
    if not isinstance(choice, dict) and choice not in ("auto", "required"):
        message = "Invalid value for 'tool_choice': expected 'none', 'auto', 'required' or an object."
        raise ApiError(400, message, param="tool_choice")
    if not tools:
        raise ApiError(400, "'tool_choice' asks for a call, and there are no 'tools'.", param="tool_choice")
    if isinstance(choice, dict):
        choice = _nested(choice)
    return read_tool_choice(tools, choice, body.get("parallel_tool_calls", True), "tools[{n}]")


def _nested(choice: dict) -> dict:
    """A choice as a chat completion has it."""
    kind, tools = choice.get("type"), choice.get("tools")
    if kind == "allowed_tools" and isinstance(tools, list):
        check_names(choice, ToolChoiceAllowedParam.__annotations__, "tool_choice")
        named = [{"function": tool} for tool in tools]
        return {"type": kind, "allowed_tools": {"mode": choice.get("mode"), "tools": named}}
    if kind == "function":
        check_names(choice, ToolChoiceFunctionParam.__annotations__, "tool_choice")
    return {"type": kind, "function": choice}


def add_call(messages: list[dict], item: dict, under: str) -> None:
    """Add a call that the model made to its turn, the last of the `messages`, or as a turn of its own."""
    check(ResponseFunctionToolCallParam, item, under)
    if not messages or messages[-1]["role"] != "assistant":
        messages.append({"role": "assistant", "content": ""})
    function = {"name": item["name"], "arguments": item["arguments"]}
    call = {"id": item["call_id"], "type": "function", "function": function}
    messages[-1] = messages[-1] | {"tool_calls": [*messages[-1].get("tool_calls", []), call]}


def call_output(item: dict, under: str) -> dict:
    """What a call returned, as a message."""
    check(FunctionCallOutput, item | {"output": ""}, under)
    output = item.get("output")
    if isinstance(output, list):
        for n, part in enumerate(output):
            check_part(part, f"{under}.output[{n}]")
        output = "".join(part["text"] for part in output)
    if not isinstance(output, str) or not isinstance(item.get("call_id"), str):
        name = "output" if isinstance(item.get("call_id"), str) else "call_id"
        raise ApiError(400, f"Invalid value for '{under}.{name}': expected text.", param=f"{under}.{name}")
    return {"role": "tool", "tool_call_id": item["call_id"], "content": output}
