"""Functions and classes, and entering them."""

import ast

from airlock.syntax.catalogue import canonical
from airlock.syntax.facts import Context, Origin, Source
from airlock.syntax.machine.callers import BUILDING, of_parameter, receives
from airlock.syntax.machine.core import Budget, Machine, statement
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import ABSENT, UNKNOWN, ClassBody, Closure, Value, join, sources_of

_MOST_ENTRIES = 24
"""Of one function with different arguments; later calls are taken as unknown."""
_MOST_ENTRIES_IF_CALLED = 3
_MOST_COMPUTATIONS = 50_000
_DEEPEST_CALL = 8
_PRICE_OF_A_CALL = 5


@statement(ast.FunctionDef, ast.AsyncFunctionDef)
def _function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    from airlock.syntax.machine.calls import call_value

    for default in (*node.args.defaults, *node.args.kw_defaults):
        if default is not None and not isinstance(default, ast.Constant):
            machine.evaluate(default, scope)
    closure = Closure(node, scope, machine)
    machine.closures.append(closure)
    value = Value(name=node.name, body=closure)
    for decorator in reversed(node.decorator_list):
        wrapper = machine.evaluate(decorator, scope)
        if receives(wrapper.name):
            source = Source(Origin.NETWORK, "a message", node.lineno)
            machine.replaced.append((closure, source))
        wrapped = call_value(machine, wrapper, [value], decorator, scope)
        if isinstance(wrapped.body, Closure):
            value = wrapped
    scope.bind(node.name, value)


@statement(ast.ClassDef)
def _class(machine: Machine, node: ast.ClassDef, scope: Scope) -> None:
    bases = [machine.evaluate(base, scope) for base in node.bases]
    body = ClassBody(node.name, node, bases)
    machine.classes.append(body)
    inner = Scope(scope, _qualified(scope, node.name))
    machine.execute(node.body, inner)
    body.attributes.update(inner.names)
    for value in inner.names.values():
        if isinstance(value.body, Closure) and value.body.owner is None:
            value.body.owner = body
    value = Value(name=node.name, body=body)
    for base in bases:
        hook = base.body.find("__init_subclass__") if isinstance(base.body, ClassBody) else None
        if hook is not None and isinstance(hook.body, Closure):
            enter(hook.body, [value], {}, machine.context)
    if any(is_command(base) for base in bases):
        machine.commands.append(value)
    _made(machine, value, body)
    for keyword in node.keywords:
        given = machine.evaluate(keyword.value, scope)
        if keyword.arg == "metaclass" and isinstance(given.body, ClassBody):
            for name in ("__prepare__", "__new__", "__init__"):
                _start(machine, given.body, name, [given, Value(node.name)])
    scope.bind(node.name, value)


def _made(machine: Machine, value: Value, body: ClassBody) -> None:
    """Call what is told that a class was made: the values of its attributes."""
    for name, attribute in list(body.attributes.items()):
        if isinstance(attribute.body, ClassBody) and attribute.name.endswith(")"):
            _start(machine, attribute.body, "__set_name__", [attribute, value, Value(name)])


def _start(machine: Machine, body: ClassBody, name: str, arguments: list[Value]) -> None:
    method = body.find(name)
    if method is not None and isinstance(method.body, Closure):
        enter(method.body, arguments, {}, machine.context)


def is_command(value: Value) -> bool:
    """Tell whether a class is one that setuptools or distutils runs, or derives from one."""
    if isinstance(value.body, ClassBody):
        return any(is_command(base) for base in value.body.bases)
    name = canonical(value.name)
    return name.startswith(_COMMAND_MODULES) or name in _COMMANDS


_COMMAND_MODULES = (
    "setuptools.command.",
    "distutils.command.",
    "setuptools._distutils.command.",
    "wheel.bdist_wheel.",
    "numpy.distutils.command.",
    "hatchling.builders.hooks.plugin.interface.",
    "hatchling.metadata.plugin.interface.",
)
_COMMANDS = frozenset({"setuptools.Command", "distutils.cmd.Command", "distutils.core.Command"})


