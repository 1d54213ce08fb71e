'use strict';

const server = require('node:http').createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ fruit: ['apple', 'pear'], pod: require('node:os').hostname() }));
});
server.listen(process.env.PORT);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
