// aedes on a loopback port: node broker.js PORT. Sessions live in memory. Ends with its standard input.
const aedes = require('aedes')()

aedes.on('clientError', (client, error) => console.log(`${client.id}: ${error.message}`))
aedes.on('connectionError', (client, error) => console.log(`${client.id}: ${error.message}`))
require('net').createServer(aedes.handle).listen(Number(process.argv[2]), '127.0.0.1')
process.stdin.on('end', () => process.exit()).resume()
