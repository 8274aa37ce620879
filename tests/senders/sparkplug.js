// Encodes the payloads of an edge node and a device with Cirrus Link's encoder: a line each, "TOPIC BASE64".
const { get } = require("sparkplug-payload");
const Long = require("long");
const { encodePayload } = get("spBv1.0");

const time = 1700000000000;
let seq = 0;
const at = seconds => time + 1000 * seconds;

function send(type, owner, seconds, metrics) {
    const payload = encodePayload({ timestamp: at(seconds), metrics, seq: seq++ });
    console.log(`spBv1.0/plant/${type}/${owner} ${Buffer.from(payload).toString("base64")}`);
}

send("NBIRTH", "edge1", 0, [
    { name: "bdSeq", type: "UInt64", value: 4 },
    { name: "Node Control/Rebirth", type: "Boolean", value: false },
    { name: "Supply/Voltage", alias: 1, type: "Double", value: 24.5 },
]);
send("DBIRTH", "edge1/p7", 0, [
    { name: "i8", alias: 10, type: "Int8", value: -8 },
    { name: "i16", alias: 11, type: "Int16", value: -1600 },
    { name: "Motor/i32", alias: 12, type: "Int32", value: -320000 },
    { name: "i64", alias: 13, type: "Int64", value: Long.fromNumber(-4294967296 * 8) },
    { name: "u8", alias: 14, type: "UInt8", value: 255 },
    { name: "u32", alias: 15, type: "UInt32", value: 4000000000 },
    { name: "float", alias: 16, type: "Float", value: 1.5 },
    { name: "on", alias: 17, type: "Boolean", value: true },
    { name: "text", alias: 18, type: "String", value: "running" },
    { name: "null", alias: 19, type: "Float", value: null },
    { name: "stale", alias: 20, type: "Float", value: 7, properties: { Quality: { type: "Int32", value: 500 } } },
    {
        name: "set", alias: 21, type: "DataSet",
        value: {
            numOfColumns: 3, columns: ["when", "load", "note"], types: ["DateTime", "Int32", "String"],
            rows: [[at(1), -5, "x"], [at(2), 6, "y"]],
        },
    },
]);
send("NDATA", "edge1", 3, [{ alias: 1, type: "Double", value: 23.5 }]);
send("DDATA", "edge1/p7", 3, [
    { alias: 12, type: "Int32", value: -7 },
    { alias: 13, type: "Int64", value: Long.fromNumber(4294967296) },
    { alias: 17, type: "Boolean", value: false },
]);
send("DDATA", "edge1/p7", 4, [
    { alias: 16, type: "Float", value: 2.5, timestamp: at(1), isHistorical: true },
    { alias: 16, type: "Float", value: 3.5, timestamp: at(4) },
]);
