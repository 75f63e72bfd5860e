import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { maxUint256, zeroAddress } from "viem";
import { deploymentFile, events, NATIVE, refusedWith, startWorld } from "./support/world.mjs";

let world;
let token;
let payer;

before(async () => {
  world = await startWorld();
  token = await world.token("TestToken", 6);
  payer = await world.deploy("Payer");
});
after(() => world.stop());

const mint = (to, amount, of = token) => world.write(of, "mint", [to, amount]);
const pay = (to, value) => world.send({ account: world.payor, to, value });

test("a token paid before the address has code is split and delivered", async () => {
  const deposit = await world.deposit({ feeBps: 250 });
  await mint(deposit.address, 10_000_001n);

  const receipt = await world.flush(deposit, [token.address]);

  assert.deepEqual(await world.balances(deposit, token.address), {
    deposit: 0n,
    receiver: 9_750_001n,
    fee: 250_000n, // floor(10_000_001 * 250 / 10_000)
  });
  assert.deepEqual(events(receipt), [
    ["ForwarderDeployed", { forwarder: deposit.address, salt: deposit.salt }],
    ["Flushed", { token: token.address, amount: 10_000_001n, fee: 250_000n }],
  ]);
});

test("native coin paid before the address has code is split and delivered", async () => {
  const deposit = await world.deposit({ feeBps: 1000 });
  await pay(deposit.address, 10n ** 18n + 9n);

  const receipt = await world.flush(deposit, [NATIVE]);

  assert.deepEqual(await world.balances(deposit), {
    deposit: 0n,
    receiver: 9n * 10n ** 17n + 9n,
    fee: 10n ** 17n,
  });
  assert.deepEqual(events(receipt)[1], ["Flushed", { token: NATIVE, amount: 10n ** 18n + 9n, fee: 10n ** 17n }]);
});

test("an address flushed before is paid and flushed again, through the factory and directly", async () => {
  const deposit = await world.deposit({ feeBps: 0, feeReceiver: zeroAddress });
  await mint(deposit.address, 5n);
  await world.flush(deposit, [token.address, NATIVE]);

  await mint(deposit.address, 7n);
  const again = await world.flush(deposit, [token.address]);
  assert.deepEqual(events(again), [["Flushed", { token: token.address, amount: 7n, fee: 0n }]]);

  await mint(deposit.address, 11n);
  await pay(deposit.address, 13n);
  await world.flushDirectly(deposit, token.address, { account: world.payor });
  await world.flushDirectly(deposit, NATIVE, { account: world.payor });
  assert.equal(await world.balance(deposit.receiver, token.address), 23n);
  assert.equal(await world.balance(deposit.receiver), 13n);
});

test("one flush delivers several tokens and native coin", async () => {
  const deposit = await world.deposit();
  const other = await world.token("NoReturnToken", 6);
  await mint(deposit.address, 1_000n);
  await mint(deposit.address, 2_000n, other);
  await pay(deposit.address, 3_000n);

  await world.flush(deposit, [token.address, other.address, NATIVE]);

  for (const [of, amount] of [[token.address, 1_000n], [other.address, 2_000n], [NATIVE, 3_000n]]) {
    const fee = amount / 100n;
    assert.deepEqual(await world.balances(deposit, of), { deposit: 0n, receiver: amount - fee, fee });
  }
});

test("a balance of zero changes nothing", async () => {
  const deposit = await world.deposit();
  const first = await world.flush(deposit, [token.address, NATIVE]);
  assert.deepEqual(events(first).map(([name]) => name), ["ForwarderDeployed"]);
  assert.deepEqual(events(await world.flush(deposit, [token.address, NATIVE])), []);
});

test("fees are rounded down, for every amount up to the largest", async () => {
  const table = [
    // [amount, feeBps, fee]
    [1n, 1000, 0n],
    [9n, 1000, 0n],
    [10n, 1000, 1n],
    [9_999n, 1, 0n],
    [10_000n, 1, 1n],
    [19_999n, 1, 1n],
    [123_456_789n, 0, 0n],
    [maxUint256, 1000, maxUint256 / 10n],
    [maxUint256, 999, (maxUint256 * 999n) / 10_000n],
  ];
  for (const [amount, feeBps, fee] of table) {
    const fresh = await world.token("TestToken");
    const deposit = await world.deposit({ feeBps });
    await mint(deposit.address, amount, fresh);
    await world.flush(deposit, [fresh.address]);
    const expected = { deposit: 0n, receiver: amount - fee, fee };
    assert.deepEqual(await world.balances(deposit, fresh.address), expected, `${amount} at ${feeBps} bps`);
  }
});

