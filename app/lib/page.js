'use strict';
// Puts the page together from the files in page/: everything is inline, nothing is asked for
// elsewhere, so it works behind any proxy path and without the internet.

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const { podFlag, podHue } = require('../page/identity.js');

const SCRIPTS = ['identity.js', 'fleet.js', 'view.js'];

/** Reads the files in `folder` once; gives `render(facts)` and the `headers` that go with it. */
function createPage(folder) {
  const file = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
  const script = `\n${SCRIPTS.map(file).join('\n')}`;
  const template = fill(
    file('page.html'),
    {
      style: file('page.css') + file('harbour.css'),
      symbols: file('symbols.svg'),
      scene: file('scene.svg'),
      script,
    },
    /\[\[(\w+)\]\]/g,
  );
  return {
    headers: { 'Content-Security-Policy': contentPolicy(script) },
    render: (facts) => {
      const values = {
        ...facts,
        line: facts.line ?? 'Nothing in the log yet.',
        lineAge: facts.line === null ? '' : `, ${Math.round(facts.lineAgeSeconds)} s ago`,
        uptime: `${facts.uptimeSeconds} s`,
        hue: podHue(facts.pod),
        flag: podFlag(facts.pod),
      };
      const escaped = Object.entries(values).map(([name, value]) => [name, escape(String(value))]);
      return fill(template, Object.fromEntries(escaped), /\{\{(\w+)\}\}/g);
    },
  };
}

/** One pass with a function, so that marks within the values mean nothing. */
function fill(template, values, mark) {
  return template.replace(mark, (_, name) => {
    if (!Object.hasOwn(values, name)) throw new Error(`the page names an unknown value: ${name}`);
    return values[name];
  });
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Even if a value slipped through unescaped, only our own script would run. */
function contentPolicy(script) {
  const hash = crypto.createHash('sha256').update(script).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

module.exports = { createPage };
