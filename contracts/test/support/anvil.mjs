// A real anvil node on a free loopback port, started by the test that needs it and stopped by its process id.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createTestClient, http, publicActions, walletActions } from "viem";
import { foundry } from "viem/chains";
import { ROOT } from "../../lib/compile.mjs";

const running = new Set();
process.on("exit", () => running.forEach(kill));

export async function startAnvil({ chainId = 31337, args = [] } = {}) {
  const program = join(ROOT, "node_modules", ".bin", "anvil");
  const child = spawn(program, ["--host", "127.0.0.1", "--port", "0", "--chain-id", String(chainId), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  running.add(child);
  const url = await listeningUrl(child);
  // Keep reading, so that the node never blocks on a full pipe.
  child.stdout.resume();

  const chain = { ...foundry, id: chainId, rpcUrls: { default: { http: [url] } } };
  const client = createTestClient({
    chain,
    mode: "anvil",
    transport: http(url),
    pollingInterval: 10,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions);
  const accounts = await client.getAddresses();
  return { client, accounts, chainId, stop: () => stop(child) };
}

async function listeningUrl(child) {
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    const match = /Listening on (127\.0\.0\.1:\d+)/.exec(line);
    if (match) return `http://${match[1]}`;
  }
  throw new Error(`anvil ended before it was listening:\n${lines.join("\n")}`);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  kill(child);
  await ended;
  running.delete(child);
}

/** Anvil is a native program behind a small launcher; both are in the process group that the launcher leads. */
function kill(child) {
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it has already ended
  }
}
