"""The agent and its peers: how each is started, and how it is asked for its counts."""
import http.client
import json
import os
import signal
import socket
import time

from .install import BUILT, MODEL
from .processes import Started

CONFIGURATION = """
agent = {{ site = "edgeagent", id = "bench", state = "{folder}/state", runtime = "{folder}/runtime", lanes = {lanes} }}
[sources.pumps]
mqtt = {{ url = "mqtt://127.0.0.1:{sensors}", topics = ["plant/+/telemetry"], qos = 0, persistent = false }}
device = "topic[1]"
time = "ts"
channels = "values.*"
[detectors.pump-health]
source = "pumps"
model = "{model}"
on_after = 1
off_after = 1
forward = "{forward}"
[[rules]]
when = "Pressure > 0.75"
[upstream]
mqtt = {{ url = "mqtt://127.0.0.1:{hub}" }}
"""


class EdgeAgent:
    name, label = "edgeagent", "EdgeAgent"

    def __init__(self, binary):
        self._binary = binary

    def start(self, folder, sensors, hub, cores=None, every=False, lanes=0):
        folder = folder / self.name
        folder.mkdir()
        forward = "every-window" if every else "anomalies"
        (folder / "edgeagent.toml").write_text(CONFIGURATION.format(
            folder=folder, lanes=lanes, sensors=sensors, hub=hub, model=MODEL, forward=forward))
        process = Started([self._binary, "run", "-c", folder / "edgeagent.toml"], folder / "log", cores)
        return Running(self, process, ("source pumps subscribed", "upstream connected"), lambda: self._counts(folder))

    @staticmethod
    def _counts(folder):
        connection = http.client.HTTPConnection("edgeagent")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(folder / "state" / "control.sock"))
        connection.request("GET", "/status")
        status = json.load(connection.getresponse())
        connection.close()
        books = status["books"]
        return {"readings": books["received"], "runs": status["detectors"][0]["judged"], "events": books["events"],
                "acknowledged": books["delivered"], "junk": books["deadLettered"] + books["filtered"], "balanced": books["balanced"]}


class Peer:
    def __init__(self, name, label, command, **environment):
        self.name, self.label, self._command, self._environment = name, label, command, environment

    def start(self, folder, sensors, hub, cores=None, every=False, lanes=0):
        folder = folder / self.name
        folder.mkdir()
        command = [*self._command, sensors, hub, MODEL / "model.onnx", self.name, "every" if every else "anomalies"]
        process = Started(command, folder / "log", cores, env={**os.environ, **self._environment})
        return Running(self, process, ("hub connected", "subscribed"), lambda: self._counts(process))

    @staticmethod
    def _counts(process):
        before = process.log.read_text().count("{")
        process.signal(signal.SIGUSR2)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            lines = [line for line in process.log.read_text().split("\n")[:-1] if line.startswith("{")]
            if len(lines) > before:
                return json.loads(lines[-1])
            time.sleep(0.01)
        raise SystemExit("a peer does not tell its counts")


class Running:
    """A program that has started and is connected to both brokers."""

    def __init__(self, program, process, signs, counts):
        self.name, self.process, self.counts = program.name, process, counts
        try:
            for sign in signs:
                process.says(sign)
        except BaseException:
            process.stop()
            raise


def all_programs(binary):
    return [
        EdgeAgent(binary),
        Peer("c", "C", [BUILT / "peer"]),
        Peer("node", "Node.js", ["node", BUILT / "node" / "peer.mjs"]),
        Peer("dotnet", ".NET", [BUILT / "dotnet" / "peer"]),
    ]
