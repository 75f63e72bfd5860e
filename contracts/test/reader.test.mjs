import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { concat, decodeAbiParameters, encodeAbiParameters, getAddress, toHex, zeroHash } from "viem";
import { startAnvil } from "./support/anvil.mjs";
import { artifact, deploymentFile, World } from "./support/world.mjs";

let world;
let accounts;

const { maxAccounts } = deploymentFile.balanceReader;

before(async () => {
  const anvil = await startAnvil();
  world = new World(anvil);
  accounts = anvil.accounts;
});
after(() => world.stop());

async function read(of, blockNumber) {
  const data = concat([artifact("BalanceReader").bytecode, encodeAbiParameters([{ type: "address[]" }], [of])]);
  const answer = await world.client.call({ data, blockNumber });
  const types = [{ type: "uint256[]" }, { type: "uint256" }, { type: "bytes32" }];
  return decodeAbiParameters(types, answer.data);
}

const manyAccounts = (count) => Array.from({ length: count }, (_, n) => getAddress(toHex(n + 0x10_000, { size: 20 })));

test("balances come in the order of the accounts, with the block they belong to", async () => {
  const [empty] = manyAccounts(1);
  const [one, two] = [accounts[3], accounts[4]];
  await world.send({ to: one, value: 5n });
  const of = [one, empty, two, one];

  const [balances, number, parentHash] = await read(of);

  assert.deepEqual(balances, await Promise.all(of.map((account) => world.balance(account))));
  assert.equal(balances[1], 0n);
  const block = await world.client.getBlock({ blockNumber: number });
  assert.equal(number, await world.client.getBlockNumber());
  assert.equal(parentHash, block.parentHash);
});

test("an earlier block is read as it was", async () => {
  const [account] = manyAccounts(1);
  await world.send({ to: account, value: 1n });
  const then = await world.client.getBlockNumber();
  await world.send({ to: account, value: 1n });
  const [balances, number] = await read([account], then);
  assert.deepEqual([balances, number], [[1n], then]);
});

test("the first block, which has no parent, can be read", async () => {
  const [balances, number, parentHash] = await read([accounts[0]], 0n);
  assert.deepEqual([balances.length, number, parentHash], [1, 0n, zeroHash]);
});

test("no accounts is an empty answer", async () => {
  const [balances] = await read([]);
  assert.deepEqual(balances, []);
});

test("the published number of accounts is read in one call, and one more is refused whole", async () => {
  const [balances] = await read(manyAccounts(maxAccounts));
  assert.equal(balances.length, maxAccounts);
  await assert.rejects(read(manyAccounts(maxAccounts + 1)), /size/i);
});
