// Readings as programs have them in memory, and the same as JSON.
const time = 1700000000000;
const from = (ts, values) => ({ id: "p7", ts, values });

// The same numbers in every run.
let state = 12;
const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;

const randomNumber = i => {
    const size = 10 ** Math.floor(random() * 12 - 3);
    const number = (random() - 0.5) * size;
    return [Math.round(number), Math.round(number * 1000) / 1000, Math.fround(number)][i % 3];
};

const many = (count, value) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`channel-${i}`, value(i)]));

const documents = {
    whole: from(new Date(time), {
        zero: 0, b5: 23, b8: 200, b16: 40000, b32: 3000000000, b40: 2 ** 40, b53: 2 ** 53 - 1, b60: 2 ** 60,
        n5: -1, n8: -100, n16: -30000, n32: -3000000000, n40: -(2 ** 40), n53: 1 - 2 ** 53, n60: -(2 ** 60),
    }),
    real: from(new Date(time + 250), {
        half: 1.5, least: 2 ** -24, single: Math.fround(23.4), double: 23.4, large: 1e30, minus: -0.1, text: "12.5",
    }),
    missing: from(time, { nan: NaN, up: Infinity, down: -Infinity, nothing: null, never: undefined, large: 1e300, a: 1 }),
    nested: from(time / 1000, {
        motor: { current: 1, temperature: { in: 20.5, out: -3 } }, single: [7], several: [1, 2], names: ["a", "b"],
        note: "running", serviced: new Date(time - 86400000), on: true, empty: {}, none: [],
    }),
    long: from(`${new Date(time).toISOString()}`, { ...many(200, i => i), ["k".repeat(40)]: 1, ["é".repeat(100)]: 2, note: "n".repeat(300) }),
    list: [from(time, { a: 1 }), from(time + 1000, { a: 2.5 })],
    alone: [from(time, { a: 1 })],
    small: from(time, { a: 1 }),
};
for (let i = 0; i < 100; i++) documents[`random${i}`] = from(new Date(time + 100 * i), many(20, randomNumber));

// What not every library writes.
const bigs = {
    bigs: from(BigInt(time) * 1000000n, { above: 12345678901234567890n, below: -5n, least: -(2n ** 63n), small: 7n }),
};
const beyond = { beyond: from(time, { above: 2n ** 70n, below: -(2n ** 70n), b64: 2n ** 64n - 1n }) };
const maps = { maps: new Map([["id", "p7"], ["ts", time], ["values", new Map([["a", 1], ["b", 2.5]])]]) };
const samples = Object.fromEntries([
    new Float32Array([1.5, -2.25, 1e10]), new Float64Array([1.1, NaN, 3]), new Int8Array([-1, 127]), new Uint8Array([49, 50]),
    new Uint8ClampedArray([0, 255]), new Int16Array([-1, 300]), new Uint16Array([1, 65535]), new Int32Array([-5, 2 ** 31 - 1]),
    new Uint32Array([0, 2 ** 32 - 1]), new BigInt64Array([-5n, 2n ** 62n]), new BigUint64Array([0n, 2n ** 64n - 1n]),
    [1, 2.5, null],
].map(array => [`samples-${array.constructor.name}`, from(time, { x: array })]));

function json(value) {
    if (value instanceof Map) return json(Object.fromEntries(value));
    if (value instanceof Date) return JSON.stringify(value);
    if (typeof value === "bigint") return `${value}`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return `[${Array.from(value, json)}]`;
    const members = Object.entries(value).filter(([, v]) => v !== undefined);
    return `{${members.map(([k, v]) => `${JSON.stringify(k)}:${json(v)}`)}}`;
}

module.exports = { documents, bigs, beyond, maps, samples, json };
