'use strict';
// The pod's second container: keeps the harbour's log in the folder that it shares with the server.

const path = require('node:path');

const { entryText } = require('./lib/entries.js');
const { log, fail } = require('./lib/log.js');
const { LOG_FILE, KEPT_LINES, writeLines } = require('./lib/logfile.js');
const { dataSettings } = require('./lib/settings.js');

function main() {
  const { dataDir, intervalSeconds } = dataSettings(process.env);
  const file = path.join(dataDir, LOG_FILE);
  let count = 0;
  let lines = [];

  const writeNext = () => {
    count += 1;
    const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    lines = [...lines, `${time} #${count} ${entryText(count)}`].slice(-KEPT_LINES);
    try {
      writeLines(file, lines);
    } catch (error) {
      fail(
        `cannot write the harbour log to ${dataDir} (${error.code}): ` +
          'mount a shared, writable folder there or name another with DATA_DIR',
      );
    }
  };

  writeNext();
  setInterval(writeNext, intervalSeconds * 1000);
  log.info('writing', { file, intervalSeconds });
}

// As process 1 of a container Node.js has no default action for signals: without these handlers
// the pod would wait for its whole grace period. A rename is atomic, so any moment is a good one.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    log.info('stopped', { signal });
    process.exit(0);
  });
}
main();
