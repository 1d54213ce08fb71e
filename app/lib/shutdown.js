'use strict';
// How the server leaves without losing a request.

const os = require('node:os');

const { log } = require('./log.js');

/** After the lame duck, requests still under way get this long. */
const FINISH_SECONDS = 10;

/**
 * Ends the process with code 0 on SIGTERM or SIGINT; a second signal ends it at once.
 *
 * SIGTERM starts a lame duck of `drainSeconds`: the nodes learn only after the signal that this pod
 * is leaving, so it still serves, and asks with `Connection: close` on every response that clients
 * move their kept connections elsewhere: a kept one that is closed unasked costs its next request.
 * SIGINT comes from a terminal, where nothing else could take over: it skips the lame duck.
 */
function endOnSignals(server, drainSeconds) {
  const sockets = new Set();
  let ending = false;

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_request, response) => {
    if (ending) response.setHeader('Connection', 'close');
  });

  const onSignal = (signal) => {
    if (ending) {
      log.info('ended by a second signal', { signal });
      process.exit(128 + os.constants.signals[signal]);
    }
    ending = true;
    const seconds = signal === 'SIGTERM' ? drainSeconds : 0;
    log.info('draining', { signal, seconds, connections: sockets.size });
    setTimeout(() => close(server, sockets), seconds * 1000);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function close(server, sockets) {
  server.close(() => {
    log.info('stopped');
    process.exit(0);
  });
  server.closeIdleConnections(); // Node.js 18 does not do it by itself.
  // Connections opened ahead of need (browsers do) do not count as idle before their first byte.
  for (const socket of sockets) {
    if (socket.bytesRead === 0) socket.destroy();
  }
  // A closed server no longer applies its request time limits, so one slow client could stay.
  setTimeout(() => server.closeAllConnections(), FINISH_SECONDS * 1000);
}

module.exports = { endOnSignals };
