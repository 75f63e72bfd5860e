import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { zeroAddress } from "viem";
import { errorName, events, NATIVE, refusedWith, startWorld } from "./support/world.mjs";

let world;
let token;
let broken;

before(async () => {
  world = await startWorld();
  token = await world.token("TestToken", 6);
  broken = await world.token("FalseReturnToken", 6);
});
after(() => world.stop());

const mint = (to, amount, of = token) => world.write(of, "mint", [to, amount]);

function failures(receipt) {
  return events(receipt)
    .filter(([name]) => name === "FlushFailed")
    .map(([, { deposit, token: of, reason }]) => [deposit, of, errorName(reason)]);
}

test("a batch flushes every token of every deposit, deployed or not", async () => {
  const deposits = [];
  for (let n = 0; n < 10; n++) {
    const deposit = await world.deposit({ feeBps: n * 100 });
    if (n % 2 === 0) await world.flush(deposit, []);
    await mint(deposit.address, 1_000n);
    await world.send({ to: deposit.address, value: 2_000n });
    deposits.push(deposit);
  }

  const receipt = await world.flushMany(deposits, [token.address, NATIVE]);

  assert.deepEqual(failures(receipt), []);
  for (const deposit of deposits) {
    const feeOf = (amount) => (amount * BigInt(deposit.feeBps)) / 10_000n;
    for (const [of, amount] of [[token.address, 1_000n], [NATIVE, 2_000n]]) {
      const expected = { deposit: 0n, receiver: amount - feeOf(amount), fee: feeOf(amount) };
      assert.deepEqual(await world.balances(deposit, of), expected);
    }
  }
});

test("a failing token does not stop the others", async () => {
  const [one, two] = [await world.deposit(), await world.deposit()];
  for (const { address } of [one, two]) {
    await mint(address, 1_000n);
    await mint(address, 1_000n, broken);
  }
  const noToken = world.payor;

  const receipt = await world.flushMany([one, two], [broken.address, noToken, token.address]);

  assert.deepEqual(failures(receipt), [
    [one.address, broken.address, "TransferFailed"],
    [one.address, noToken, "BalanceUnreadable"],
    [two.address, broken.address, "TransferFailed"],
    [two.address, noToken, "BalanceUnreadable"],
  ]);
  for (const deposit of [one, two]) {
    assert.deepEqual(await world.balances(deposit, token.address), { deposit: 0n, receiver: 990n, fee: 10n });
    assert.equal(await world.balance(deposit.address, broken.address), 1_000n);
  }
});

test("a deposit with refused terms does not stop the others", async () => {
  const good = await world.deposit();
  await mint(good.address, 100n);
  const bad = [
    { ...good, receiver: zeroAddress },
    { ...good, feeBps: 1001 },
    { ...good, feeReceiver: zeroAddress },
  ];

  const receipt = await world.flushMany([...bad, good], [token.address, NATIVE]);

  assert.deepEqual(
    failures(receipt).map(([, of, name]) => [of, name]),
    [
      [NATIVE, "ReceiverIsZero"],
      [NATIVE, "FeeTooHigh"],
      [NATIVE, "FeeReceiverIsZero"],
    ],
  );
  for (const [deposit] of failures(receipt)) assert.equal(await world.hasCode(deposit), false);
  assert.equal(await world.balance(good.receiver, token.address), 99n);
});

test("a receiver that refuses native coin does not stop the others", async () => {
  const rejecting = await world.deploy("RejectingReceiver");
  const one = await world.deposit({ receiver: rejecting.address });
  const two = await world.deposit();
  for (const { address } of [one, two]) await world.send({ to: address, value: 100n });

  const receipt = await world.flushMany([one, two], [NATIVE]);

  assert.deepEqual(failures(receipt), [[one.address, NATIVE, "TransferFailed"]]);
  assert.equal(await world.balance(one.address), 100n);
  assert.equal(await world.balance(two.receiver), 99n);
});

test("tokens that burn gas or revert with a megabyte cost a bounded amount and stop nothing", async () => {
  const hostile = await world.token("HostileToken");
  const [one, two] = [await world.deposit({ feeBps: 0 }), await world.deposit({ feeBps: 100 })];
  for (const { address } of [one, two]) {
    await mint(address, 1_000n, hostile);
    await mint(address, 1_000n);
  }
  for (const mode of [1, 2]) {
    await world.write(hostile, "set", [mode, zeroAddress]);
    const receipt = await world.flushMany([one, two], [hostile.address, token.address]);
    assert.deepEqual(failures(receipt).map(([deposit]) => deposit), [one.address, two.address]);
    assert.ok(receipt.gasUsed < 1_600_000n, `mode ${mode} used ${receipt.gasUsed} gas`);
  }
  assert.equal(await world.balance(one.receiver, token.address), 1_000n);
  assert.equal(await world.balance(two.receiver, token.address), 990n);
});

test("a batch with too little gas reverts instead of reporting failures that are its own fault", async () => {
  const deposits = [await world.deposit(), await world.deposit()];
  for (const { address } of deposits) await mint(address, 1_000n);
  const args = [deposits, [token.address]];
  const estimate = await world.client.estimateContractGas({
    account: world.relayer,
    ...world.factoryContract,
    functionName: "flushMany",
    args,
  });
  await assert.rejects(world.flushMany(...args, { gas: 560_000n }), refusedWith("InsufficientGas"));

  const receipt = await world.flushMany(...args, { gas: estimate });
  assert.deepEqual(failures(receipt), []);
  for (const deposit of deposits) assert.equal(await world.balance(deposit.receiver, token.address), 990n);
});

test("an empty batch is nothing", async () => {
  assert.deepEqual(events(await world.flushMany([], [token.address])), []);
});
