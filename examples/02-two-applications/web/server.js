'use strict';

const server = require('node:http').createServer(async (_request, response) => {
  try {
    const answer = await (await fetch(process.env.API_URL)).json();
    response.end(`${answer.fruit.join(' and ')}, from ${answer.pod}\n`);
  } catch (error) {
    response.statusCode = 502;
    response.end(`${process.env.API_URL} does not answer: ${error.cause || error}\n`);
  }
});
server.listen(process.env.PORT);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
