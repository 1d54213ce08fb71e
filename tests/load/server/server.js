'use strict';
// A server for the load: HTTP/1.1, HTTP/2 without TLS and WebSocket, all on one port.
//
// PORT            port to listen on
// START_SECONDS   seconds until it listens
// ON_SIGTERM      "lame-duck": asks clients to move, serves on, then ends; "ignore"; "exit": at once
// DRAIN_SECONDS   length of the lame duck
//
// `?wait=SECONDS` in a path delays the answer.

const http = require('node:http');
const http2 = require('node:http2');
const net = require('node:net');

const { lameDuck } = require('./lame_duck.js');
const { upgrade } = require('./websocket.js');

const PREFACE = Buffer.from('PRI * HTTP/2.0');

function main(env) {
  const clients = { sockets: new Set(), sessions: new Set(), used: new Set(), webSockets: new Set(), ending: false };

  const answer = (request, response) => {
    const wait = Number(new URL(request.url, 'http://here').searchParams.get('wait'));
    setTimeout(() => {
      const body = `${env.POD_NAME || 'here'}\n`;
      const headers = { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) };
      if (clients.ending && request.httpVersionMajor === 1) headers.connection = 'close';
      response.writeHead(200, headers);
      response.end(body);
    }, wait * 1000);
  };
  const http1 = http.createServer({ keepAliveTimeout: 75_000 }, answer);
  http1.on('upgrade', (request, socket) => upgrade(request, socket, clients));
  const sessions = http2.createServer(answer);
  sessions.on('session', (session) => {
    clients.sessions.add(session);
    session.once('stream', () => clients.used.add(session));
    session.once('close', () => {
      clients.sessions.delete(session);
      clients.used.delete(session);
    });
    session.on('error', () => session.destroy());
  });

  const listener = net.createServer((socket) => {
    clients.sockets.add(socket);
    socket.once('close', () => clients.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    // The first bytes say which protocol it is.
    socket.once('readable', () => {
      const first = socket.read();
      if (first === null) return;
      socket.unshift(first);
      const isHttp2 = first.subarray(0, PREFACE.length).equals(PREFACE);
      (isHttp2 ? sessions : http1).emit('connection', socket);
    });
  });
  setTimeout(
    () => listener.listen(Number(env.PORT), () => console.log('listening')),
    Number(env.START_SECONDS || 0) * 1000,
  );

  const end = {
    'lame-duck': () => lameDuck({ listener, http1 }, clients, Number(env.DRAIN_SECONDS || 4)),
    ignore: () => console.log('SIGTERM is ignored'),
    exit: () => process.exit(0),
  };
  process.on('SIGTERM', end[env.ON_SIGTERM || 'lame-duck']);
}

main(process.env);
