'use strict';
// What happens in the harbour, over and over.

const ENTRIES = [
  'Tug Perseverance takes the grain barge off the east quay.',
  'Pilot boat out to meet the timber ship; light swell, good view.',
  'Ferry Morning Tide made fast, forty bicycles and one piano ashore.',
  'Slipway greased and inspected, cradle ready for the next hull.',
  'Two containers landed from one ship, both labelled the same.',
  'Lamp trimmed in the lighthouse; the keeper reports gulls, many gulls.',
  'Trawler Silver Needle back with a full hold and a patched net.',
  'Crane four rests; the crew have found the coffee.',
  'Dredger works the channel, keep to the north side of the buoys.',
  'New hull launched down the slipway without wetting the band.',
  'Harbour seal asleep on the visitors\u2019 pontoon, berth marked as taken.',
  'Barometer steady, wind south-west three, ropes doubled all the same.',
  'Customs cutter alongside; papers in order, biscuits accepted.',
  'Fog lifting off the breakwater, horn silent since the last bell.',
  'Old ship relieved by the new one, not a passenger left waiting.',
  'Tide turning; every vessel at its own berth and accounted for.',
];

/** The text of entry `number`, counted from 1. */
function entryText(number) {
  return ENTRIES[(number - 1) % ENTRIES.length];
}

module.exports = { entryText };
