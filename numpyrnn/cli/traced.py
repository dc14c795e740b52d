"""%%trace in a notebook: the player on the code of a cell.

    %%trace
    def step(x, h, W, U, b):
        return np.tanh(W @ x + U @ h + b)

    h = step(x, h, W, U, b)

The cell runs in the notebook as it would without %%trace. Its last line is a call, whose lines are
watched and shown: of a function of one step, of a whole sequence, of a method. Behind %%trace may
stand a name: the trace is kept under it, so that `tr.find("h")` asks it more.
"""

from __future__ import annotations

import ast
import html
import keyword
from typing import TYPE_CHECKING, Any

from numpyrnn.cli.options import UsageError

if TYPE_CHECKING:
    from numpyrnn.seeing import Trace

CURE = "end the cell with the call whose lines are to be seen, such as step(x, h, W, U, b)"


class Shown:
    """The player of a trace, for a notebook; `trace` is the trace itself."""

    def __init__(self, trace: Trace):
        self.trace = trace

    def _repr_html_(self) -> str:
        from numpyrnn.seeing.views import page

        inside = html.escape(page.render(self.trace.to_json(packed=True)))
        return (f'<iframe srcdoc="{inside}" style="width: 100%; height: 46em; border: 0" '
                'title="every line of the call, with its numbers"></iframe>')

    def __repr__(self) -> str:
        return repr(self.trace)


def traced(line: str, cell: str, names: dict[str, Any], file: str) -> Trace:
    """Run a cell in these names, and trace the call in its last line.

    `line` is what stands behind %%trace: nothing, or the name for the trace; `file` is the name
    under which the text of the cell is known to Python.

    Raises UsageError for a cell that does not end with a call; errors of the cell are its own.
    """
    from numpyrnn.seeing import Trace, trace_step

    kept = line.strip()
    if kept and (not kept.isidentifier() or keyword.iskeyword(kept)):
        raise UsageError(f"expected nothing or a name for the trace behind %%trace, got {kept!r}")
    body = ast.parse(cell, file).body
    last = body[-1] if body else None
    call = getattr(last, "value", None)
    if not isinstance(last, ast.Expr | ast.Assign) or not isinstance(call, ast.Call):
        got = "an empty cell" if last is None else ast.unparse(last).splitlines()[0]
        raise UsageError(f"expected a call in the last line, got {got}; {CURE}")
    exec(compile(ast.Module(body[:-1], []), file, "exec"), names)
    function = eval(compile(ast.Expression(call.func), file, "eval"), names)
    collected = ast.Call(ast.Name("__given__", ast.Load()), call.args, call.keywords)
    expression = ast.fix_missing_locations(ast.copy_location(ast.Expression(collected), call))
    given = {"__given__": lambda *args, **kwargs: (args, kwargs)}
    args, kwargs = eval(compile(expression, file, "eval"), names, given)
    result = function(*args, **kwargs) if _makes_a_trace(function) else None
    trace = result if isinstance(result, Trace) else trace_step(function, *args, **kwargs)
    if isinstance(last, ast.Assign):
        last.value = ast.copy_location(ast.Name("__result__", ast.Load()), call)
        value = {"__result__": trace.result if result is None else result}
        exec(compile(ast.Module([last], []), file, "exec"), names, _Assigning(names, value))
    if kept:
        names[kept] = trace
    return trace


class _Assigning(dict):
    """Local names that only read one of their own; what is assigned goes to the outer ones."""

    def __init__(self, outer: dict[str, Any], own: dict[str, Any]):
        super().__init__(own)
        self.outer = outer

    def __setitem__(self, name: str, value: Any) -> None:
        self.outer[name] = value


def _makes_a_trace(function: Any) -> bool:
    """trace(layer, x), trace_step(f, …): the cell calls it itself."""
    from numpyrnn.seeing import trace, trace_step

    return function in (trace, trace_step)


def file_of(shell: Any, cell: str) -> str:
    """The name under which IPython keeps the text of a cell, for its tracebacks and for us."""
    try:
        return str(shell.compile.cache(cell))
    except AttributeError:
        return "<cell>"
