"""What the tests would not notice: small changes to the code that verdicts rest on, each held against the tests.

`make mutants` runs it (POSIX only). The changes are those that mutmut makes. How they are tried is ours: mutmut leaves
out tables, and functions with decorators such as `timetable`, and collects the tests anew for each change. Here they
are collected once; a change is made in a forked copy of this process, which runs the tests that reach the changed
function, first those that are fast and have noticed its other changes, until one fails. Where none does, the change has
survived; `mutants_accepted.txt` lists those that may.
"""

import argparse
import ast
import gc
import inspect
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import unified_diff
from fnmatch import fnmatch
from functools import cache, cached_property
from importlib import import_module
from mmap import mmap
from pathlib import Path
from textwrap import indent
from types import CodeType, FunctionType
from typing import Any, NamedTuple, NoReturn

import coverage
import libcst as cst
import pytest
from hypothesis import Phase, is_hypothesis_test, settings
from hypothesis.errors import UnsatisfiedAssumption
from mutmut.mutation.file_mutation import create_mutations

ROOT = Path(__file__).parent.parent
PACKAGE = "gongkai_cli"
ACCEPTED = ROOT / "tests" / "mutants_accepted.txt"
SURVIVED = ROOT / "build" / "mutants" / "survived.txt"

_TIMING = ("test_deadlines", "test_schedule", "test_plan_corpus")
_VERDICTS = ("test_evaluation", "test_statements", "test_verdicts")
# What is changed, and the test files that have to notice. The modules of `evaluation` that ask the table engine are not
# among it: it takes minutes to hold one of their changes against random logs, as tests/test_wishes.py does.
SUITES: Mapping[str, Sequence[str]] = {
    "deadlines": _TIMING,
    "schedule": (*_TIMING, "test_schedule_brute_force"),
    "evaluation": (*_VERDICTS, "test_later"),
    "evaluation.holding": (*_VERDICTS, "test_later"),
    "evaluation.later": (*_VERDICTS, "test_later"),
    "evaluation.names": _VERDICTS,
    "evaluation.places": _VERDICTS,
    "evaluation.placing": _VERDICTS,
    "evaluation.statements": _VERDICTS,
    "evaluation.verdicts": _VERDICTS,
    "evaluation.windows": _VERDICTS,
    "evaluation.signals": ("test_signals",),
}
# What is said is not what is decided, and `cast` decides nothing.
_SPARED_CALLS = ("text", "cast")
_MOST_MEMORY = 3 << 30
_SECONDS = 1, 2  # of processor time for a test: at least, and times what it takes without a change (and while measured)
_TIMED_OUT = (signal.SIGPROF, signal.SIGALRM)

Key = tuple[str, ...]


class Place(NamedTuple):
    """A function, a method or a table of a module."""

    module: str
    holder: str  # the class of a method, or empty
    name: str
    is_table: bool

    def __str__(self) -> str:
        return ".".join(part for part in self[:3] if part)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where, what the source of the statement around it becomes, and the lines that differ."""

    place: Place
    source: str
    diff: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What tells it from others, also when the code around it has changed."""
        return (str(self.place), *(f"{line[0]} {line[1:].strip()}" for line in self.diff))


# Making changes


def path_of(module: str) -> Path:
    """Return the file of a module."""
    stem = ROOT.joinpath("src", PACKAGE, *module.split("."))
    return stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")


def mutants_of(module: str, names: Sequence[str] = ("*",)) -> Iterator[Mutant]:
    """Yield every change of the functions and tables of a module that have one of these names."""
    tree, mutations, _, _ = create_mutations(module, _undecorated(path_of(module).read_text(encoding="utf-8")))
    found: dict[int, tuple[Any, str, Place]] = {}
    for node, place in _places(module, tree):
        if any(fnmatch(str(place), name) for name in names):
            spared = {id(below) for each in _walk(node) if _is_spared(each) for below in _walk(each)}
            before = _code(node)
            found |= {id(each): (node, before, place) for each in _walk(node) if id(each) not in spared}
    for mutation in mutations:
        if id(mutation.original_node) in found:
            node, before, place = found[id(mutation.original_node)]
            after = _code(node.deep_replace(mutation.original_node, mutation.mutated_node))
            lines = list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
            source = f"class {place.holder}:\n{indent(after, '    ')}" if place.holder else after
            yield Mutant(place, source, tuple(line for line in lines if not line.startswith("@@")))


