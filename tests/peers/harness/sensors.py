"""Runs the load generator."""
import json
import subprocess

from .install import BUILT, RECORDING

DEVICES = 10
# The past, so that times a millisecond apart never reach the present.
FIRST_MS = 1_700_000_000_000


class Sensors:
    def __init__(self, sensors, hub, cores=None):
        self._sensors, self._hub = sensors, hub
        self._pinned = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
        self._next_ms = FIRST_MS
        self._process = None

    def paced(self, rate, seconds, fault_every=0, linger_ms=0, listens=False):
        """So many readings a second, evenly spaced, with the time of day."""
        return self.begin_paced(rate, seconds, fault_every, linger_ms, listens)()

    def begin_paced(self, rate, seconds, fault_every=0, linger_ms=0, listens=True):
        return self._begin(self._hub if listens else 0, rate, round(rate * seconds), fault_every, 0, linger_ms)

    def flat_out(self, count):
        """As fast as the broker takes them."""
        first = self._next_ms
        self._next_ms += count
        return self._begin(0, 0, count, 0, first, 0)()

    def stop(self):
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _begin(self, hub, rate, count, fault_every, first_ms, linger_ms):
        command = [BUILT / "load", self._sensors, hub, DEVICES, rate, count, fault_every, first_ms, linger_ms, RECORDING]
        command = [*self._pinned, *map(str, command)]
        process = self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

        def finish():
            output, _ = process.communicate()
            if process.returncode != 0:
                raise SystemExit("the load generator failed")
            return json.loads(output)

        return finish
