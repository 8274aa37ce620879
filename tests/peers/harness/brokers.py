"""The two brokers, on ports of their own on the loopback address."""
import socket
import time

from .processes import Started


class Broker:
    def __init__(self, folder, name, cores=None, sends_at_once=False):
        self.port = free_port()
        self._cores = cores
        self._log = folder / f"{name}.log"
        self._file = folder / f"{name}.conf"
        # No limit to its queues, so that a flood is not cut short. Unless told to send at once, it waits for fuller segments
        # as mosquitto does when nothing is configured; the delay of a reading is then mostly that of TCP acknowledgements.
        self._file.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n"
            f"set_tcp_nodelay {str(sends_at_once).lower()}\nlog_type error\n")
        self.start()

    def start(self):
        self._process = Started(["mosquitto", "-c", self._file], self._log, self._cores)
        end = time.monotonic() + 10
        while not answers(self.port):
            if time.monotonic() > end:
                raise SystemExit(f"mosquitto does not start:\n{self._log.read_text()}")
            time.sleep(0.005)

    def stop(self):
        self._process.stop()


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
