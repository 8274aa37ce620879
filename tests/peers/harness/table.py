"""The results side by side: medians of the rounds."""
import statistics

LANES = (1, 2, 4, 8)


def text(programs, results):
    rows = [["", *(program.label for program in programs)]]
    for label, digits, pick in lines():
        cells = [value(pick, results[program.name], digits) for program in programs]
        if any(cells):
            rows.append([label, *cells])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))) for row in rows)


def lines():
    """Each row: its label, digits after the point, and how its values are found in a program's results."""
    yield "CPU µs a reading, 2,000/s", 1, rounds("paced", "fast", "cpu_us")
    yield "CPU µs a reading, 200/s", 1, rounds("paced", "slow", "cpu_us")
    yield "context switches a reading, 2,000/s", 2, rounds("paced", "fast", "switches")
    yield "context switches a reading, 200/s", 2, rounds("paced", "slow", "switches")
    yield "sensor to event, P50 ms", 2, rounds("paced", "delay", "p50_ms")
    yield "sensor to event, P95 ms", 2, rounds("paced", "delay", "p95_ms")
    yield "flat out on one core, readings/s", 0, rounds("one-core", "per_second")
    yield "  CPU µs a reading", 1, rounds("one-core", "cpu_us")
    yield "flat out beside broker and sensors, readings/s", 0, rounds("flat-out", "per_second")
    yield "  CPU µs a reading", 1, rounds("flat-out", "cpu_us")
    for lanes in LANES:
        yield f"  lanes = {lanes}, readings/s", 0, rounds(f"lanes {lanes}", "per_second")
        yield "    CPU µs a reading", 1, rounds(f"lanes {lanes}", "cpu_us")
    yield "an event a reading, one core, readings/s", 0, rounds("every", "per_second")
    yield "  CPU µs a reading", 1, rounds("every", "cpu_us")
    yield "resident MB, idle", 0, endurance("idle")
    yield "resident MB, after --minutes at 2,000/s", 0, endurance("loaded")
    yield "resident MB, 20 s without upstream", 0, outages("owing", "resident")
    yield "  events owed then", 0, outages("owed")
    yield "first event after the outage, s", 1, outages("first_seconds")


def rounds(row, *path):
    def pick(result):
        values = result.get(row, [])
        for key in path:
            values = [v[key] for v in values]
        return values
    return pick


def outages(*path):
    return lambda result: rounds("outages", *path)(result.get("endurance", {}))


def endurance(when):
    return lambda result: [result["endurance"][when]["resident"]] if "endurance" in result else []


def value(pick, result, digits):
    values = [v for v in pick(result) if v is not None]
    return f"{statistics.median(values):,.{digits}f}" if values else ""
