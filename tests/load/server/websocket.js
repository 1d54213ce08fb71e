'use strict';
// The server's side of WebSockets (RFC 6455): sends every short message back.

const crypto = require('node:crypto');

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10];

/** Answers the handshake, and then the messages. */
function upgrade(request, socket, clients) {
  const accepted = crypto
    .createHash('sha1')
    .update(request.headers['sec-websocket-key'] + GUID)
    .digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accepted}\r\n\r\n`,
  );
  const webSocket = new WebSocket(socket);
  clients.webSockets.add(webSocket);
  socket.once('close', () => clients.webSockets.delete(webSocket));
}

class WebSocket {
  constructor(socket) {
    this.socket = socket;
    this.closing = false;
    this.buffer = Buffer.alloc(0);
    socket.on('data', (data) => this.read(data));
    socket.on('end', () => socket.end());
  }

  /** Sends a close frame; no data frame may follow it (section 5.5.1). */
  close(code) {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.send(CLOSE, payload);
    this.closing = true;
  }

  send(kind, payload) {
    if (this.closing) return;
    this.socket.write(Buffer.concat([Buffer.from([0x80 | kind, payload.length]), payload]));
  }

  read(data) {
    this.buffer = Buffer.concat([this.buffer, data]);
    for (let frame = this.frame(); frame !== null; frame = this.frame()) {
      if (frame.kind === CLOSE) {
        this.send(CLOSE, frame.payload);
        this.socket.end();
        return;
      }
      if (frame.kind === TEXT) this.send(TEXT, frame.payload);
      if (frame.kind === PING) this.send(PONG, frame.payload);
    }
  }

  /** The next frame, or null; those of the load have fewer than 126 bytes, and are masked. */
  frame() {
    if (this.buffer.length < 6) return null;
    const length = this.buffer[1] & 0x7f;
    const whole = 6 + length;
    if (this.buffer.length < whole) return null;
    const mask = this.buffer.subarray(2, 6);
    const payload = Buffer.from(this.buffer.subarray(6, whole).map((byte, at) => byte ^ mask[at % 4]));
    const kind = this.buffer[0] & 0x0f;
    this.buffer = this.buffer.subarray(whole);
    return { kind, payload };
  }
}

module.exports = { upgrade };
