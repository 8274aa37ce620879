"""What the kernel knows of a process."""
import os
import re
import time


class Usage:
    def __init__(self, pid):
        self._pid = pid
        # The processor clock of another process (clock_getcpuclockid): to the nanosecond, with threads that have ended.
        self._clock = (~pid << 3) | 2
        self._switches = {}

    def cpu_ns(self):
        return time.clock_gettime_ns(self._clock)

    def switches(self):
        """Context switches of all threads so far; of a thread that has ended, those at the last call before."""
        for thread in os.listdir(f"/proc/{self._pid}/task"):
            try:
                with open(f"/proc/{self._pid}/task/{thread}/status", encoding="ascii", errors="replace") as status:
                    self._switches[thread] = sum(int(n) for n in re.findall(r"ctxt_switches:\s+(\d+)", status.read()))
            except (FileNotFoundError, ProcessLookupError):
                pass
        return sum(self._switches.values())

    def memory(self):
        """Resident MB, and of these what no file stands behind."""
        with open(f"/proc/{self._pid}/status", encoding="ascii", errors="replace") as status:
            text = status.read()

        def megabytes(field):
            return round(int(re.search(rf"{field}:\s+(\d+) kB", text)[1]) * 1024 / 1e6, 1)

        return {"resident": megabytes("VmRSS"), "anonymous": megabytes("RssAnon")}


def until_done(usage, counts, readings, started, limit_seconds=300):
    """
    Waits until the process has taken so many readings in all, its events are acknowledged and it has nothing to do any more;
    gives the seconds from start until then. What the broker has shed never comes, so a long silence ends it as well.
    """
    step, busy_share, quiet_seconds, silent_seconds = 0.02, 0.1, 0.5, 10
    last_busy = last_asked = previous_time = time.monotonic()
    previous, told = usage.cpu_ns(), {}
    while True:
        time.sleep(step)
        now, cpu = time.monotonic(), usage.cpu_ns()
        if cpu - previous > busy_share * (now - previous_time) * 1e9:
            last_busy = now
        if now - max(last_busy, last_asked) > quiet_seconds:
            # A busy machine may leave a program waiting, so quiet alone does not say that it is done.
            before, told = told, counts()
            is_done = told["readings"] >= readings and told["events"] == told["acknowledged"]
            if is_done or (told == before and now - last_busy > silent_seconds):
                return last_busy - started
            last_asked = time.monotonic()
            cpu = usage.cpu_ns()
        if now - started > limit_seconds:
            raise SystemExit(f"a program does not come to rest: {told}, {readings} readings were sent")
        previous, previous_time = cpu, now
