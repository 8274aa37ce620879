// The agent's work in Node.js: mqtt and onnxruntime-node from npm. One reading at a time, as it arrives.
//
//   node peer.mjs SENSORS_PORT HUB_PORT MODEL NAME every|anomalies    "every": an event a reading besides
//
// SIGUSR2 prints the counts.
import mqtt from 'mqtt';
import ort from 'onnxruntime-node';

const CHANNELS = [
    'Accelerometer1RMS', 'Accelerometer2RMS', 'Current', 'Pressure', 'Temperature', 'Thermocouple', 'Voltage', 'Volume Flow RateRMS',
];
const LENGTHS = [8, 30, 60];
const WINDOW = 60;
const PRESSURE_LIMIT = 0.75;

const [sensorsPort, hubPort, model, name, tells] = process.argv.slice(2);
const counts = { readings: 0, runs: 0, events: 0, acknowledged: 0, junk: 0 };
const devices = new Map();

const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const features = new Float32Array(LENGTHS.length * CHANNELS.length + 2 * CHANNELS.length);
const feeds = { features: new ort.Tensor('float32', features, [1, features.length]) };

const hub = mqtt.connect(`mqtt://127.0.0.1:${hubPort}`, { reconnectPeriod: 1000 });
hub.on('connect', () => console.error('hub connected'));
hub.on('error', () => {}); // It connects again by itself, and keeps what is to be published until then.

const sensors = mqtt.connect(`mqtt://127.0.0.1:${sensorsPort}`);
// The next message is handed over when this one is done: so the library wants it for work that is not done at once.
sensors.handleMessage = (packet, done) => take(packet).catch(() => counts.junk++).then(() => done());
sensors.on('connect', () => sensors.subscribe('plant/+/telemetry', { qos: 0 }, () => console.error('subscribed')));

process.on('SIGUSR2', () => console.error(JSON.stringify(counts)));

async function take(packet) {
    counts.readings++;
    const device = packet.topic.split('/')[1];
    const { ts, values } = JSON.parse(packet.payload.toString());
    let state = devices.get(device);
    if (!state) devices.set(device, state = newDevice());
    const reading = state.window[state.next];
    CHANNELS.forEach((channel, c) => { reading[c] = values[channel]; });
    state.next = (state.next + 1) % WINDOW;
    if (state.count < WINDOW && ++state.count < WINDOW) return;
    fillFeatures(state);
    const { logit } = await session.run(feeds);
    counts.runs++;
    const score = logit.data[0];
    const isHigh = values.Pressure > PRESSURE_LIMIT;
    if (isHigh !== state.isOpen) publish(isHigh ? 'opened' : 'closed', device, ts, score);
    state.isOpen = isHigh;
    if (tells === 'every') publish('scored', device, ts, score);
}

function newDevice() {
    return { window: Array.from({ length: WINDOW }, () => new Float32Array(CHANNELS.length)), count: 0, next: 0, isOpen: false };
}

// What the model wants of each channel: means of the last 8, 30 and 60 readings, spreads of the last 30 and 60.
function fillFeatures({ window, next }) {
    for (let c = 0; c < CHANNELS.length; c++) {
        let sum = 0, squares = 0, filled = 0;
        for (let l = 0; l < LENGTHS.length; l++) {
            for (; filled < LENGTHS[l]; filled++) {
                const v = window[(next - 1 - filled + WINDOW) % WINDOW][c];
                sum += v;
                squares += v * v;
            }
            const mean = sum / filled;
            features[l * CHANNELS.length + c] = mean;
            if (l > 0) features[(l + 2) * CHANNELS.length + c] = Math.sqrt(Math.max(0, squares / filled - mean * mean));
        }
    }
}

function publish(type, device, time, score) {
    counts.events++;
    const event = JSON.stringify({ type, device, time, score });
    hub.publish(`anomalies/${name}/${device}`, event, { qos: 1 }, error => { if (!error) counts.acknowledged++; });
}
