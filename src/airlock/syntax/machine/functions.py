"""Functions that are handed functions: ``map``, ``functools.partial``, threads and others."""

from airlock.syntax.machine.definitions import enter, instantiate
from airlock.syntax.machine.expressions import elements_of
from airlock.syntax.machine.invocation import Call
from airlock.syntax.machine.lookups import attribute
from airlock.syntax.machine.loops import elements, iterable
from airlock.syntax.values import ABSENT, UNKNOWN, ClassBody, Closure, Value, sources_of


def _call(call: Call, function: Value, arguments: list[Value]) -> Value:
    from airlock.syntax.machine.calls import call_value

    return call_value(call.machine, function, arguments, call.node, call.scope)


def call_map(call: Call) -> Value:
    """Call a function with every element."""
    function, groups = call.argument(0), call.arguments[1:]
    if not groups:
        return call.unknown()
    if len(groups) > 1:
        return _call(call, function, [Value(sources=sources_of(group)) for group in groups])
    found = [_call(call, function, [element]) for element in elements(call.machine, groups[0])]
    return _gathered(found, exact=iterable(groups[0]) is not None)


def call_filter(call: Call) -> Value:
    """Keep the elements that a function may say yes to."""
    kept = []
    exact = iterable(call.argument(1)) is not None
    for element in elements(call.machine, call.argument(1)):
        verdict = _call(call, call.argument(0), [element]).sure
        if verdict is ABSENT or verdict:
            kept.append(element)
    return _gathered(kept, exact=exact)


def _gathered(found: list[Value], *, exact: bool) -> Value:
    if exact and all(value.const is not ABSENT for value in found):
        return Value([value.const for value in found], sources=sources_of(*found[:64]))
    return Value(parts=dict(enumerate(found)), sources=sources_of(*found[:64]))


def call_reduce(call: Call) -> Value:
    """Fold elements with a function."""
    total = call.argument(2)
    for place, element in enumerate(elements(call.machine, call.argument(1))):
        first = place == 0 and len(call.arguments) < 3  # noqa: PLR2004 - no initial value
        total = element if first else _call(call, call.argument(0), [total, element])
    return total


def make_partial(call: Call) -> Value:
    """Make a function with some arguments given."""
    bound = call.arguments[1:]
    function = call.argument(0)
    if not bound and not call.keywords:
        return function
    return Value(name="functools.partial()", bound=(function, "()"), parts=dict(enumerate(bound)))


def call_partial(call: Call) -> Value:
    """Call what ``functools.partial`` made."""
    receiver = call.function.bound[0] if call.function.bound else UNKNOWN
    bound = list((call.function.parts or {}).values())
    return _call(call, receiver, [*bound, *call.arguments])


def make_methodcaller(call: Call) -> Value:
    """Make what calls a method by its name."""
    name = call.argument(0).const
    return Value(name="operator.methodcaller()", text=name if isinstance(name, str) else "")


def make_attrgetter(call: Call) -> Value:
    """Make what looks up a name."""
    name = call.argument(0).const
    return Value(name="operator.attrgetter()", text=name if isinstance(name, str) else "")


def call_attrgetter(call: Call) -> Value:
    """Look up the names that ``operator.attrgetter`` was given."""
    value = call.argument(0)
    for name in call.function.text.split("."):
        value = attribute(call.machine, value, name)
    return value


def call_methodcaller(call: Call) -> Value:
    """Call the method that ``operator.methodcaller`` was given."""
    return _call(call, attribute(call.machine, call.argument(0), call.function.text), [])


def start_functions(call: Call) -> None:
    """Enter the functions that are handed to something which will call them."""
    if call.name.rpartition(".")[2] not in _STARTERS and call.name not in _STARTING_NAMES:
        return
    given = [*call.arguments, *call.keywords.values()]
    passed = call.argument(99, "args")
    arguments = elements_of(passed) if passed is not UNKNOWN else []
    for place, value in enumerate(given):
        rest = arguments or given[place + 1 :]
        receiver = [value.bound[0]] if value.bound else []
        if isinstance(value.body, Closure):
            enter(value.body, [*receiver, *rest], {}, call.machine.context)
        elif isinstance(value.body, ClassBody) and not value.name.endswith(")"):
            instantiate(value, [], {}, call.machine.context)
        elif value.name and not value.name.endswith(")") and "." in value.name:
            _call(call, value, rest)


# The last component of what runs a function that it is given.
_STARTERS = frozenset(
    "Thread Timer Process submit apply_async apply starmap imap imap_unordered run_in_executor "
    "start_new_thread run_until_complete create_task ensure_future gather call_soon call_later "
    "to_thread spawn run_coroutine_threadsafe start_soon".split()
)
_STARTING_NAMES = frozenset(
    "atexit.register asyncio.run anyio.run trio.run sys.settrace sys.addaudithook sys.setprofile "
    "weakref.finalize contextlib.ExitStack.callback contextlib.AsyncExitStack.callback re.sub "
    "re.subn collections.defaultdict sched.scheduler.enter signal.signal "
    "os.register_at_fork codecs.register".split()
)
