'use strict';
// The end of the server: clients are asked to move while it still serves them.

const GOING_AWAY = 1001;
const FINISH_SECONDS = 10;
const FIRST_BYTES_SECONDS = 1;

/**
 * Each protocol has its own way to ask: `Connection: close` with the next answer, GOAWAY, and a
 * close frame with 1001. Connections that come later are served, and asked at the end; so are those
 * whose first request is still on its way: Node.js ends a session without requests at once, and the
 * client may see that before GOAWAY.
 *
 * GOAWAY names the last request that is processed, so that clients send later ones elsewhere.
 * Node.js has no way to send the first of the two that RFC 9113 (section 6.8) describes, which
 * refuses none yet: after any GOAWAY it ignores new requests.
 */
function lameDuck(servers, clients, seconds) {
  if (clients.ending) return;
  clients.ending = true;
  console.log('draining');
  askToMove(clients, clients.used);
  setTimeout(() => end(servers, clients), seconds * 1000);
  setTimeout(() => process.exit(0), (seconds + FINISH_SECONDS) * 1000);
}

function end({ listener, http1 }, clients) {
  listener.close(() => process.exit(0));
  http1.closeIdleConnections();
  askToMove(clients, clients.sessions);
  setTimeout(() => {
    for (const socket of clients.sockets) {
      if (socket.bytesRead === 0) socket.destroy();
    }
  }, FIRST_BYTES_SECONDS * 1000);
}

function askToMove(clients, sessions) {
  for (const session of sessions) session.close();
  for (const webSocket of clients.webSockets) webSocket.close(GOING_AWAY);
}

module.exports = { lameDuck };
