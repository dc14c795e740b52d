"""Plants small mistakes one by one and sees whether a test fails: what the tests do not notice.

    python tests/support/mutate.py numpyrnn/optim --tests tests/optim --out optim.jsonl

pytest collects the tests once. Then every mutant is a fork of this process: the code of one
function is exchanged in place, and the tests that run its lines run, the most promising first,
until one fails. A mutant of what runs at import (a constant, a decorator) gets a process and a
copy of the package of its own. Needs Unix and coverage.py.

What stands in the file of --out already is not run again, but survivors are with --again;
--share 0.5 takes a random half; --patience 3 gives a mutant up after tests of 3 seconds.
"""

from __future__ import annotations

import argparse
import ast
import functools
import gc
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import types
from collections import Counter
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import pytest
from coverage import Coverage
from mutations import mutants

ROOT = Path.cwd()
FLAGS = ["-q", "-s", "-x", "-o", "addopts=", "-p", "no:xdist", "-p", "no:cacheprovider",
         "-m", "not slow", "-c", str(ROOT / "setup.cfg")]


class Mutations:
    """The pytest plugin that takes over once the tests are collected."""

    def __init__(self, options):
        self.options, self.failed = options, False

    def pytest_collection(self, session):
        from hypothesis import Phase, settings  # not before pytest has seen to it

        settings.register_profile("mutants", settings(phases=[Phase.explicit, Phase.generate]))
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        files = [f for path in self.options.paths for f in sorted(path.rglob("*.py")) or [path]]
        self.items, self.functions = session.items, functions_of({str(file) for file in files})
        self.caches = [o for o in gc.get_objects() if isinstance(o, functools._lru_cache_wrapper)]
        self.lines, self.cost = json.loads(in_a_fork(lambda: self.measure(files)))
        self.kills = Counter()      # (function, number of the test): so many mutants it has killed
        out, chosen = self.options.out, []
        for file in files:
            tree = ast.parse(file.read_text())
            of_file = [(file, tree, mutant) for mutant in mutants(tree)]
            random.Random(file.name).shuffle(of_file)
            chosen += of_file[:round(self.options.share * len(of_file))]
        written = [json.loads(r) for r in out.read_text().splitlines()] if out.exists() else []
        killer = {tuple(r["key"]): r["killer"] for r in written}
        done = {k for k, by in killer.items() if by or not self.options.again}
        gc.freeze()
        gc.disable()
        for mutation in chosen:
            if key(mutation) not in done:
                record = dict(key=key(mutation), killer=self.killer_of(mutation))
                with out.open("a") as lines:
                    lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        return True

    def measure(self, files):
        """For each test the lines that it runs, and what it costs in seconds of the processor."""
        coverage, cost, failing = Coverage(data_file=None, include=list(map(str, files))), [], []
        coverage.start()
        for k, item in enumerate(self.items):
            self.failed, begin = False, time.process_time()
            coverage.switch_context(str(k))
            self.run(item)
            cost.append(time.process_time() - begin)
            if self.failed:
                failing.append(str(k))
                print("fails without a mutant:", item.nodeid, file=sys.stderr)
        coverage.stop()
        data, lines = coverage.get_data(), {}
        for file in map(str, files):
            for line, tests in data.contexts_by_lineno(file).items():
                lines[f"{file}:{line}"] = [int(k) for k in tests if k and k not in failing]
        return json.dumps([lines, cost])

    def run(self, item):
        for cache in self.caches:
            cache.cache_clear()
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)

    def killer_of(self, mutation):
        """The first test that fails, or "" if none does."""
        file, tree, mutant = mutation
        near = {k for line in mutant.statement for k in self.lines.get(f"{file}:{line}", ())}
        if mutant.function is None or not near:
            return self.in_a_process(file, tree, mutant)
        where, promise, family = (str(file), mutant.function.lineno), {}, Counter()
        for k in sorted(near, key=self.cost.__getitem__):   # of alike tests the later promise less
            name = self.items[k].nodeid.partition("[")[0]
            family[name] += 1
            promise[k] = (1 + 5 * self.kills[where, k]) / self.cost[k] / family[name]
        total, few = 0.0, []
        for k in sorted(near, key=promise.__getitem__, reverse=True):
            total += self.cost[k]
            few += [k] if total < self.options.patience else []
        killer = in_a_fork(lambda: self.kill(mutation, few, 8 + 4 * min(total, 1e4)))
        if killer.isdigit():
            self.kills[where, int(killer)] += 1
            killer = self.items[int(killer)].nodeid
        return killer

    def kill(self, mutation, tests, seconds):
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        file, tree, mutant = mutation
        mutant.plant()
        exchange(self.functions, file, tree, mutant.function)
        self.failed = False
        for k in tests:
            self.run(self.items[k])
            if self.failed:
                return str(k)
        return ""

    def in_a_process(self, file, tree, mutant):
        with tempfile.TemporaryDirectory() as place:
            shutil.copytree(ROOT / "numpyrnn", Path(place, "numpyrnn"))

            def write():
                mutant.plant()
                Path(place, file.relative_to(ROOT)).write_text(ast.unparse(tree))

            in_a_fork(write)
            ended = subprocess.run(
                [sys.executable, "-P", "-m", "pytest", *FLAGS, *map(str, self.options.tests)],
                env=os.environ | {"PYTHONPATH": place}, cwd=ROOT, capture_output=True, text=True)
        lines = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return "" if ended.returncode == 0 else (lines or ["the import"])[0]


def key(mutation):
    """What a mutant is called from run to run."""
    file, _, m = mutation
    column = getattr(m.new, "col_offset", 0)
    return str(file.relative_to(ROOT)), m.line, m.what, column, m.index


def functions_of(files):
    """The live functions of some files, by file, first line and name."""
    result = {}
    for function in gc.get_objects():
        if isinstance(function, types.FunctionType) and function.__code__.co_filename in files:
            code = function.__code__
            name = code.co_filename, code.co_firstlineno, code.co_name
            result.setdefault(name, []).append(function)
    return result


def exchange(functions, file, tree, function):
    """Give every live function the code and the defaults that the mutated tree gives it."""
    first = min([function, *function.decorator_list], key=lambda node: node.lineno).lineno
    lives = functions[str(file), first, function.name]
    if lives[0].__closure__:        # a super() that the mutant does without
        function.body.append(ast.parse("if 0: __class__").body[0])
    ast.fix_missing_locations(tree)
    codes = [compile(tree, str(file), "exec")]
    for code in codes:
        codes += [c for c in code.co_consts if isinstance(c, types.CodeType)]
    (code,) = (c for c in codes if c.co_firstlineno == first and c.co_name == function.name)
    function.decorator_list, function.body = [], ast.parse("pass").body
    for live in lives:
        made = dict(live.__globals__)
        exec(compile(ast.Module([function], []), str(file), "exec"), made)
        live.__code__ = code
        live.__defaults__ = made[function.name].__defaults__
        live.__kwdefaults__ = made[function.name].__kwdefaults__


def in_a_fork(work):
    """The text that the work returns in a fork; how the fork ended, if it was not by itself."""
    with tempfile.TemporaryFile("w+") as answer:
        child = os.fork()
        if child == 0:
            try:
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                answer.write(work() or "")
                answer.flush()
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        answer.seek(0)
        return f"ended with status {status}" if status else answer.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=lambda p: Path(p).resolve())
    parser.add_argument("--tests", nargs="+", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--patience", type=float, default=float("inf"))
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    pytest.main([*FLAGS, *map(str, options.tests)], plugins=[Mutations(options)])


if __name__ == "__main__":
    main()
