"""All programs at once on the same sensors: resident memory, and an upstream broker that goes away."""
import time

from .place import place
from .usage import Usage

RATE = 2000
OUTAGE_SECONDS, AFTER_SECONDS = 20, 40
WARM_UP_SECONDS = 3
# An event opens and closes, so a fault brings two: 30 events a second, and 4,000 while the broker is away. No multiples of
# the ten devices, so that each has its share.
FAULT_EVERY, OUTAGE_FAULT_EVERY = 133, 19


def measure(programs, minutes, outages):
    with place(sends_at_once=True) as p:
        running = [p.start(program) for program in programs]
        usage = {r.name: Usage(r.process.pid) for r in running}
        result = {r.name: {"outages": []} for r in running}
        time.sleep(5)
        _memory(result, usage, "idle")
        p.sensors.paced(RATE, WARM_UP_SECONDS)
        p.sensors.paced(RATE, minutes * 60, FAULT_EVERY, listens=True)
        _memory(result, usage, "loaded")
        for _ in range(outages):
            _outage(p, running, usage, result)
        for r in running:
            result[r.name]["counts"] = r.counts()
        return result


def _outage(p, running, usage, result):
    finish = p.sensors.begin_paced(RATE, 5 + OUTAGE_SECONDS + AFTER_SECONDS, OUTAGE_FAULT_EVERY, linger_ms=3000)
    time.sleep(5)
    p.hub.stop()
    time.sleep(OUTAGE_SECONDS)
    memory = {name: u.memory() for name, u in usage.items()}
    owed = {r.name: (c := r.counts())["events"] - c["acknowledged"] for r in running}
    p.hub.start()
    heard = finish()["programs"]
    for name in usage:
        told = heard.get(name, {})
        result[name]["outages"].append({"owing": memory[name], "owed": owed[name], "first_seconds": told.get("first_after_seconds"),
                                        "opened": told.get("opened"), "matched": told.get("matched")})


def _memory(result, usage, when):
    for name, u in usage.items():
        result[name][when] = u.memory()
