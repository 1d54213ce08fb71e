// The picture that grows from the answers: which pods there are, as far as this page has heard.

/** A pod is quiet, and later gone, after this many turns in which each pod could have answered. */
const QUIET_TURNS = 5;
const GONE_TURNS = 12;

function createFleet() {
  const pods = new Map();
  const totals = { answers: 0, lost: 0 };

  /** Takes in one answer of /api, heard at `now` (milliseconds). */
  function hear(answer, now) {
    totals.answers += 1;
    const answers = (pods.get(answer.pod)?.answers ?? 0) + 1;
    pods.set(answer.pod, { ...answer, answers, heardAt: now });
  }

  function lose() {
    totals.lost += 1;
  }

  /** Forgets pods that have been silent for long, and marks those that may have left. */
  function look(now) {
    const turn = 1000 * Math.max(2, pods.size);
    for (const [name, pod] of pods) {
      const silence = now - pod.heardAt;
      pod.quiet = silence > QUIET_TURNS * turn;
      if (silence > GONE_TURNS * turn) pods.delete(name);
    }
  }

  /** Moves all times on by `milliseconds` in which this page did not ask. */
  function skip(milliseconds) {
    for (const pod of pods.values()) pod.heardAt += milliseconds;
  }

  /** [node, its pods] pairs, both in the order of their names. */
  function byNode() {
    const nodes = new Map();
    const sorted = [...pods.values()].sort((a, b) => a.pod.localeCompare(b.pod));
    for (const pod of sorted) nodes.set(pod.node, [...(nodes.get(pod.node) ?? []), pod]);
    return [...nodes].sort(([a], [b]) => a.localeCompare(b));
  }

  /** One sentence that changes only when something happened. */
  function summary() {
    const awake = [...pods.values()].filter((pod) => !pod.quiet);
    if (awake.length === 0) return 'No replica answers.';
    const versions = [...new Set(awake.map((pod) => pod.version))].sort();
    const nodes = new Set(awake.map((pod) => pod.node)).size;
    const mixed = versions.length > 1 ? `, versions ${versions.join(' and ')} side by side` : '';
    return `${many(awake.length, 'replica')} on ${many(nodes, 'node')}${mixed}.`;
  }

  return { hear, lose, look, skip, byNode, summary, totals };
}

function many(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
