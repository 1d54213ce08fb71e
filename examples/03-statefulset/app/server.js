'use strict';

const fs = require('node:fs');

const FILE = '/var/lib/visits/log';

const server = require('node:http').createServer((_request, response) => {
  fs.appendFileSync(FILE, '.');
  response.end(`${require('node:os').hostname()} has counted ${fs.statSync(FILE).size}\n`);
});
server.listen(process.env.PORT);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
