'use strict';
// What a pod looks like, from its name alone: the server and every open page agree without asking.

const FLAGS = 8;

/** A well mixed 32-bit number: names of replicas differ only in their last letters. */
function nameHash(name) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The pod's hue in degrees. */
function podHue(name) {
  return nameHash(name) % 360;
}

/** The number of the pod's signal flag in symbols.svg, for those whom colours do not help. */
function podFlag(name) {
  return Math.floor(nameHash(name) / 360) % FLAGS;
}

/** The part that tells replicas apart: `x2x4q` of `web-7c9d8f5b6-x2x4q`. */
function shortName(name) {
  const last = name.slice(name.lastIndexOf('-') + 1);
  return last.length >= 4 ? last : name;
}

if (typeof module !== 'undefined') module.exports = { podFlag, podHue };