def _qualified(scope: Scope, name: str) -> str:
    return f"{scope.qualname}.{name}" if scope.qualname else name


def enter(
    closure: Closure,
    arguments: list[Value],
    keywords: dict[str, Value],
    context: Context,
) -> Value:
    """Follow the body of a function with these arguments; return what it may return.

    A function that was entered often, or for which the budget does not last, is taken as unknown;
    if it was never entered in so strong a context, it is owed and entered at the end.
    """
    machine = closure.machine
    if context <= Context.CALLED and not machine.interesting(closure.node):
        # It does nothing of interest itself, and what it calls is entered in its own right.
        return Value(sources=sources_of(*arguments, *keywords.values()))
    budget = machine.host.budget
    stronger = closure.entered is None or context > closure.entered
    given = (*arguments, *keywords.values())
    most = _MOST_ENTRIES if context > Context.CALLED else _MOST_ENTRIES_IF_CALLED
    if isinstance(closure.node, ast.Lambda) or all(value.const is not ABSENT for value in given):
        # A decoder: what it gives is computed, as often as it is asked for.
        most = _MOST_COMPUTATIONS
    if not stronger:
        if closure.gave is not None and not any(map(_tells, given)):
            return closure.gave
        if closure.entries >= most:
            return Value(sources=sources_of(*given))
    if not _affordable(budget, context):
        if stronger:
            closure.owed = max(context, closure.owed or context)
        return Value(sources=sources_of(*given))
    closure.entries += 1
    closure.entered = context if stronger else closure.entered
    budget.calls += 1
    budget.extra += 1
    try:
        closure.gave = _follow(closure, arguments, keywords, context)
    finally:
        budget.calls -= 1
        budget.extra -= 1
    return closure.gave


def _tells(value: Value) -> bool:
    """Tell whether a function may do something else with this argument than with an unknown one."""
    if value.sources or value.text or isinstance(value.body, Closure):
        return True
    return isinstance(value.const, str | bytes | list | tuple | dict) or bool(
        value.parts and value.body is None
    )


def _affordable(budget: Budget, context: Context) -> bool:
    return budget.calls < _DEEPEST_CALL and budget.spend(context, _PRICE_OF_A_CALL)


def _follow(
    closure: Closure, arguments: list[Value], keywords: dict[str, Value], context: Context
) -> Value:
    machine, node = closure.machine, closure.node
    scope = Scope(closure.scope, _qualified(closure.scope, getattr(node, "name", "<lambda>")))
    _bind(machine, closure, scope, arguments, keywords)
    outer = machine.context, machine.certain
    machine.context, machine.certain = context, True
    machine.returns.append([])
    if isinstance(node, ast.Lambda):
        machine.returns[-1].append(machine.evaluate(node.body, scope))
    else:
        machine.execute(node.body, scope)
    machine.context, machine.certain = outer
    found = UNKNOWN
    for value in machine.returns.pop():
        found = value if found is UNKNOWN else join(found, value)
    return found


