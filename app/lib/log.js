'use strict';
// One JSON object a line, as log collectors expect. Writes to a pipe or a file are synchronous on
// Linux, so a line written just before process.exit is not lost.

function write(stream, level, message, fields) {
  const line = { time: new Date().toISOString(), level, message, ...fields };
  stream.write(`${JSON.stringify(line)}\n`);
}

const log = {
  info: (message, fields = {}) => write(process.stdout, 'info', message, fields),
  error: (message, fields = {}) => write(process.stderr, 'error', message, fields),
};

/** Ends the process with code 1 and one line that names the cause and the way out. */
function fail(message) {
  log.error(message);
  process.exit(1);
}

// A reader of the log that went away (`node server.js | head`) must not end the service.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {});
}

module.exports = { fail, log };
