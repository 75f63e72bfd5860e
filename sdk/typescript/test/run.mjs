// Runs the tests: all of them, or those whose file name contains an argument. Those against the real program run on SQLite,
// and once more on PostgreSQL where PEPAY_TEST_POSTGRES_URL points.
//
//   npm test
//   node test/run.mjs chaos

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { database } from '../../../docs/database.mjs';
import { start } from '../../../e2e/lib/dev.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Tests ask more than any shop does; limits have tests of their own. */
const UNLIMITED = Object.fromEntries(
  ['KEY_PER_SECOND', 'KEY_BURST', 'IP_PER_SECOND', 'IP_BURST'].map((name) => [`PEPAY__LIMITS__${name}`, '10000']),
);
/** What has nothing to do with the database. */
const ONCE = ['quickstart.live.test.mjs'];

const wanted = process.argv.slice(2);
const names = (await readdir(HERE)).filter((name) => name.endsWith('.test.mjs')).sort();
const chosen = names.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (chosen.length === 0) throw new Error(`no test file is called ${wanted.join(' or ')}`);

await run(chosen, {});
const again = chosen.filter((name) => name.includes('.live.') && !ONCE.includes(name));
const postgres = again.length > 0 ? await database(process.env.PEPAY_TEST_POSTGRES_URL) : null;
if (postgres) {
  try {
    await run(again, { PEPAY__DATABASE__URL: postgres.url });
  } finally {
    postgres.drop();
  }
}

/** Runs files, with a `pepay dev` if any of them needs it. */
async function run(files, settings) {
  const dev = files.some((name) => name.includes('.live.')) ? await start({ ...UNLIMITED, ...settings }) : null;
  try {
    const env = { ...process.env, PEPAY_DEV: dev ? JSON.stringify(dev.manifest) : '' };
    const paths = files.map((name) => join(HERE, name));
    const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...paths], { stdio: 'inherit', env });
    const [code] = await once(tests, 'exit');
    process.exitCode ||= code ?? 1;
  } finally {
    await dev?.stop();
  }
}
