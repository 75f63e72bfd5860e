// Every test that needs no server, for Node and for a browser.

import * as delivery from './delivery.mjs';
import * as failures from './failures.mjs';
import * as lists from './lists.mjs';
import * as requests from './requests.mjs';
import * as streams from './streams.mjs';
import * as webhooks from './webhooks.mjs';

export const all = Object.entries({ requests, failures, lists, webhooks, streams, delivery }).flatMap(
  ([subject, { cases }]) => Object.entries(cases).map(([name, run]) => ({ name: `${subject}: ${name}`, run })),
);
