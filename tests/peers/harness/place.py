"""A folder, two brokers and the sensors for one measurement; all ends with it."""
import contextlib
import pathlib
import shutil
import tempfile

from .brokers import Broker
from .sensors import Sensors


class Place:
    def __init__(self, folder, others, sends_at_once):
        self.folder = folder
        self._processes = []
        self.sensors_broker = self._keep(Broker(folder, "sensors", others, sends_at_once))
        self.hub = self._keep(Broker(folder, "hub", others, sends_at_once))
        self.sensors = Sensors(self.sensors_broker.port, self.hub.port, others)

    def start(self, program, **options):
        running = program.start(self.folder, self.sensors_broker.port, self.hub.port, **options)
        self._processes.append(running.process)
        return running

    def stop(self):
        for process in reversed(self._processes):
            process.stop()

    def _keep(self, process):
        self._processes.append(process)
        return process


@contextlib.contextmanager
def place(others=None, sends_at_once=False):
    """With others: the cores of brokers and sensors."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="peers-"))
    made = Place.__new__(Place)
    made._processes = []
    try:
        made.__init__(folder, others, sends_at_once)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
