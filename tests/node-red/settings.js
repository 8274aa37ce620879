// Node-RED without a web server. Its functions have the encoders that the tests of formats are fed by.
const encoder = name => require(`../senders/node_modules/${name}`);

module.exports = {
    httpAdminRoot: false,
    httpNodeRoot: false,
    credentialSecret: false,
    telemetry: { enabled: false },
    externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
    functionGlobalContext: { cbor: encoder("cbor"), msgpack: encoder("@msgpack/msgpack") },
};
