"""Python files that say something and do nothing: what stampers and declarative backends write.

A name excuses nothing here; it is the syntax tree that has to be of the few shapes below, in which
nothing is called but ``json.loads`` of a literal, or ``setup`` with literals.
"""

import ast
import re
from collections.abc import Iterable

_LARGEST_BYTES = 256 * 1024
_MODULES = frozenset({"__future__", "typing", "typing_extensions", "json"})
_PLAIN = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp),
    *(
        ast.Subscript,
        ast.Slice,
        ast.BinOp,
        ast.expr_context,
        ast.unaryop,
        ast.operator,
        ast.Starred,
    ),
    ast.keyword,
)
_STAMP = re.compile(
    r"_*(?:\w*(?:version|revision|commit|branch|build|git|sha|dirty|date|release)\w*|all|tuple|full"
    r"|type_checking|typing|union|optional|(?:_lr|_tab|_lex)\w*)_*",
    re.IGNORECASE,
)
"""Names that stamps assign to, and those of lex and yacc."""


def is_stamp(data: bytes) -> bool:
    """Tell whether a module only assigns literals to names that tell a version or a table."""
    module = _parsed(data)
    return module is not None and all(map(_stamps, module.body))


def is_declarative_setup(data: bytes) -> bool:
    """Tell whether a ``setup.py`` only calls ``setup`` with literals, as backends write it."""
    module = _parsed(data)
    return module is not None and all(map(_sets_up, module.body))


def is_entry_point(data: bytes) -> bool:
    """Tell whether a script only calls one function, as installers write commands."""
    module = _parsed(data)
    return module is not None and all(map(_enters, module.body))


def _enters(node: ast.stmt) -> bool:
    match node:
        case ast.Import(names=names):
            return all(name.name in {"re", "sys"} for name in names)
        case ast.ImportFrom(level=0, names=[_]):
            return True
        case ast.If(
            test=ast.Compare(left=ast.Name(id="__name__"), comparators=[ast.Constant()]),
            body=body,
            orelse=[],
        ):
            return all(map(_calls, body))
    return _says(node)


def _calls(node: ast.stmt) -> bool:
    """Tell whether a statement is ``sys.exit(function())``, or tidies the command's own name."""
    match node:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id="sys"), attr="exit"),
                args=[ast.Call(func=function, args=[], keywords=[])],
                keywords=[],
            )
        ):
            return isinstance(function, ast.Name | ast.Attribute)
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Attribute(value=ast.Name(id="sys"), attr="argv"))],
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr="sub"), args=args, keywords=[]
            ),
        ):
            return _all_plain(args)
    return False


def _parsed(data: bytes) -> ast.Module | None:
    if len(data) > _LARGEST_BYTES:
        return None
    try:
        return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _stamps(node: ast.stmt) -> bool:
    return _says(node) or _imports(node) or _assigns(node)


def _says(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _imports(node: ast.stmt) -> bool:
    match node:
        case ast.Import(names=names):
            return all(name.name in _MODULES for name in names)
        case ast.ImportFrom(module=module, level=0):
            return module in _MODULES
    return False


def _assigns(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=targets, value=value):
            return all(map(_is_stamp_name, targets)) and _plain(value)
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            plain = _plain(annotation) and (value is None or _plain(value))
            return _is_stamp_name(target) and plain
        case ast.If(test=ast.Name(), body=body, orelse=orelse):
            return all(map(_stamps, (*body, *orelse)))
        case ast.FunctionDef(name="get_versions", body=[ast.Return(value=value)]):
            return not node.decorator_list and value is not None and _answers(value)
    return False


def _is_stamp_name(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple):
        return all(map(_is_stamp_name, target.elts))
    return isinstance(target, ast.Name) and bool(_STAMP.fullmatch(target.id))


def _answers(value: ast.expr) -> bool:
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="json"), attr="loads"), keywords=[]):
            return _all_plain(value.args)
    return _plain(value)


def _sets_up(node: ast.stmt) -> bool:
    match node:
        case ast.ImportFrom(module="setuptools" | "distutils.core", names=[name], level=0):
            return name.name == "setup" and name.asname is None
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            return target != "setup" and _plain(value)
        case ast.Expr(value=ast.Call(func=ast.Name(id="setup"), args=[], keywords=words)):
            return all(_plain(word.value) for word in words)
    return _says(node)


def _all_plain(nodes: Iterable[ast.expr]) -> bool:
    return all(map(_plain, nodes))


def _plain(node: ast.expr) -> bool:
    return all(isinstance(inner, _PLAIN) for inner in ast.walk(node))
