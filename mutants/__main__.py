"""`python -m mutants`: draw mutants at random, judge each by its module's own tests, and list what nobody noticed."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from mutants import equivalents
from mutants.judge import Copy, Trial, Verdict
from mutants.places import Mutant, mutants_of
from mutants.rooms import ROOMS, ROOT, room_of

DRAWN, LEAST = 200, 90
"""How many mutants are drawn, and how many in a hundred must be caught."""
PATIENCE = 5
"""A mutant may take so many times the time of its tests, and a minute more: the machine may be busy otherwise."""


class Judged(NamedTuple):
    """A mutant, its verdict, and why its survival does not matter (None if it does)."""

    mutant: Mutant
    trial: Trial
    line: int
    was: str
    now: str
    excuse: str | None

    @property
    def caught(self) -> bool:
        """Whether it counts as caught."""
        return self.trial.verdict not in (Verdict.SURVIVED, Verdict.UNTESTED) or self.excuse is not None


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, judge, tell. 0: enough were caught; 1: too few; 2: the tests fail as they are."""
    wanted = _options().parse_args(arguments)
    began = time.monotonic()
    modules = [name for room in ROOMS for name in room.modules() if not wanted.only or _chosen(name, wanted.only)]
    drawn = draw(modules, wanted.count, wanted.seed)
    print(f"{len(drawn)} mutants of {len(modules)} modules, seed {wanted.seed}", flush=True)
    if wanted.list:
        for mutant in drawn:
            print(_line(mutant, *mutant.told()))
        return 0
    with tempfile.TemporaryDirectory(prefix="tradewake-mutants-") as folder:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(wanted.workers):
            copies.put(made := Copy(Path(folder) / str(number)))
            made.prepare()
        with ThreadPoolExecutor(wanted.workers) as pool:
            allowed = _baseline(pool, copies, drawn)
            if allowed is None:
                return 2
            judged = _judge(pool, copies, drawn, allowed)
        while not copies.empty():
            copies.get().close()
    tell(judged)
    for key in equivalents.stale(equivalents.read(), ROOT):
        print(f"no longer in the code, to be taken off the list: {key.file}, {key.function}: {key.was}")
    print(f"{time.monotonic() - began:.0f} s, seed {wanted.seed}")
    caught = sum(one.caught for one in judged)
    return 0 if 100 * caught >= wanted.least * len(judged) else 1


def draw(modules: Sequence[str], count: int, seed: int) -> list[Mutant]:
    """Places at random, each as likely as the other, and one change of each; sorted by module and line."""
    places: dict[tuple[str, tuple[int, int]], list[Mutant]] = {}
    for module in modules:
        for mutant in mutants_of(module):
            places.setdefault((module, mutant.start), []).append(mutant)
    chance = random.Random(seed)
    chosen = chance.sample(sorted(places), min(count, len(places)))
    return [chance.choice(places[place]) for place in sorted(chosen)]


def tell(judged: Sequence[Judged]) -> None:
    """Caught and survived per room, then every survivor as file:line and the change."""
    print(f"\n{'room':<24}{'drawn':>7}{'caught':>8}{'listed':>8}{'survived':>10}{'caught, %':>11}")
    for name in [*(room.folder for room in ROOMS), "all"]:
        own = [one for one in judged if name in ("all", room_of(one.mutant.module).folder)]
        if not own:
            continue
        listed = sum(one.excuse is not None for one in own)
        caught = sum(one.caught for one in own)
        share = 100 * caught / len(own)
        print(f"{name:<24}{len(own):>7}{caught - listed:>8}{listed:>8}{len(own) - caught:>10}{share:>11.1f}")
    verdicts = Counter(one.trial.verdict for one in judged)
    print(", ".join(f"{verdict.value}: {verdicts[verdict]}" for verdict in Verdict if verdicts[verdict]))
    for heading, kept in (
        ("survived", [one for one in judged if not one.caught]),
        ("listed as changing nothing", [one for one in judged if one.excuse is not None]),
    ):
        if kept:
            print(f"\n{heading}:")
        for one in kept:
            print(_line(one.mutant, one.line, one.was, one.now) + (f"\n    {one.excuse}" if one.excuse else ""))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("only", nargs="*", help="modules or rooms, as paths; all five rooms without")
    parser.add_argument("--count", type=int, default=DRAWN)
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10**6), help="drawn anew if not given"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--least", type=float, default=LEAST, help="percent that must be caught")
    parser.add_argument("--list", action="store_true", help="draw and print, run nothing")
    return parser


def _chosen(module: str, only: Sequence[str]) -> bool:
    return any(module == name or module.startswith(f"{name.rstrip('/')}/") for name in only)


def _baseline(
    pool: ThreadPoolExecutor, copies: SimpleQueue[Copy], drawn: Sequence[Mutant]
) -> dict[tuple[str, ...], float] | None:
    """Seconds that each set of tests may take; None where tests fail without a mutant."""
    suites = sorted({_tests(mutant) for mutant in drawn} - {()})

    def run(tests: tuple[str, ...]) -> Trial:
        copy = copies.get()
        try:
            return copy.run(tests, 1_800)
        finally:
            copies.put(copy)

    trials = dict(zip(suites, pool.map(run, suites), strict=True))
    failed = {tests: trial for tests, trial in trials.items() if trial.verdict is not Verdict.SURVIVED}
    for tests, trial in failed.items():
        print(f"Without a mutant, {' '.join(tests)} {trial.verdict.value}:\n{trial.output[-3000:]}", file=sys.stderr)
    slowest = sorted(trials.items(), key=lambda item: -item[1].seconds)[:3]
    print(
        "slowest own tests: " + ", ".join(f"{trial.seconds:.0f} s {tests[0]}" for tests, trial in slowest), flush=True
    )
    return None if failed else {tests: 60 + PATIENCE * trial.seconds for tests, trial in trials.items()}


def _judge(
    pool: ThreadPoolExecutor, copies: SimpleQueue[Copy], drawn: Sequence[Mutant], allowed: dict[tuple[str, ...], float]
) -> list[Judged]:
    excuses = equivalents.read()

    def judge(mutant: Mutant) -> Judged:
        copy = copies.get()
        try:
            trial = copy.judge(mutant, _tests(mutant), allowed.get(_tests(mutant), 0))
            line, was, now = mutant.told(copy.folder)
        finally:
            copies.put(copy)
        lives = trial.verdict in (Verdict.SURVIVED, Verdict.UNTESTED)
        known = excuses.get(equivalents.Key(mutant.module, mutant.function, was, now))
        if known and not lives:
            print(f"no longer to be listed, a test notices it: {_line(mutant, line, was, now)}", file=sys.stderr)
        if lives and not known:
            print(f"{trial.verdict.value}: {_line(mutant, line, was, now)}", file=sys.stderr, flush=True)
        return Judged(mutant, trial, line, was, now, known if lives else None)

    return list(pool.map(judge, drawn))


def _tests(mutant: Mutant) -> tuple[str, ...]:
    return room_of(mutant.module).tests_of(mutant.module)


def _line(mutant: Mutant, line: int, was: str, now: str) -> str:
    return f"{mutant.module}:{line} in {mutant.function} ({mutant.operator})\n    - {was}\n    + {now}"


if __name__ == "__main__":
    sys.exit(main())
