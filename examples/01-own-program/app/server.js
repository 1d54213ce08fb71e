'use strict';

const server = require('node:http').createServer((_request, response) => {
  response.end(`Hello from ${require('node:os').hostname()}\n`);
});
server.listen(process.env.PORT);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
