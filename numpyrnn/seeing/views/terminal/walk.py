"""Walking through a trace: keys in a terminal, or commands read as lines."""

from __future__ import annotations

import os
import shutil
import sys

from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.views.terminal.element import check_element, element
from numpyrnn.seeing.views.terminal.keys import keys
from numpyrnn.seeing.views.terminal.screen import screen
from numpyrnn.seeing.views.text import event_lines, heading, shortened, wrapped
from numpyrnn.validation import nearest

HELP = """\
n, space, →   the next line            p, ←    the previous line
↓, ↑          one time step on, back   Home, End   the first, the last line
g 2 dc        go to dc at t = 2; g 2 goes to the step
/ dh_prev     the next line that gives a value to dh_prev; / alone the one after
e 1,0         fill in row 1, column 0
?             this page                q       quit"""
SHORT = "n next · p previous · g go to · / find · e element · ? help · q quit"
NAMES = {    # of other keys, and what they mean
    " ": "n", "right": "n", "left": "p", "\r": "n", "\n": "n", "pagedown": "down", "pageup": "up",
    "Q": "q", "h": "?", "": "q",
}
PROMPTS = {"g": "go to (t name): ", "/": "find (name): ", "e": "element (row,column): "}
ALTERNATE, BACK, CLEAR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[H\x1b[2J"


class Walk:
    """A trace, the element that is filled in, and the message of the last command."""

    def __init__(self, trace: Record, element: tuple[int, ...]):
        self.trace, self.element, self.message, self.sought = trace, element, "", ""

    def do(self, command: str, words: str = "") -> None:
        """Carry out one command; an error is left in `message`."""
        self.message = ""
        try:
            self._do(command, words.strip())
        except (ValueError, TypeError, RuntimeError) as error:
            self.message = wrapped(str(error))

    def _do(self, command: str, words: str) -> None:
        trace = self.trace
        match command:
            case "n":
                trace.step()
            case "p":
                trace.back()
            case "down" | "up":
                self._by_step(1 if command == "down" else -1)
            case "home" | "end":
                trace.position = 0 if command == "home" else len(trace) - 1
            case "g":
                self._goto(words)
            case "/":
                self._find(words)
            case "e":
                self._choose(words)
            case "?":
                self.message = HELP
            case _:
                raise ValueError(f"unknown command {command!r}{nearest(command, PROMPTS)}; {SHORT}")

    def _by_step(self, by: int) -> None:
        """To the first line of the next time step, or of this one, or of the one before."""
        starts = [events[0].index for events in self.trace.by_step()]
        here = self.trace.position
        beyond = [s for s in starts if s > here] if by > 0 else [s for s in starts if s < here]
        if not beyond:
            raise ValueError(f"this is the {'last' if by > 0 else 'first'} step")
        self.trace.position = beyond[0 if by > 0 else -1]

    def _goto(self, words: str) -> None:
        step, *rest = words.split() or [""]
        if not step.isdecimal() or len(rest) > 2:
            raise ValueError(f"expected a step and a name, such as 2 dc, got {words!r}")
        name, phase = [*rest, None, None][:2]
        self.trace.goto(int(step), name, phase=phase)

    def _find(self, words: str) -> None:
        self.sought = words or self.sought
        if not self.sought:
            raise ValueError("expected a name, such as dc, got nothing")
        matches = self.trace.find(self.sought)
        later = [event for event in matches if event.index > self.trace.position]
        if not later:
            self.message = f"no further {self.sought}: back at the first one"
        self.trace.position = (later or matches)[0].index

    def _choose(self, words: str) -> None:
        index = element(words)
        check_element(index, self.trace)
        self.element = index


def walk(trace: Record, note: str, element: tuple[int, ...]) -> None:
    """Step through until q or the end of the input."""
    steps = Walk(trace, element)
    if interactive():
        _with_keys(steps, note)
    else:
        _with_lines(steps, note)


def interactive() -> bool:
    """Single keys can be read and the screen can be drawn on."""
    return sys.stdin.isatty() and _can_draw()


def has_colour() -> bool:
    """The screen can be drawn on, and nobody has asked for no colour (no-color.org)."""
    return _can_draw() and not os.environ.get("NO_COLOR")


def _can_draw() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb"


def _with_keys(steps: Walk, note: str) -> None:
    steps.message = wrapped(note)
    with keys() as reader:
        print(ALTERNATE, end="")
        try:
            while True:
                _draw(steps)
                command = NAMES.get(key := reader.read(), key)
                if command == "q":
                    return
                words = reader.line(PROMPTS[command]) if command in PROMPTS else ""
                if words is not None:               # None: the question was not answered
                    steps.do(command, words)
        finally:
            print(BACK, end="", flush=True)


def _draw(steps: Walk) -> None:
    size = shutil.get_terminal_size()
    footer = ["", SHORT, *[shortened(row) for row in steps.message.splitlines()]]
    lines = screen(steps.trace, steps.element, has_colour(), size.lines - len(footer) - 1)
    visible = lines[: max(1, size.lines - len(footer) - 1)]
    if len(visible) < len(lines):
        visible[-1] = "… a higher window shows more"
    print(CLEAR + "\n".join([*visible, *footer]), flush=True)


def _with_lines(steps: Walk, note: str) -> None:
    """Commands as lines, `g 2 dc`; an empty line is the next event. No clearing, no waiting."""
    trace = steps.trace
    print(wrapped(note), "", sep="\n")
    printed = None              # the event that was printed last
    while True:
        if steps.message:
            print(steps.message)
        elif printed is not trace.current:
            printed = trace.current
            print(heading(trace, printed), *event_lines(printed, trace.gates, steps.element),
                  sep="\n")
        line = sys.stdin.readline()
        if not line:
            return
        word = line.strip()
        command, words = (word[:1], word[1:]) if word[:1] in PROMPTS else (word or "n", "")
        command = NAMES.get(command, command)
        if command == "q":
            return
        if command == "e":
            printed = None
        steps.do(command, words)
