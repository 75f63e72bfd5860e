// A real `pepay dev` in a directory of its own, and the calls a merchant's server would make to it.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { createPublicClient, createTestClient, createWalletClient, erc20Abi, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_MS = 120_000; // Two chains, contracts and a first block, on a busy machine.
const STOP_MS = 20_000;

/** Starts the program, with variables of its own, and gives a Dev once it says that it is ready. */
export async function start(env = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'pepay-e2e-'));
  const child = spawn(program(), ['dev', '--port', '0', '--data', directory], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { output += data; });
  const until = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`pepay dev ended with ${child.exitCode}:\n${output}`);
    const manifest = await read(join(directory, 'dev.json'));
    if (manifest) return new Dev(manifest, child, directory, () => output);
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`pepay dev was not ready after ${START_MS} ms:\n${output}`);
    }
    await pause(50);
  }
}

// PEPAY_BIN, or the program of this tree, built now.
export function program() {
  if (process.env.PEPAY_BIN) return process.env.PEPAY_BIN;
  const args = ['build', '--quiet', '--package', 'pepay-server', '--bin', 'pepay', '--message-format', 'json'];
  const said = execFileSync('cargo', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });
  const built = said.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return built.findLast((message) => message.executable).executable;
}

async function read(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null; // Not there yet, or not whole.
  }
}

class Dev {
  #child;
  #directory;

  constructor(manifest, child, directory, output) {
    Object.assign(this, { manifest, output, url: manifest.base_url });
    [this.#child, this.#directory] = [child, directory];
  }

  async stop() {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      if ((await Promise.race([ended, pause(STOP_MS, 'late', { ref: false })])) === 'late') this.#child.kill('SIGKILL');
      await ended;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** The network and token of dev.json that fit, as one object. */
  token(fits) {
    for (const network of this.manifest.networks) {
      const token = network.tokens.find((it) => fits(it, network));
      if (token) return { ...token, network: network.network, chainId: network.chain_id, chain: network };
    }
    throw new Error('pepay dev has no such token');
  }

  async call(method, path, body, headers = { 'x-api-key': this.manifest.api_key }) {
    const sent = body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
    const response = await fetch(this.url + path, { method, headers: sent, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  createInvoice(fields) {
    return this.call('POST', '/api/v1/invoices', { amount_usd: 49.99, ...fields });
  }

  cancel(id) {
    return this.call('POST', `/api/v1/invoices/${id}/cancel`);
  }

  invoice(id) {
    return this.call('GET', `/api/v1/invoices/${id}`);
  }

  /** Waits for the invoice to reach a status. */
  async until({ invoice_id: id }, status) {
    const last = Date.now() + START_MS;
    while ((await this.invoice(id)).status !== status) {
      if (Date.now() > last) throw new Error(`invoice ${id} did not become ${status}:\n${this.output()}`);
      await pause(100);
    }
  }

  /** The same for an invoice known by its id, with anybody's key. */
  async untilStatus(id, status, headers) {
    const last = Date.now() + START_MS;
    while ((await this.call('GET', `/api/v1/invoices/${id}`, undefined, headers)).status !== status) {
      if (Date.now() > last) throw new Error(`invoice ${id} did not become ${status}:\n${this.output()}`);
      await pause(100);
    }
  }

  /** Sends an amount of the faucet's choice, or this many base units. */
  payFromFaucet(invoice, { network, id }, units) {
    const order = { network, tokenId: id, units: units?.toString() };
    return this.call('POST', '/pay/faucet', order, invoice.payment_session_headers);
  }

  /** Waits for a letter to somebody with a link to a path, and gives the link. */
  async letter(to, path) {
    const mail = join(this.#directory, 'mail');
    for (const last = Date.now() + START_MS; ; await pause(100)) {
      for (const name of await readdir(mail).catch(() => [])) {
        const raw = await readFile(join(mail, name), 'utf8');
        const text = raw.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
        const [link] = (text.includes(to) && text.match(new RegExp(`https?://\\S+${path}\\?link=[\\w-]+`))) || [];
        if (link) return link;
      }
      if (Date.now() > last) throw new Error(`no letter to ${to} with ${path}:\n${this.output()}`);
    }
  }

  /** Stops the chain of a token and gives what goes on: `mine(n)` makes blocks, `run()` makes them by the second again. */
  async hold({ chain }) {
    const client = createTestClient({ mode: 'anvil', transport: http(chain.rpc_url) });
    await client.setIntervalMining({ interval: 0 });
    return {
      mine: (blocks) => client.mine({ blocks }),
      run: () => client.setIntervalMining({ interval: 1 }),
    };
  }

  /** A payor with a wallet sends base units of a token to an address, whatever the invoice says; gives the transaction. */
  async transfer({ address, chain }, to, units) {
    const [account, transport] = [privateKeyToAccount(chain.funded_private_key), http(chain.rpc_url)];
    const wallet = createWalletClient({ account, transport });
    const hash = await wallet.writeContract({
      address, abi: erc20Abi, functionName: 'transfer', args: [to, units], chain: null,
    });
    await createPublicClient({ transport }).waitForTransactionReceipt({ hash });
    return hash;
  }
}
