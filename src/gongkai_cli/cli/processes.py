"""The same work for many plans, on all cores: results in order, one way out for errors and for Ctrl-C."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from typing import TYPE_CHECKING, Any, TypeVar

from gongkai_cli.cli import manner
from gongkai_cli.cli.terminal import complain
from gongkai_cli.log.cores import cores
from gongkai_cli.messages import text

if TYPE_CHECKING:
    from concurrent.futures import Future

    from gongkai_cli.cli.waiting import Waiting

Result = TypeVar("Result")

# Fewer are done before other processes would have begun.
FEWEST = 24


def of_each(
    work: Callable[[str, "Waiting"], Result], names: Sequence[str], waiting: "Waiting", fewest: int = FEWEST
) -> list[Result]:
    """Return what some work makes of each name, in their order; `work` must be one that can be pickled.

    From `fewest` names on, other processes do it, as many as there are cores. What the work raises comes out of here,
    and nothing goes on behind it. What they say with --verbose is said afterwards, in the order of the names.
    """
    if len(names) < max(fewest, 2):
        return [work(name, waiting) for name in names]
    with waiting, tempfile.TemporaryDirectory(prefix="gongkai-", ignore_cleanup_errors=True) as folder:
        done = []
        for each in _spread(work, names, folder):
            done.append(each)
            waiting.counting(text("Reading the plans"), len(done) / len(names))
    said = "".join(said for _, said in done)
    if said:
        complain(said)
    return [result for result, _ in done]


def _spread(
    work: Callable[[str, "Waiting"], Result], names: Sequence[str], folder: str
) -> Iterator[tuple[Result, str]]:
    """Yield what workers make of each name, and what they say of it.

    They leave their temporary files in one folder, and die with the caller.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Not forked: whoever draws on the terminal is a thread, and the table engine has threads of its own.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(cores(), len(names)), context, _begin, (work, folder, manner.manner()))
    try:
        with _unheard():
            futures: list[Future[tuple[Result, str]]] = [pool.submit(_one, name) for name in names]
        for future in futures:
            yield future.result()
    except BaseException:
        for process in multiprocessing.active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _unheard() -> Iterator[None]:
    """Start processes that hear no Ctrl-C, which a terminal sends to all: the one that started them deals with it.

    Where signals cannot be blocked, the processes ignore it once they run.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # it would unblock the signal on starting
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What a worker process works with, for as long as it lives.
_work: list[Any] = []


def _begin(work: object, folder: str, asked: manner.Manner) -> None:
    """Prepare a worker process; it ends when the process that started it is gone, however that came about."""
    import multiprocessing
    from pathlib import Path
    from threading import Thread

    from gongkai_cli.cli.terminal import words_for_help
    from gongkai_cli.cli.waiting import Waiting
    from gongkai_cli.log import workspaces

    gc.set_threshold(1_000_000)  # what is made for a plan goes with it: hardly any of it is in a cycle
    workspaces.share(Path(folder))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    manner.begin(quiet=asked.quiet, verbose=asked.verbose, lang=asked.lang)
    parent = multiprocessing.parent_process()

    def outlived() -> None:
        if parent is not None:
            parent.join()
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(1)

    Thread(target=outlived, daemon=True).start()
    _work[:] = [work, Waiting(words_for_help())]


def _one(name: str) -> tuple[Any, str]:
    work, waiting = _work
    if not manner.manner().verbose:
        return _worked(work, name, waiting), ""
    with redirect_stderr(StringIO()) as said:
        result = _worked(work, name, waiting)
    return result, said.getvalue()


def _worked(work: Callable[[str, "Waiting"], Result], name: str, waiting: "Waiting") -> Result:
    try:
        return work(name, waiting)
    except Exception as error:
        error.add_note(f"while working on {name}")
        raise
