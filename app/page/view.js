// Asks /api about once a second and draws who answered.

const ASK_EVERY_MS = 1000;
const GIVE_UP_MS = 4000;

const fleet = createFleet();
const shown = { quays: new Map(), ships: new Map() };
const own = { pod: document.body.dataset.pod };
let paused = false;
let idleSince = null;
let newest = null;

const $ = (id) => document.getElementById(id);

function make(templateId) {
  return $(templateId).content.firstElementChild.cloneNode(true);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function paint(element, pod) {
  element.style.setProperty('--hue', podHue(pod));
  const flag = element.querySelector('.flag use');
  flag.setAttribute('href', `#flag-${podFlag(pod)}`);
}

function duration(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/** Keeps the elements of `wanted` keys, in order, in `parent`; others leave. */
function arrange(parent, elements, wanted, create) {
  for (const [key, element] of elements) {
    if (element.parentNode === parent && !wanted.includes(key)) {
      element.remove();
      elements.delete(key);
    }
  }
  wanted.forEach((key, index) => {
    if (!elements.has(key)) elements.set(key, create(key));
    const element = elements.get(key);
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index]);
  });
}

function newQuay(node) {
  const quay = make('quay');
  setText(quay.querySelector('h3'), node);
  return quay;
}

function newShip(pod) {
  const ship = make('ship');
  paint(ship, pod);
  ship.title = pod;
  setText(ship.querySelector('.name'), shortName(pod));
  return ship;
}

function drawFleet() {
  const nodes = fleet.byNode();
  arrange($('quays'), shown.quays, nodes.map(([node]) => node), newQuay);
  for (const [node, pods] of nodes) {
    const quay = shown.quays.get(node);
    setText(quay.querySelector('.count'), many(pods.length, 'pod'));
    arrange(quay.querySelector('.ships'), shown.ships, pods.map(({ pod }) => pod), newShip);
    for (const pod of pods) drawShip(shown.ships.get(pod.pod), pod);
  }
  setText($('summary'), fleet.summary());
  const { answers, lost } = fleet.totals;
  setText($('tally'), `${many(answers, 'answer')}, ${lost === 0 ? 'none lost' : `${lost} lost`}`);
}

function drawShip(ship, pod) {
  ship.classList.toggle('quiet', pod.quiet === true);
  const state = pod.quiet ? 'not heard lately' : many(pod.answers, 'answer');
  setText(ship.querySelector('.answers'), `${pod.version} · ${state}`);
}

function hail(pod) {
  for (const [name, ship] of shown.ships) {
    ship.classList.remove('hailed');
    if (name !== pod) continue;
    void ship.offsetWidth; // Without a layout in between the animation would not start again.
    ship.classList.add('hailed');
  }
}

/** Hoists one more flag; those that no longer fit on the line leave at its start. */
function hoist(element) {
  const line = $('flags');
  line.append(element);
  const room = Math.max(1, Math.floor(line.clientWidth / 34));
  while (line.children.length > room) line.firstElementChild.remove();
}

function hoistFlag(pod) {
  const element = make('hoisted');
  paint(element, pod);
  element.title = pod;
  hoist(element);
}

function drawLog() {
  if (newest === null) return;
  const { answer, heardAt } = newest;
  const age = (answer.lineAgeSeconds ?? 0) + (Date.now() - heardAt) / 1000;
  const entry = /^\S+T(\S+)Z (#\d+) (.+)$/.exec(answer.line);
  setText($('line'), entry?.[3] ?? answer.line ?? 'Nothing in the log yet.');
  setText($('line-entry'), entry ? `Entry ${entry[2]} of ${entry[1]} UTC,` : '');
  setText($('line-pod'), shortName(answer.pod));
  setText($('line-age'), answer.line === null ? '' : `, ${duration(age)} ago`);
  paint($('log'), answer.pod);
}

function drawOwn(answer) {
  if (answer.pod !== own.pod) return;
  setText($('requests'), String(answer.requests));
  setText($('uptime'), duration(answer.uptimeSeconds));
}

async function ask() {
  try {
    // Relative, so that it also works below the path of a proxy.
    const options = { cache: 'no-store', signal: AbortSignal.timeout(GIVE_UP_MS) };
    const response = await fetch('api', options);
    if (!response.ok) throw new Error(`status ${response.status}`);
    const answer = await response.json();
    newest = { answer, heardAt: Date.now() };
    fleet.hear(answer, Date.now());
    fleet.look(Date.now());
    drawFleet();
    hail(answer.pod);
    hoistFlag(answer.pod);
    drawOwn(answer);
  } catch {
    fleet.lose();
    fleet.look(Date.now());
    drawFleet();
    hoist(make('missed'));
  }
  drawLog();
}

/** Asks while someone can see it; time in which it did not ask is no silence of the pods. */
async function watch() {
  if (paused || document.hidden) {
    idleSince ??= Date.now();
  } else {
    if (idleSince !== null) fleet.skip(Date.now() - idleSince);
    idleSince = null;
    await ask();
  }
  setTimeout(watch, ASK_EVERY_MS);
}

$('pause').addEventListener('click', () => {
  paused = !paused;
  setText($('pause'), paused ? 'Go on asking' : 'Pause');
  document.body.classList.toggle('paused', paused);
});
for (const element of document.querySelectorAll('[data-seconds]')) {
  setText(element, duration(Number(element.dataset.seconds)));
}
$('live').hidden = false;
watch();
