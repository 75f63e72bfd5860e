// The tests that need no server, in Node.

import { test } from 'node:test';

import { all } from './pure/all.mjs';

for (const { name, run } of all) test(name, { timeout: 30_000 }, run);
