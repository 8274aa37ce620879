// The documents as libraries of CBOR and MessagePack write them: a line each, "FORMAT ENCODER DOCUMENT BASE64 BASE64-OF-JSON".
const cbor = require("cbor");
const cborX = require("cbor-x");
const msgpack = require("@msgpack/msgpack");
const { documents, bigs, beyond, maps, samples, json } = require("./documents.js");

const ofCbor = { ...documents, ...bigs, ...beyond, ...maps, ...samples };
const oneOf = options => value => cbor.encodeOne(value, { highWaterMark: 65536, ...options });
const tagged = value => Buffer.concat([Buffer.from([0xd9, 0xd9, 0xf7]), oneOf()(value)]);

// Maps and lists without a length, all the way down.
class Stream extends cbor.Encoder {
    pushAny(value) {
        const isPlain = Array.isArray(value) || (value !== null && typeof value === "object" && value.constructor === Object);
        return isPlain ? cbor.Encoder.encodeIndefinite(this, value) : super.pushAny(value);
    }
}
const stream = value => {
    const encoder = new Stream({ highWaterMark: 65536 });
    encoder.pushAny(value);
    return encoder.read();
};

send("cbor", "cbor", oneOf(), ofCbor);
send("cbor", "cbor-canonical", oneOf({ canonical: true }), ofCbor);
send("cbor", "cbor-dates-as-text", oneOf({ dateType: "string" }), ofCbor);
send("cbor", "cbor-tagged", tagged, ofCbor);
send("cbor", "cbor-stream", stream, ofCbor);
send("cbor", "cbor-x", cborX.encode, ofCbor);
send("cbor", "cbor-x-plain", value => new cborX.Encoder({ useRecords: false, variableMapSize: true }).encode(value), ofCbor);
for (const name of ["ALWAYS", "DECIMAL_FIT"]) {
    const encoder = new cborX.Encoder({ useRecords: false, useFloat32: cborX.FLOAT32_OPTIONS[name] });
    send("cbor", `cbor-x-single-${name}`, value => encoder.encode(value), ofCbor);
}
send("msgpack", "msgpack", msgpack.encode, documents);
send("msgpack", "msgpack-sorted", value => msgpack.encode(value, { sortKeys: true, ignoreUndefined: true }), documents);
send("msgpack", "msgpack-single", value => msgpack.encode(value, { forceFloat32: true }), documents);
send("msgpack", "msgpack-whole-as-real", value => msgpack.encode(value, { forceIntegerToFloat: true }), documents);
send("msgpack", "msgpack-big", value => msgpack.encode(value, { useBigInt64: true }), { ...documents, ...bigs });

function send(format, encoder, encode, values) {
    for (const [name, value] of Object.entries(values))
        console.log(`${format} ${encoder} ${name} ${base64(encode(value))} ${base64(json(value))}`);
}

function base64(bytes) {
    return Buffer.from(bytes).toString("base64");
}