def _undecorated(source: str) -> str:
    """A module without decorators: they are not changed, and mutmut passes over what has them."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        for each in getattr(node, "decorator_list", ()):
            lines[each.lineno - 1 : each.end_lineno] = ["\n"] * (each.end_lineno - each.lineno + 1)
    return "".join(lines)


def _places(module: str, tree: cst.Module) -> Iterator[tuple[cst.CSTNode, Place]]:
    """Yield every function, method and table."""
    for statement in tree.body:
        if isinstance(statement, cst.FunctionDef):
            yield statement, Place(module, "", statement.name.value, is_table=False)
        elif isinstance(statement, cst.ClassDef):
            for member in statement.body.body:
                if isinstance(member, cst.FunctionDef):
                    yield member, Place(module, statement.name.value, member.name.value, is_table=False)
        elif isinstance(statement, cst.SimpleStatementLine):
            target = _assigned(statement.body[0])
            if target is not None:
                yield statement, Place(module, "", target, is_table=True)


def _assigned(small: cst.BaseSmallStatement) -> str | None:
    """The name of the table that a statement makes; types are none."""
    if isinstance(small, cst.Assign):
        target, value = small.targets[0].target, small.value
    elif isinstance(small, cst.AnnAssign) and small.value is not None:
        target, value = small.target, small.value
    else:
        return None
    is_type = isinstance(value, cst.Subscript | cst.BinaryOperation) or "TypeVar" in _code(value)
    return target.value if isinstance(target, cst.Name) and not is_type and target.value != "__all__" else None


def _is_spared(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value in _SPARED_CALLS
    return isinstance(node, cst.Assert)


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _code(node: cst.CSTNode) -> str:
    return str(cst.Module([]).code_for_node(node))


# Putting a change into the running program


def put_in(mutant: Mutant) -> None:
    """Change what runs in this process from now on."""
    place = mutant.place
    module = _imported(place.module)
    namespace = dict(vars(module))
    exec(compile(mutant.source, str(path_of(place.module)), "exec"), namespace)  # noqa: S102  # our own code
    if place.is_table:
        before = vars(module)[place.name]
        for each in list(sys.modules.values()):  # whoever has imported it
            if getattr(each, "__dict__", {}).get(place.name) is before:
                setattr(each, place.name, namespace[place.name])
        return
    old, new = _function(vars(module), place), _function(namespace, place)
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _imported(module: str) -> Any:
    return import_module(f"{PACKAGE}.{module}")


def _function(namespace: Mapping[str, Any], place: Place) -> FunctionType:
    """The function itself, out of what its decorators made of it."""
    found = vars(namespace[place.holder])[place.name] if place.holder else namespace[place.name]
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, cached_property):
        found = found.func
    elif isinstance(found, staticmethod | classmethod):
        found = found.__func__
    found = inspect.unwrap(found)
    assert isinstance(found, FunctionType), place
    return found


def forget() -> None:
    """Empty every cache of the package, so that nothing is remembered from before a change."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGE):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


# Trying changes


@dataclass(slots=True)
class Reached:
    """How long each test takes, in seconds, and which lines of which module run in which tests (places in the list)."""

    seconds: list[float] = field(default_factory=list)
    lines: dict[str, dict[int, set[int]]] = field(default_factory=dict)
    imported: list[str] = field(default_factory=list)
    failed: str = ""


class Running(NamedTuple):
    """A copy of this process that tries a change, and where it leaves the test that failed."""

    mutant: Mutant
    noticed_by: mmap


