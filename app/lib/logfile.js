'use strict';
// The file through which the pod's two containers meet.

const fs = require('node:fs');

const LOG_FILE = 'harbour.log';

/** The writer keeps this many lines, the newest last, so the volume never fills. */
const KEPT_LINES = 8;

/** The server looks at the file at most this often, however many requests come in. */
const READ_EVERY_MS = 200;

/** Replaces the file in one step: a reader sees the lines of before or of now, never a half. */
function writeLines(file, lines) {
  const draft = `${file}.new`;
  fs.writeFileSync(draft, `${lines.join('\n')}\n`);
  fs.renameSync(draft, file);
}

/**
 * A function that gives the newest line and its age in seconds, both null without a readable file,
 * and then `problem`, a text that says why.
 */
function logReader(file) {
  let seen;
  let readAt = -Infinity;
  return function latest() {
    const now = Date.now();
    if (Math.abs(now - readAt) >= READ_EVERY_MS) {
      seen = readNewest(file);
      readAt = now;
    }
    const age = seen.writtenAt === null ? null : Math.max(0, (now - seen.writtenAt) / 1000);
    return { line: seen.line, ageSeconds: age, problem: seen.problem };
  };
}

function readNewest(file) {
  let descriptor;
  try {
    // Opened once for both: between two look-ups by name the writer may have renamed a new file.
    descriptor = fs.openSync(file, 'r');
    const writtenAt = fs.fstatSync(descriptor).mtimeMs;
    const lines = fs.readFileSync(descriptor, 'utf8').split('\n').filter(Boolean);
    if (lines.length === 0) return nothing(`${file} is empty`);
    return { line: lines[lines.length - 1], writtenAt, problem: null };
  } catch (error) {
    return nothing(error.code === 'ENOENT' ? `${file} does not exist yet` : error.message);
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

function nothing(problem) {
  return { line: null, writtenAt: null, problem };
}

module.exports = { KEPT_LINES, LOG_FILE, logReader, writeLines };
