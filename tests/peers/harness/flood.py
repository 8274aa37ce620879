"""As many readings as a program can take."""
import os
import signal
import time

from .place import place
from .usage import Usage, until_done

WARM_UP_READINGS = 30_000


def on_one_core(program, count, every=False):
    """
    The program has a core, brokers and sensors have the others. All readings wait in the broker before the program is let
    go, so that it never waits for the sensors.
    """
    cores = sorted(os.sched_getaffinity(0))
    own, others = cores[-1:], cores[:-1] or cores
    with place(others) as p:
        running = p.start(program, cores=own, every=every)
        usage = warm_up(p, running)
        before = running.counts()
        running.process.signal(signal.SIGSTOP)
        p.sensors.flat_out(count)
        return _measure(running, usage, before, count, lambda: running.process.signal(signal.SIGCONT))


def beside_all(program, count, lanes=0):
    """Program, brokers and sensors share the cores, as installed."""
    with place() as p:
        running = p.start(program, lanes=lanes)
        usage = warm_up(p, running)
        return _measure(running, usage, running.counts(), count, lambda: p.sensors.flat_out(count))


def warm_up(p, running):
    usage = Usage(running.process.pid)
    p.sensors.flat_out(WARM_UP_READINGS)
    until_done(usage, running.counts, WARM_UP_READINGS, time.monotonic())
    return usage


def _measure(running, usage, before, count, begin):
    cpu, started = usage.cpu_ns(), time.monotonic()
    begin()
    seconds = until_done(usage, running.counts, before["readings"] + count, started)
    cpu = usage.cpu_ns() - cpu
    after = running.counts()
    readings = after["runs"] - before["runs"]
    if readings != after["readings"] - before["readings"]:
        raise SystemExit(f"not every reading was judged: {before} {after}")
    return {"sent": count, "readings": readings, "per_second": readings / seconds, "cpu_us": cpu / 1000 / readings,
            "events": after["events"] - before["events"], "acknowledged": after["acknowledged"] - before["acknowledged"]}