class Trial:
    """A plugin of pytest that, in place of running the tests once, runs them on every change."""

    def __init__(self, mutants: Sequence[Mutant], jobs: int) -> None:
        self.mutants, self.jobs = mutants, jobs
        self.results: dict[str, list[Mutant]] = defaultdict(list)
        self._failed = ""
        self._leaves_at_failure = False
        self._running: dict[int, Running] = {}
        self._noticed: dict[str, Counter[int]] = defaultdict(Counter)  # by function or module: how often by which test

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """Leave at the first failure, before it is put into words that nobody reads."""
        if self._leaves_at_failure and call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
            os._exit(1)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed = self._failed or f"{report.nodeid}\n{report.longreprtext}"

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # one for all
        for item in session.items:
            _draw_once(item)
        reached = self._reached(session)
        if reached.failed:
            pytest.exit(f"fails without a change already: {reached.failed}", returncode=2)
        for name in reached.imported:  # so that no copy has to
            import_module(name)
        gc.freeze()  # so that copies share their memory
        for number, mutant in enumerate(self.mutants):
            if number % 100 == 0:
                told = "".join(f", {len(found)} {name}" for name, found in self.results.items())
                _say(f"{number} of {len(self.mutants)}{told}")
            tests = tests_of(mutant, reached, session.items)
            if tests:
                while len(self._running) >= self.jobs:
                    self._wait()
                self._fork(mutant, tests, reached, session.items)
            else:
                self.results["not reached"].append(mutant)
        while self._running:
            self._wait()
        return True

    def _fork(self, mutant: Mutant, tests: Sequence[int], reached: Reached, items: Sequence[pytest.Item]) -> None:
        own, others = self._noticed[str(mutant.place)], self._noticed[mutant.place.module]
        # The least time in all comes from the order of time by likelihood.
        tests = sorted(tests, key=lambda at: (reached.seconds[at] + 0.001) / (own[at] + others[at] / 10 + 0.01))
        noticed_by = mmap(-1, 4)
        pid = os.fork()
        if pid == 0:
            self._try(mutant, tests, reached, items, noticed_by)
        self._running[pid] = Running(mutant, noticed_by)

    def _wait(self) -> None:
        pid, status = os.wait()
        mutant, noticed_by = self._running.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        told = "survived" if code == 0 else "timed out" if -code in _TIMED_OUT else "killed"
        self.results[told].append(mutant)
        if told == "survived":
            SURVIVED.write_text(listed(self.results[told]), encoding="utf-8")
        if told != "survived":
            at = int.from_bytes(noticed_by[:4])
            self._noticed[str(mutant.place)][at] += 1
            self._noticed[mutant.place.module][at] += 1

    def _try(
        self, mutant: Mutant, tests: Sequence[int], reached: Reached, items: Sequence[pytest.Item], noticed_by: mmap
    ) -> NoReturn:
        """Run the tests on a change in this process, and leave it: with 1 where one fails."""
        _say_nothing(items[0].config)
        self._leaves_at_failure = True
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        signal.alarm(3600)  # for one that waits
        try:
            forget()
            put_in(mutant)
            for at, following in zip(tests, [*tests[1:], None], strict=True):
                noticed_by[:4] = at.to_bytes(4)
                signal.setitimer(signal.ITIMER_PROF, _SECONDS[0] + _SECONDS[1] * reached.seconds[at])
                _run(items[at], None if following is None else items[following])
        except BaseException:  # noqa: BLE001  # whatever it is, it was noticed
            os._exit(1)
        os._exit(0)

    def _reached(self, session: pytest.Session) -> Reached:
        """What the tests reach, found out in a copy of this process, which stays as it is."""
        with tempfile.TemporaryFile() as file:
            pid = os.fork()
            if pid == 0:
                _say_nothing(session.config)
                pickle.dump(self._measured(session.items), file)
                file.flush()
                os._exit(0)
            os.waitpid(pid, 0)
            file.seek(0)
            reached: Reached = pickle.load(file)  # noqa: S301  # our own
            return reached

    def _measured(self, items: Sequence[pytest.Item]) -> Reached:
        reached = Reached()
        before = set(sys.modules)
        paths = [str(path_of(module)) for module in SUITES]
        meter = coverage.Coverage(data_file=None, config_file=False, include=paths)
        meter.start()
        for at, item in enumerate(items):
            forget()
            meter.switch_context(str(at))
            began = time.process_time()
            _run(item, None)
            reached.seconds.append(time.process_time() - began)
        meter.stop()
        for module in SUITES:
            found = meter.get_data().contexts_by_lineno(str(path_of(module)))
            reached.lines[module] = {line: {int(at) for at in ats if at} for line, ats in found.items()}
        reached.imported = sorted(name for name in set(sys.modules) - before if name.split(".")[0] in _WARM)
        reached.failed = self._failed
        return reached


_WARM = (PACKAGE, "dateutil", "yaml")