test("a token that returns nothing from transfer is delivered", async () => {
  const silent = await world.token("NoReturnToken", 6);
  const deposit = await world.deposit();
  await mint(deposit.address, 500n, silent);
  await world.flush(deposit, [silent.address]);
  assert.deepEqual(await world.balances(deposit, silent.address), { deposit: 0n, receiver: 495n, fee: 5n });
});

test("a token that takes a fee of its own leaves nothing behind", async () => {
  const taxed = await world.token("FeeOnTransferToken", 18);
  const deposit = await world.deposit({ feeBps: 1000 });
  await mint(deposit.address, 10_000n, taxed);
  const receipt = await world.flush(deposit, [taxed.address]);
  // 1000 sent as the fee and 9000 to the receiver; each loses one per cent on the way.
  assert.deepEqual(await world.balances(deposit, taxed.address), { deposit: 0n, receiver: 8_910n, fee: 990n });
  assert.deepEqual(events(receipt)[1], ["Flushed", { token: taxed.address, amount: 10_000n, fee: 1_000n }]);
});

test("a token that returns false is refused and its funds stay, until it works", async () => {
  const broken = await world.token("FalseReturnToken", 6);
  const deposit = await world.deposit();
  await mint(deposit.address, 1_000n, broken);
  await assert.rejects(world.flush(deposit, [broken.address]), refusedWith("TransferFailed"));
  assert.equal(await world.hasCode(deposit.address), false);

  await world.write(broken, "setWorking", [true]);
  await world.flush(deposit, [broken.address]);
  assert.deepEqual(await world.balances(deposit, broken.address), { deposit: 0n, receiver: 990n, fee: 10n });
});

test("an account that is no token is refused", async () => {
  const deposit = await world.deposit();
  await assert.rejects(world.flush(deposit, [world.payor]), refusedWith("BalanceUnreadable"));
  await assert.rejects(world.flush(deposit, [payer.address]), refusedWith("BalanceUnreadable"));
});

test("a transfer with the stipend of 2300 gas succeeds before and after deployment", async () => {
  const deposit = await world.deposit();
  await world.write(payer, "payWithStipend", [deposit.address], { value: 40n });
  await world.flush(deposit, []);
  assert.ok(await world.hasCode(deposit.address));
  await world.write(payer, "payWithStipend", [deposit.address], { value: 60n });
  assert.equal(await world.balance(deposit.address), 100n);

  const hash = await world.client.sendTransaction({ account: world.payor, to: deposit.address, value: 1n, gas: 23_300n });
  const receipt = await world.client.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, "success");
  assert.ok(receipt.gasUsed < 21_050n, `a bare transfer used ${receipt.gasUsed} gas`);
});

test("contracts pay native coin by internal calls, one or many", async () => {
  const [one, two] = [await world.deposit(), await world.deposit()];
  await world.flush(two, []);
  await world.write(payer, "pay", [one.address], { value: 7n });
  await world.write(payer, "payMany", [[one.address, two.address], [100n, 200n]], { value: 350n });
  assert.equal(await world.balance(one.address), 107n);
  assert.equal(await world.balance(two.address), 200n);
  assert.equal(await world.balance(payer.address), 0n);
});

test("native coin with call data that means nothing is refused, so the payor keeps it", async () => {
  const deposit = await world.deposit();
  await world.flush(deposit, []);
  const call = { account: world.payor, to: deposit.address, value: 5n, data: "0x68656c6c6f" };
  await assert.rejects(world.client.call(call));
});

test("the shared logic is no deposit address", async () => {
  const implementation = world.forwarder(deploymentFile.forwarder.implementation);
  await assert.rejects(world.write(implementation, "flush", [NATIVE]), refusedWith("NotADepositAddress"));
  await assert.rejects(world.read(implementation, "terms"), refusedWith("NotADepositAddress"));
  await assert.rejects(world.client.call({ account: world.payor, to: implementation.address, value: 1n }));
});

test("receiver and fee receiver may be the same account", async () => {
  const deposit = await world.deposit({ receiver: world.payor, feeReceiver: world.payor });
  await mint(deposit.address, 1_000n);
  await world.flush(deposit, [token.address]);
  assert.equal(await world.balance(world.payor, token.address), 1_000n);
});
