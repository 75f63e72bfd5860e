// Starts an example beside a `pepay dev`, as its README says, but on a free port.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OPEN_MS = 60_000;

/** Gives { url, output(), stop() } once the example says where it is. */
export async function open(name, dev) {
  const directory = await mkdtemp(join(tmpdir(), 'pepay-example-'));
  const file = join(directory, 'dev.json');
  await writeFile(file, JSON.stringify(dev.manifest));
  const [command, args] = name === 'axum-shop' ? [built(name), []] : ['node', [join(ROOT, 'examples', name, 'server.mjs')]];
  const env = { ...process.env, PEPAY_DEV_JSON: file, PORT: '0' };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const url = new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`${name} did not open:\n${output}`)), OPEN_MS);
    child.once('exit', (status) => failed(new Error(`${name} ended with ${status}:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data;
        const match = output.match(/http:\/\/localhost:\d+/);
        if (match) {
          clearTimeout(timer);
          found(match[0]);
        }
      });
    }
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { url: await url, output: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function built(name) {
  const args = ['build', '--quiet', '--package', name, '--message-format', 'json'];
  const said = execFileSync('cargo', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });
  const messages = said.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return messages.findLast((message) => message.executable).executable;
}
