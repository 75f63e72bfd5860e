// The quick start of the README, in a fresh project with the packed package, against the real program.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { until } from './support/in-memory.mjs';
import { coin, dev, pay, payor } from './support/live.mjs';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

test('the quick start runs in a fresh project', { timeout: 120_000 }, async () => {
  const project = await mkdtemp(join(tmpdir(), 'pepay-quickstart-'));
  try {
    const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    const [{ filename }] = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], PACKAGE),
    );
    run('npm', ['init', '--yes'], project);
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(project, filename)], project);
    const [, code] = /^```js\n(.*?)^```$/ms.exec(await readFile(join(PACKAGE, 'README.md'), 'utf8'));
    await writeFile(join(project, 'quickstart.mjs'), code);

    const env = { ...process.env, PEPAY_URL: dev.base_url, PEPAY_API_KEY: dev.api_key };
    const program = spawn(process.execPath, ['quickstart.mjs'], {
      cwd: project,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(program, 'exit');
    let output = '';
    program.stdout.on('data', (text) => {
      output += text;
    });
    await until(() => output.includes('\n') || program.exitCode !== null, 'the quick start prints where to pay');
    const query = new URL(/pay at (\S+)/.exec(output)[1]).searchParams;
    const [session_token, signature] = [query.get('session'), query.get('signature')];
    await payor({ session_token, signature }).paymentSessions.createPaymentAddress(coin);
    await pay({ payment_session_headers: { 'x-session-token': session_token, 'x-signature': signature } });
    assert.deepEqual(await exited, [0, null]);
    assert.match(output, /it is paid, ship it: true/);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
});
