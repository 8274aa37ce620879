"""Readings at a rate: processor time, context switches, and how soon an event arrives."""
import time

from .place import place
from .usage import Usage, until_done

WARM_UP_READINGS = 24_000  # 400 a device to calibrate; the rest for just-in-time compilers.
FAULTS_PER_SECOND = 20
SETTLE_SECONDS = 1


def measure(program, seconds):
    with place(sends_at_once=True) as p:
        running = p.start(program)
        usage = Usage(running.process.pid)
        p.sensors.paced(4000, WARM_UP_READINGS / 4000)
        until_done(usage, running.counts, WARM_UP_READINGS, time.monotonic())
        return {
            "fast": _cost(p, running, usage, 2000, seconds),
            "delay": _delay(p, running, 2000, seconds),
            "slow": _cost(p, running, usage, 200, seconds),
        }


def _cost(p, running, usage, rate, seconds):
    time.sleep(SETTLE_SECONDS)
    before, cpu, switches = running.counts(), usage.cpu_ns(), usage.switches()
    finish = p.sensors.begin_paced(rate, seconds, listens=False)
    # A thread that ends takes its count with it, so look now and then.
    for _ in range(int(seconds)):
        time.sleep(1)
        usage.switches()
    finish()
    time.sleep(0.5)
    cpu, switches = usage.cpu_ns() - cpu, usage.switches() - switches
    readings = _judged(before, running.counts())
    return {"readings": readings, "cpu_us": cpu / 1000 / readings, "switches": switches / readings}


def _delay(p, running, rate, seconds):
    # No multiple of the ten devices, so that each has its share.
    told = p.sensors.paced(rate, seconds, fault_every=rate // FAULTS_PER_SECOND + 1, linger_ms=500, listens=True)
    heard = told["programs"].get(running.name, {})
    return {key: heard.get(key) for key in ("opened", "matched", "p50_ms", "p95_ms")}


def _judged(before, after):
    readings, runs = after["readings"] - before["readings"], after["runs"] - before["runs"]
    if abs(runs - readings) > 1:  # One may be under way on a busy machine.
        raise SystemExit(f"{readings} readings, but {runs} were judged: {before} {after}")
    return runs
