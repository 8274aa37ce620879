// The body of the flow's function node: at each call ten readings of every device, the same numbers for all of them.
const first = context.get("next") || 0;
const last = Math.min(first + 10, 520);
context.set("next", last);

const messages = [];
for (let i = first; i < last; i++) {
    const temperature = 180 + (i * 7919 % 100) / 100 + (i < 450 ? 0 : 25);
    const reading = { ts: new Date(1767225600000 + 1000 * i), temperature, motor: { current: i } };
    const frame = Buffer.alloc(6);
    frame.writeFloatLE(temperature, 0);
    frame.writeInt16BE(-i, 4);
    const send = (topic, payload, more) => messages.push({ topic, payload, ...more });
    send("plant/object/telemetry", reading);
    send("plant/list/telemetry", [reading]);
    send("plant/text/telemetry", JSON.stringify(reading));
    send("plant/cbor/telemetry", global.get("cbor").encode(reading));
    send("plant/typed-cbor/telemetry", global.get("cbor").encode(reading), { contentType: "application/cbor" });
    send("plant/msgpack/telemetry", Buffer.from(global.get("msgpack").encode(reading)));
    send("plant/number/temperature", temperature);
    send("plant/number-as-text/temperature", temperature.toFixed(2));
    send("plant/number/running", i % 2 === 1);
    send("frames/frame", frame);
}
return [messages];
