// Starts an example beside a `pepay dev` with the command that the guide gives, but on a free port.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OPEN_MS = 600_000; // The command installs and builds first.

/** Gives { url, output(), stop() } once the example says where it is. */
export async function open(name, dev) {
  const directory = await mkdtemp(join(tmpdir(), 'pepay-example-'));
  const file = join(directory, 'dev.json');
  await writeFile(file, JSON.stringify(dev.manifest));
  const env = { ...process.env, PEPAY_DEV_JSON: file, PORT: '0' };
  // A group of its own, so that what npm starts ends with it.
  const child = spawn(join(ROOT, 'scripts/example'), [name], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
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
      process.kill(-child.pid, 'SIGKILL');
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
