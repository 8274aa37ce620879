// aedes on a loopback port: node broker.js PORT. Sessions live in memory. Ends with its standard input.
const aedes = require('aedes')()

require('net').createServer(aedes.handle).listen(Number(process.argv[2]), '127.0.0.1')
process.stdin.on('end', () => process.exit()).resume()
