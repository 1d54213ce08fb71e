'use strict';
// The web server of hello-node: says which replica answered and what its data container wrote.

const http = require('node:http');
const path = require('node:path');

const { log, fail } = require('./lib/log.js');
const { LOG_FILE, logReader } = require('./lib/logfile.js');
const { createPage } = require('./lib/page.js');
const { createRoutes } = require('./lib/routes.js');
const { serverSettings } = require('./lib/settings.js');
const { endOnSignals } = require('./lib/shutdown.js');

function main() {
  const settings = serverSettings(process.env, __dirname);
  const routes = createRoutes({
    settings,
    latest: logReader(path.join(settings.dataDir, LOG_FILE)),
    page: createPage(path.join(__dirname, 'page')),
  });

  const server = http.createServer(
    {
      // A client gets this long to say what it wants, so that slow ones cannot hold connections.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // How often the two limits are applied: with the default of 30 s, 10 s would mean up to 40.
      connectionsCheckingInterval: 5_000,
      keepAliveTimeout: settings.keepAliveSeconds * 1000,
    },
    routes,
  );
  server.on('error', (error) => fail(listenProblem(error, settings)));
  endOnSignals(server, settings.drainSeconds);
  server.listen({ port: settings.port, host: settings.host }, () => {
    const { port } = server.address();
    log.info('listening', { port, pod: settings.pod, version: settings.version });
  });
}

function listenProblem(error, { port, host }) {
  const place = `port ${port}${host ? ` of ${host}` : ''}`;
  if (error.code === 'EADDRINUSE') {
    return `cannot listen on ${place}: another process has it; choose a free one with PORT`;
  }
  if (error.code === 'EACCES') {
    return `cannot listen on ${place}: not permitted to this user; choose one above 1023 with PORT`;
  }
  return `cannot listen on ${place}: ${error.message}; check PORT and HOST`;
}

process.on('uncaughtException', (error) => fail(`a fault in the program: ${error.stack}`));
main();
