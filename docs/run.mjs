// Runs every code block of the guide that can be run, page by page, against one real `pepay dev`.
//
// A page has a directory of its own, with the program on PATH, the SDK in node_modules and .pepay/dev.json as a reader
// has them. What a page leaves running is ended with it. PEPAY_TEST_POSTGRES_URL runs the blocks about PostgreSQL.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { program, start } from '../e2e/lib/dev.mjs';
import { COMMANDS, EXTENSIONS, blocksOf } from './blocks.mjs';
import { database } from './database.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGES = join(ROOT, 'docs/guide');
const BLOCK_MS = 120_000; // The slowest waits for a payment on a busy machine.
const INCLUDE = /^\{\{#include (\.\.\/[\w-]+\.md)(?::\w+)?\}\}$/gm;
const SHOP_PORT = '4242'; // What pages listen on; each run has a free one instead.

// A failing command fails its block, and exported variables live on: the next block of the page begins with them.
const STRICT = `set -euo pipefail; shopt -s inherit_errexit; trap 'export -p > variables' EXIT\n`;

let dev;
let postgres;
let environment;

before(async () => {
  // One after the other: what was started is known to `after` when the next one fails.
  postgres = await database(process.env.PEPAY_TEST_POSTGRES_URL);
  dev = await start();
  environment = { ...process.env, PATH: `${dirname(program())}${delimiter}${process.env.PATH}` };
  for (const name of Object.keys(environment)) if (/^(PEPAY_|NODE_TEST)/.test(name)) delete environment[name];
  if (postgres) environment.DATABASE_URL = postgres.url;
});

after(async () => {
  await dev?.stop();
  postgres?.drop();
});

// All are read before the first is run.
const names = (await readdir(PAGES)).filter((name) => name.endsWith('.md')).sort();
const pages = await Promise.all(names.map(async (page) => ({ page, blocks: blocksOf(await text(page)) })));

for (const { page, blocks } of pages.filter((it) => it.blocks.length > 0)) {
  test(page, { timeout: BLOCK_MS * blocks.length }, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'pepay-guide-'));
    const groups = [];
    const began = performance.now();
    try {
      await furnish(directory);
      const port = await freePort();
      for (const [at, block] of blocks.entries()) {
        const want = wanting(block.needs);
        if (want) {
          t.diagnostic(`${page}:${block.line}: not run, for want of ${want}`);
          continue;
        }
        await run({ ...block, code: block.code.replaceAll(SHOP_PORT, port) }, { page, directory, at, groups });
      }
      t.diagnostic(`${page}: ${blocks.length} blocks in ${Math.round(performance.now() - began)} ms`);
    } finally {
      for (const group of groups) end(group);
      await rm(directory, { recursive: true, force: true });
    }
  });
}

/** What a block needs and this machine has not. */
function wanting(needs) {
  if (!needs) return null;
  if (needs === 'postgres') return postgres ? null : 'PEPAY_TEST_POSTGRES_URL';
  return spawnSync('bash', ['-c', `command -v ${needs}`]).status === 0 ? null : needs;
}

test('the quick start says how many commands lead to a verified webhook', async () => {
  const page = await text('quick-start.md');
  const [, said] = /(\d+) command lines/.exec(page);
  const shown = [...page.split('## 5.')[0].matchAll(/^```sh.*\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join('');
  const lines = shown.replaceAll('\\\n', '').split('\n').filter((line) => line.trim() !== '');
  assert.equal(lines.length, Number(said), lines.join('\n'));
});

/** A page with what it includes. */
async function text(page) {
  const markdown = await readFile(join(PAGES, page), 'utf8');
  const included = await Promise.all([...markdown.matchAll(INCLUDE)].map(([, file]) => readFile(join(PAGES, file), 'utf8')));
  return markdown.replace(INCLUDE, () => included.shift());
}

async function furnish(directory) {
  await mkdir(join(directory, '.pepay'));
  await writeFile(join(directory, '.pepay/dev.json'), JSON.stringify(dev.manifest));
  await mkdir(join(directory, 'node_modules'));
  await symlink(join(ROOT, 'sdk/typescript'), join(directory, 'node_modules/pepay'));
  await symlink(join(ROOT, 'sdk/typescript/node_modules/ws'), join(directory, 'node_modules/ws'));
  await writeFile(join(directory, 'variables'), '');
}

async function run({ code, language, line, file }, { page, directory, at, groups }) {
  if (file) return writeFile(join(directory, file), code);
  assert.ok(COMMANDS[language], `${page}:${line}: nothing runs ${language}`);
  const path = join(directory, `block-${at}.${EXTENSIONS[language]}`);
  await writeFile(path, language === 'sh' ? STRICT + code : code);
  // A group of its own, so that what the block leaves running can be ended with the page.
  const child = spawn('bash', ['-c', `. ./variables; ${COMMANDS[language]}`, path], {
    cwd: directory, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'],
  });
  groups.push(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { output += data; });
  const timer = setTimeout(() => end(child.pid), BLOCK_MS);
  // Not `close`: a program in the background keeps the pipes open.
  const [status, signal] = await once(child, 'exit');
  clearTimeout(timer);
  assert.equal(signal ?? status, 0, `${page}:${line} ended with ${signal ?? status}:\n${code}\n${output}`);
  return undefined;
}

function end(group) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // Nothing of it is left.
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((done) => { server.close(done); });
  return String(port);
}
