// Starts one `pepay dev` and runs the tests against it: all of them, or those whose file name contains an argument.
//
//   npm test
//   node test/run.mjs chaos

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { start } from '../../../e2e/lib/dev.mjs';

// The routes are not in the program yet. By name it runs all the same.
const AWAITED = ['settlement.live.test.mjs'];
const HERE = fileURLToPath(new URL('.', import.meta.url));

const wanted = process.argv.slice(2);
const names = (await readdir(HERE)).filter((name) => name.endsWith('.test.mjs')).sort();
const chosen = names.filter((name) =>
  wanted.length === 0 ? !AWAITED.includes(name) : wanted.some((part) => name.includes(part)),
);
if (chosen.length === 0) throw new Error(`no test file is called ${wanted.join(' or ')}`);

// Only those need a server.
const dev = chosen.some((name) => name.includes('.live.')) ? await start() : null;
try {
  const env = { ...process.env, PEPAY_DEV: dev ? JSON.stringify(dev.manifest) : '' };
  const files = chosen.map((name) => join(HERE, name));
  const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], { stdio: 'inherit', env });
  const [code] = await once(tests, 'exit');
  process.exitCode = code ?? 1;
} finally {
  await dev?.stop();
}