def _say_nothing(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        config.pluginmanager.unregister(reporter)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _draw_once(item: pytest.Item) -> None:
    """Make up the examples of a test now, by the code as it is, for that takes longer than trying them."""
    if not isinstance(item, pytest.Function) or not is_hypothesis_test(item.obj) or item.fixturenames:
        return
    test = item.obj.hypothesis.inner_test
    examples: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    item.obj.hypothesis.inner_test = lambda *args, **keywords: examples.append((args, keywords))
    item.obj()

    def try_all() -> None:
        for args, keywords in examples:
            with suppress(UnsatisfiedAssumption):
                test(*args, **keywords)

    item.obj = try_all


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def tests_of(mutant: Mutant, reached: Reached, items: Sequence[pytest.Item]) -> list[int]:
    """Return the tests that have to notice a change: those of its suite that run any line of its function.

    Of a table, it is the functions of its module that name it; where none does, every test.
    """
    place = mutant.place
    suite = [at for at, item in enumerate(items) if item.path.stem in SUITES[place.module]]
    if not place.is_table:
        codes = [_function(vars(_imported(place.module)), place).__code__]
    elif not (codes := [code for code in _codes(place.module) if place.name in code.co_names]):
        return suite
    lines = reached.lines[place.module]
    ran = set().union(*(lines.get(line, ()) for code in codes for line in _lines(code)))
    return [at for at in suite if at in ran]


@cache
def _codes(module: str) -> list[CodeType]:
    """Every function of a module, and every function in one."""
    found = [compile(path_of(module).read_text(encoding="utf-8"), str(path_of(module)), "exec")]
    for code in found:
        found += [each for each in code.co_consts if isinstance(each, CodeType)]
    return found[1:]


def _lines(code: CodeType) -> range:
    return range(code.co_firstlineno, max(line for _, _, line in code.co_lines() if line is not None) + 1)


# What comes out


def accepted(said: str) -> set[Key]:
    """Return the changes that a text lists: the name of a function, then pairs of what was and what it becomes."""
    found: set[Key] = set()
    where, change = "", list[str]()
    for line in [*said.splitlines(), ""]:
        if change and not line.startswith("+") and change[-1].startswith("+"):
            found.add((where, *change))
            change = []
        if line.startswith(("- ", "+ ")):
            change.append(line)
        elif line and not line.startswith("#"):
            where = line
    return found


def listed(mutants: Iterable[Mutant]) -> str:
    """Return changes as `accepted` reads them."""
    by_place: dict[str, dict[Key, None]] = {}
    for mutant in mutants:
        by_place.setdefault(str(mutant.place), {})[mutant.key[1:]] = None
    return "\n".join(
        f"{place}\n" + "".join(f"{line}\n" for change in changes for line in change)
        for place, changes in by_place.items()
    )


def told(trial: Trial, seconds: float) -> tuple[str, list[Mutant]]:
    """Return the figures as a table, and the survivors that nobody has accepted."""
    fine = accepted(ACCEPTED.read_text(encoding="utf-8"))
    columns = ("killed", "timed out", "accepted", "survived", "not reached")
    new = [each for name in ("survived", "not reached") for each in trial.results[name] if each.key not in fine]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, mutants in trial.results.items():
        for each in mutants:
            is_fine = name in ("survived", "not reached") and each.key in fine
            counts[each.place.module]["accepted" if is_fine else name] += 1
    counts["all"] = sum(counts.values(), Counter())
    lines = [f"{'':24}{'changes':>9}" + "".join(f"{column:>13}" for column in columns)]
    for module, count in counts.items():
        lines.append(f"{module:24}{count.total():9}" + "".join(f"{count[column]:13}" for column in columns))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines.append(f"{seconds:.0f} s, of processor time {used.ru_utime + used.ru_stime:.0f} s")
    asked = {str(each.place) for each in trial.mutants}
    everything = {each.place.module for each in trial.mutants} == {*SUITES}
    stale = sorted(fine - {each.key for name in ("survived", "not reached") for each in trial.results[name]})
    lines += [
        f"listed as accepted, but no survivor: {' '.join(each)}" for each in stale if everything or each[0] in asked
    ]
    return "\n".join(lines), new


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="functions, such as 'deadlines.compute' or 'evaluation.*'")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--survivors", action="store_true", help="only what survived the last run")
    asked = parser.parse_args()
    os.chdir(ROOT)
    os.environ["CI"] = "true"  # the same made-up examples each time
    mutants = [each for module in SUITES for each in mutants_of(module, asked.names or ["*"])]
    if asked.survivors:
        before = accepted(SURVIVED.read_text(encoding="utf-8"))
        mutants = [each for each in mutants if each.key in before]
    if not mutants:
        parser.error("there is no such function")
    # A failing example is enough; nobody reads it.
    settings.register_profile(
        "mutants", derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
        report_multiple_bugs=False,
    )  # fmt: skip
    files = sorted({f"tests/{name}.py" for each in mutants for name in SUITES[each.place.module]})
    trial = Trial(mutants, asked.jobs)
    began = time.monotonic()
    SURVIVED.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        options = [f"--basetemp={temporary}/tests", "--capture=sys", "-p", "no:cacheprovider", "-p", "no:xdist"]
        options += ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]
        code = pytest.main([*options, "--hypothesis-profile=mutants", *files], plugins=[trial])
    if code:
        return int(code)
    figures, new = told(trial, time.monotonic() - began)
    SURVIVED.write_text(listed(new), encoding="utf-8")
    sys.stdout.write(f"{figures}\n")
    if new:
        sys.stdout.write(f"\n{listed(new)}\nThese survived; they stand in {SURVIVED.relative_to(ROOT)} too.\n")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
