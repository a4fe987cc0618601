"""Old calls in Python code, found in its syntax tree: comments and other texts are not mistaken for them.

`job["id"]` is old if `job` came from the openai package, and not if it is JSON of a request.
"""

import ast
from typing import NamedTuple

from .name_bindings import FollowsNames
from .name_origins import OBJECT, Origin
from .notebook_code import parsed
from .old_names import ARGUMENTS, TODAY, names_in_text, old_name

SHELLS = frozenset({"bash", "sh", "script", "system", "sx", "!", "cmd", "powershell"})


class Old(NamedTuple):
    """An old name, where it stands (line from 1, column from 0), and what to write today."""

    line: int
    column: int
    found: str
    today: str


class OldCode(FollowsNames):
    """Finds the old names in the cells of a notebook, one after the other, or in a script."""

    def __init__(self):
        super().__init__()
        self.found: list[Old] = []  # in the code that was read last
        self.unsure: list[Old] = []  # there, too: x["choices"] if nothing says what x is

    def read(self, code: str) -> None:
        """Find the old names of this code; if it is neither Python nor IPython, those that are in its text."""
        self.found, self.unsure = [], []
        self._read(code, 1)

    def _read(self, code: str, first_line: int) -> None:
        if (tree := parsed(code)) is None:
            self._add_text(code, first_line, calls=True)
        else:
            self.visit(ast.increment_lineno(tree, first_line - 1))

    def _add(self, node: ast.expr | ast.stmt | ast.alias | ast.keyword, found: str, today: str) -> None:
        self.found.append(Old(node.lineno, node.col_offset, found, today))

    def _add_name(self, node: ast.expr | ast.stmt | ast.alias, dotted: Origin) -> bool:
        """Note a dotted name if it is old; whether it is."""
        old = old_name(dotted) if dotted else None
        if old:
            self._add(node, *old)
        return bool(old)

    def _add_text(self, text: str, line: int, *, calls: bool = False, in_lines: bool = True) -> None:
        for n, old in names_in_text(text, calls=calls):
            self.found.append(Old(line + n * in_lines, 0, old, TODAY[old]))

    def visit_Import(self, node: ast.Import) -> None:
        super().visit_Import(node)
        for name in node.names:
            self._add_name(name, name.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        super().visit_ImportFrom(node)
        for name in node.names:
            self._add_name(name, self.origins.names[name.asname or name.name])

    def visit_Name(self, node: ast.Name) -> None:
        old = old_name(self.origins.names.get(node.id) or "")
        if old and "rror" in old[0] and not old[1].endswith(old[0].rpartition(".")[2]):  # renamed since its import
            self._add(node, *old)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not self._add_name(node, self.origins.of(node)):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = self.origins.of(node.func)
        if called and old_name(called):
            for keyword in node.keywords:
                if keyword.arg in ARGUMENTS:
                    self._add(keyword, name := f"{keyword.arg}=", TODAY[name])
        match node:
            case ast.Call(func=ast.Attribute(attr="run_cell_magic"), args=[magic, _, ast.Constant(value=str(body))]):
                shell = isinstance(magic, ast.Constant) and magic.value in SHELLS
                (self._add_text if shell else self._read)(body, node.lineno + 1)
            case ast.Call(func=ast.Attribute(attr="run_line_magic"), args=[_, ast.Constant(value=str(line))]):
                self._read(line, node.lineno)
            case ast.Call(func=ast.Attribute(value=of, attr="get"), args=[ast.Constant(value=str(key)), *_]):
                if self.origins.of(of) == OBJECT:
                    self._add(node, f"['{key}']", f"attributes: {_with_attributes(of)}.{key}")
                self.generic_visit(node)
            case _:
                self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        chain: list[ast.Subscript] = []
        inner: ast.expr = node
        while isinstance(inner, (ast.Subscript, ast.Attribute)):
            if isinstance(inner, ast.Subscript) and _key(inner):
                chain.append(inner)
            inner = inner.value
        for part in reversed(chain):
            origin, key = self.origins.of(part.value), _key(part)
            mixed = origin is None and ".choices[" in ast.unparse(part.value)
            if origin == OBJECT or mixed or (origin is None and key == "choices"):
                line, column = part.value.end_lineno or node.lineno, part.value.end_col_offset or 0
                old = Old(line, column, f"['{key}']", f"attributes: {_with_attributes(node)}")
                (self.found if origin or mixed else self.unsure).append(old)
                self.visit(inner)
                return
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._add_text(node.value, node.lineno, in_lines=node.end_lineno != node.lineno)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)


def _key(node: ast.Subscript) -> str | None:
    """The text between the brackets, if it is one."""
    return node.slice.value if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str) else None


def _with_attributes(node: ast.expr) -> str:
    """The expression as it is written today, `reply["id"]` as `reply.id`; what it begins with may be cut short."""
    match node:
        case ast.Attribute():
            return f"{_with_attributes(node.value)}.{node.attr}"
        case ast.Subscript():
            key = _key(node)
            return _with_attributes(node.value) + (f".{key}" if key else f"[{ast.unparse(node.slice)}]")
        case ast.Name():
            return node.id
    return "…"
