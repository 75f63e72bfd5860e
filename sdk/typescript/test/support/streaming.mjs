// Streams that are listened to, against a server in memory.

import { withRandom } from './fetch.mjs';
import { reach, until } from './in-memory.mjs';
import { place } from './world.mjs';

export const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

/** A stream that is listened to, and everything it said. */
export function follow(world, options, settings) {
  const said = { places: [], controls: [], errors: [] };
  const stream = reach(world, settings).ws.connectMerchantEvents(options);
  stream.on('event', (event) => said.places.push(place(event.id)));
  stream.on('control', ({ type }) => said.controls.push(type));
  stream.on('error', (error) => said.errors.push(error));
  return { stream, ...said };
}

/** Runs with a stream that reconnects at once, and closes it. */
export const streaming = (world, options, run, settings) =>
  withRandom(0, async () => {
    const followed = follow(world, options, settings);
    try {
      await run(followed);
    } finally {
      followed.stream.close();
      await followed.stream.closed;
    }
  });
export const connected = (world) => until(() => world.peers.size === 1, 'connected');

let marks = 0;
/** Waits until the stream was brought everything that was sent so far, whether or not anybody took it. */
export async function brought(world, stream) {
  const mark = `mark-${(marks += 1)}`;
  const arrived = new Promise((resolve) => stream.on('control', ({ type }) => type === mark && resolve()));
  for (const peer of world.peers) world.send(peer, { object: 'ws_control', type: mark, last_event_id: null });
  await arrived;
}
