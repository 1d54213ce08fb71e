'use strict';
// What the environment may say. Empty values count as unset, and all problems are told at once.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { fail } = require('./log.js');

const UNKNOWN = 'unknown';

/**
 * Settings of server.js; times are in seconds.
 *
 * POD_NAME, NODE_NAME, POD_NAMESPACE and POD_IP come from the downward API; outside a cluster the
 * host's name stands for the pod and the others are "unknown".
 */
function serverSettings(env, folder) {
  const read = reader(env);
  const settings = {
    host: read.text('HOST', undefined),
    port: read.number('PORT', 8080, { min: 1, max: 65535, whole: true }),
    dataDir: read.text('DATA_DIR', '/data'),
    /** At start, the age up to which the data counts as fresh. */
    freshSeconds: read.number('DATA_FRESH_SECONDS', 10, { min: 1, max: 3600 }),
    /** Longer than Services and Ingresses need to learn that this pod is leaving. */
    drainSeconds: read.number('DRAIN_SECONDS', 4, { min: 0, max: 600 }),
    /**
     * Longer than a proxy in front keeps its idle connections (nginx and most cloud load balancers:
     * 60), or the proxy reuses one that is just being closed here. Google's wants more than 600.
     */
    keepAliveSeconds: read.number('KEEP_ALIVE_SECONDS', 75, { min: 1, max: 3600 }),
    pod: read.text('POD_NAME', os.hostname()),
    node: read.text('NODE_NAME', UNKNOWN),
    namespace: read.text('POD_NAMESPACE', UNKNOWN),
    ip: read.text('POD_IP', UNKNOWN),
    version: read.text('VERSION', undefined) ?? versionFile(folder),
  };
  read.finish();
  return settings;
}

/** Settings of data.js. */
function dataSettings(env) {
  const read = reader(env);
  const settings = {
    dataDir: read.text('DATA_DIR', '/data'),
    intervalSeconds: read.number('DATA_INTERVAL_SECONDS', 1, { min: 0.01, max: 3600 }),
  };
  read.finish();
  return settings;
}

function reader(env) {
  const problems = [];
  const text = (name, fallback) => env[name] || fallback;
  const number = (name, fallback, { min, max, whole = false }) => {
    const value = text(name, String(fallback));
    const parsed = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    if (parsed >= min && parsed <= max && (!whole || Number.isInteger(parsed))) return parsed;
    const kind = whole ? 'a whole number' : 'a number';
    problems.push(
      `${name}=${JSON.stringify(value)}: must be ${kind} from ${min} to ${max}, ` +
        `for example ${name}=${fallback}`,
    );
    return fallback;
  };
  const finish = () => {
    if (problems.length > 0) fail(`wrong settings: ${problems.join('; ')}`);
  };
  return { text, number, finish };
}

function versionFile(folder) {
  try {
    return fs.readFileSync(path.join(folder, 'VERSION'), 'utf8').trim() || UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

module.exports = { dataSettings, serverSettings };
