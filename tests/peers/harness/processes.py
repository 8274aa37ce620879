"""Processes that this benchmark starts: pinned if wanted, their log in a file, ended by their id."""
import signal
import subprocess
import time


class Started:
    def __init__(self, command, log, cores=None, **options):
        pinned = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
        self.log = log
        with open(log, "ab") as file:
            self._process = subprocess.Popen([*pinned, *map(str, command)], stdin=subprocess.DEVNULL, stdout=file, stderr=file, **options)
        self.pid = self._process.pid

    def says(self, text, seconds=60):
        """Waits until the log has the text."""
        end = time.monotonic() + seconds
        while text not in self.log.read_text(errors="replace"):
            if self._process.poll() is not None:
                raise SystemExit(f"ended with {self._process.returncode}:\n{self.log.read_text(errors='replace')}")
            if time.monotonic() > end:
                raise SystemExit(f"did not say {text!r}:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.02)

    def signal(self, number):
        self._process.send_signal(number)

    def stop(self):
        if self._process.poll() is not None:
            return
        # A stopped process would not take the request to end.
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
