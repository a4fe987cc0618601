"""A walk through Python code that keeps up with what its names stand for."""

import ast

from .name_origins import OTHER, Origins

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class FollowsNames(ast.NodeVisitor):
    """Visits code in its order, and binds the names of imports, assignments, loops and functions on its way."""

    def __init__(self):
        self.origins = Origins()
        self._functions: list[str] = []

    def visit_Import(self, node: ast.Import) -> None:
        for name in node.names:
            package = name.name.partition(".")[0]
            dotted = name.name if name.asname else package
            self.origins.names[name.asname or package] = dotted if package == "openai" else OTHER

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        ours = not node.level and (node.module or "").partition(".")[0] == "openai"
        for name in node.names:
            self.origins.names[name.asname or name.name] = f"{node.module}.{name.name}" if ours else OTHER

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            self.origins.bind(target, self.origins.of(node.value))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        if node.value:
            self.origins.bind(node.target, self.origins.of(node.value))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.generic_visit(node)
        self.origins.bind(node.target, self.origins.of(node.value))

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.origins.bind(node.target, self.origins.of(node.iter))
        self.generic_visit(node)

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            if item.optional_vars:
                self.origins.bind(item.optional_vars, self.origins.of(item.context_expr))
        self.generic_visit(node)

    visit_AsyncWith = visit_With

    def visit_ListComp(self, node: Comprehension) -> None:
        outside = dict(self.origins.names)
        for part in node.generators:
            self.origins.bind(part.target, self.origins.of(part.iter))
        self.generic_visit(node)
        self.origins.names = outside

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_FunctionDef(self, node: Function) -> None:
        outside = dict(self.origins.names)
        given = node.args
        for argument in [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]:
            if argument:
                self.origins.names[argument.arg] = None
        self._functions.append(f"{node.name}()")
        self.generic_visit(node)
        name = self._functions.pop()
        self.origins.names = outside | {name: self.origins.names.get(name)}

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Return(self, node: ast.Return) -> None:
        self.generic_visit(node)
        if self._functions and node.value:
            self.origins.names[self._functions[-1]] = self.origins.of(node.value)
