"""A folder, two brokers and the sensors for one measurement; all ends with it."""
import contextlib
import pathlib
import tempfile

from .brokers import Broker
from .sensors import Sensors


class Place:
    def __init__(self, folder, others, sends_at_once, ends):
        self.folder, self._ends = folder, ends
        self._sensors_broker = self._broker("sensors", others, sends_at_once)
        self.hub = self._broker("hub", others, sends_at_once)
        self.sensors = Sensors(self._sensors_broker.port, self.hub.port, others)
        ends.callback(self.sensors.stop)

    def start(self, program, **options):
        running = program.start(self.folder, self._sensors_broker.port, self.hub.port, **options)
        self._ends.callback(running.process.stop)
        return running

    def _broker(self, name, cores, sends_at_once):
        broker = Broker(self.folder, name, cores, sends_at_once)
        self._ends.callback(broker.stop)
        return broker


@contextlib.contextmanager
def place(others=None, sends_at_once=False):
    """With others: the cores of brokers and sensors."""
    with contextlib.ExitStack() as ends:
        folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="peers-", ignore_cleanup_errors=True))
        yield Place(pathlib.Path(folder), others, sends_at_once, ends)