def _bind(
    machine: Machine,
    closure: Closure,
    scope: Scope,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> None:
    parameters = closure.node.args
    names = [argument.arg for argument in (*parameters.posonlyargs, *parameters.args)]
    scope.names.update((name, of_parameter(name, closure.node.lineno)) for name in names)
    defaults = parameters.defaults
    for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
        scope.names[name] = machine.evaluate(default, closure.scope)
    for name_node, default_node in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
        scope.names[name_node.arg] = machine.evaluate(default_node, closure.scope)
    scope.names.update(zip(names, arguments, strict=False))
    if parameters.vararg:
        rest = arguments[len(names) :]
        scope.names[parameters.vararg.arg] = Value(parts=dict(enumerate(rest)))
    known = {*names, *(argument.arg for argument in parameters.kwonlyargs)}
    scope.names.update({name: value for name, value in keywords.items() if name in known})
    if parameters.kwarg:
        extra = {name: value for name, value in keywords.items() if name not in known}
        scope.names[parameters.kwarg.arg] = Value(parts=dict(extra))


def instantiate(
    value: Value, arguments: list[Value], keywords: dict[str, Value], context: Context
) -> Value:
    """Follow the constructor of a class; return the instance that stands for all."""
    body = value.body
    if not isinstance(body, ClassBody):
        return UNKNOWN
    constructor = body.find("__init__")
    if constructor is not None and isinstance(constructor.body, Closure):
        enter(constructor.body, [body.instance, *arguments], keywords, context)
    elif arguments and body.instance.parts is not None:
        body.instance.parts.update(keywords)
    end = body.find("__del__")
    if end is not None and isinstance(end.body, Closure):
        enter(end.body, [body.instance], {}, context)
    return body.instance


def enter_rest(machine: Machine) -> None:
    """Enter every function that nothing entered yet, with unknown arguments.

    Functions that were made by entering others are entered as well. A function without a line of
    interest does nothing that a check could ask about, and is left alone.
    """
    _enter_replacements(machine)
    called = min(machine.context, Context.CALLED)
    place = 0
    while place < len(machine.closures):
        closure = machine.closures[place]
        place += 1
        context = closure.owed if closure.owed is not None else called
        weaker = closure.entered is not None and closure.entered >= context
        if not weaker and (
            closure.owed is not None or machine.interesting(closure.node, acting=True)
        ):
            enter_owed(closure, context)


def _enter_replacements(machine: Machine) -> None:
    """Enter functions that stand for other packages', with what their callers entrust to those."""
    for closure, source in machine.replaced:
        given = Value(sources=frozenset({source}))
        parameters = closure.node.args
        places = len(parameters.posonlyargs) + len(parameters.args) + bool(parameters.vararg)
        keywords = dict.fromkeys((*(one.arg for one in parameters.kwonlyargs), "**"), given)
        if _affordable(machine.host.budget, Context.CALLED):
            context = min(machine.context, Context.CALLED)
            _follow(closure, [given] * places, keywords, context)
    machine.replaced.clear()


def enter_owed(closure: Closure, context: Context) -> None:
    """Enter a function with unknown arguments, whatever is left of the budget."""
    closure.entered = context
    receiver = [closure.owner.instance] if closure.owner is not None else []
    found = _follow(closure, receiver, {}, context)
    if getattr(closure.node, "name", "") in {"__reduce__", "__reduce_ex__"} and found.parts:
        _restore(closure, found, context)


def _restore(closure: Closure, found: Value, context: Context) -> None:
    """Call what an object says that is to be called when it is unpickled."""
    from airlock.syntax.machine.calls import call_value

    machine = closure.machine
    function, given = (found.parts or {}).get(0, UNKNOWN), (found.parts or {}).get(1, UNKNOWN)
    if function.name and function.body is None:
        before, machine.context = machine.context, context
        elements = (
            [Value(one) for one in given.const] if isinstance(given.const, list | tuple) else []
        )
        elements = elements or list((given.parts or {}).values())
        call_value(machine, function, elements, closure.node, closure.scope)
        machine.context = before


def enter_commands(machine: Machine) -> None:
    """Enter what runs a build: methods of commands, functions of a backend."""
    for name in BUILDING & machine.scope.names.keys():
        found = machine.scope.names[name]
        if isinstance(found.body, Closure):
            enter(found.body, [], {}, machine.context)
    for command in machine.commands:
        if isinstance(command.body, ClassBody):
            for value in command.body.attributes.values():
                if isinstance(value.body, Closure):
                    enter(value.body, [command.body.instance], {}, machine.context)
