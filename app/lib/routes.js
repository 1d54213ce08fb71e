'use strict';
// What is answered where.

const { log } = require('./log.js');

const TEXT = 'text/plain; charset=utf-8';

/**
 * The server's request handler.
 *
 * `latest` gives the newest line of the data container, `page` the HTML for a set of facts.
 */
function createRoutes({ settings, latest, page }) {
  let requests = 0;
  let wasReady = false;

  // Probes are not counted: they would drown what visitors did.
  const facts = () => {
    requests += 1;
    const { line, ageSeconds } = latest();
    return {
      pod: settings.pod,
      node: settings.node,
      namespace: settings.namespace,
      ip: settings.ip,
      version: settings.version,
      line,
      lineAgeSeconds: ageSeconds === null ? null : Math.round(ageSeconds * 10) / 10,
      requests,
      uptimeSeconds: Math.round(process.uptime()),
    };
  };

  /**
   * Why this pod should get no requests yet, or null.
   *
   * Fresh data is asked for once, at the start. Later a data container that stopped would take all
   * replicas out of service together, though they can still answer (with the line's age). And a
   * draining pod stays ready: it does serve, and when all pods of a Service are leaving, kube-proxy
   * sends requests to those that are still ready.
   */
  const unreadiness = () => {
    if (wasReady) return null;
    const { ageSeconds, problem } = latest();
    if (problem) return `no data: ${problem}`;
    if (ageSeconds > settings.freshSeconds) {
      return `the data is ${Math.round(ageSeconds)} s old: the data container does not write`;
    }
    wasReady = true;
    return null;
  };

  const handlers = {
    '/': () => {
      const shown = facts();
      log.info('page', { requests: shown.requests });
      return { type: 'text/html; charset=utf-8', body: page.render(shown), headers: page.headers };
    },
    '/api': () => ({
      type: 'application/json',
      body: `${JSON.stringify(facts())}\n`,
      // A kept connection stays with one pod; the page wants to see all of them.
      headers: { Connection: 'close' },
    }),
    '/healthz/live': () => ({ type: TEXT, body: 'alive\n' }),
    '/healthz/ready': () => {
      const reason = unreadiness();
      if (reason === null) return { type: TEXT, body: 'ready\n' };
      return { status: 503, type: TEXT, body: `not ready: ${reason}\n` };
    },
  };

  return function handle(request, response) {
    const path = request.url.split('?', 1)[0];
    const handler = Object.hasOwn(handlers, path) ? handlers[path] : null;
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        // Closed, so that a body nobody will read need not be received to its end.
        const headers = { Allow: 'GET, HEAD', Connection: 'close' };
        send(response, { status: 405, type: TEXT, body: 'only GET and HEAD\n', headers });
      } else if (handler === null) {
        const body = 'no such page; there is / and /api\n';
        send(response, { status: 404, type: TEXT, body });
      } else {
        send(response, handler());
      }
    } catch (error) {
      log.error('request failed', { path, cause: error.stack });
      const body = 'a fault; the log of the pod has the cause\n';
      send(response, { status: 500, type: TEXT, body });
    }
  };
}

function send(response, { status = 200, type, body, headers = {} }) {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  // Node.js leaves the body out for HEAD.
  response.end(body);
}

module.exports = { createRoutes };
