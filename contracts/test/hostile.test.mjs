import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { encodeFunctionData } from "viem";
import { artifact, events, NATIVE, refusedWith, startWorld, termsOf } from "./support/world.mjs";

let world;

before(async () => {
  world = await startWorld();
});
after(() => world.stop());

const fund = (deposit, value) => world.send({ account: world.payor, to: deposit.address, value });

const flushCall = (token) =>
  encodeFunctionData({ abi: artifact("Forwarder").abi, functionName: "flush", args: [token] });

test("a fee receiver that refuses native coin leaves its part to the receiver", async () => {
  const rejecting = await world.deploy("RejectingReceiver");
  const deposit = await world.deposit({ feeReceiver: rejecting.address });
  await fund(deposit, 1_000n);
  const receipt = await world.flush(deposit, [NATIVE]);
  assert.deepEqual(await world.balances(deposit), { deposit: 0n, receiver: 1_000n, fee: 0n });
  assert.deepEqual(events(receipt)[1], ["Flushed", { token: NATIVE, amount: 1_000n, fee: 0n }]);
});

test("a fee receiver that burns gas cannot hold the receiver's money", async () => {
  const burning = await world.deploy("GasBurningReceiver");
  const deposit = await world.deposit({ feeReceiver: burning.address });
  await fund(deposit, 1_000n);
  const receipt = await world.flush(deposit, [NATIVE]);
  assert.deepEqual(await world.balances(deposit), { deposit: 0n, receiver: 1_000n, fee: 0n });
  assert.ok(receipt.gasUsed < 400_000n, `used ${receipt.gasUsed} gas`);
});

test("a fee receiver that a token denies leaves its part to the receiver", async () => {
  const token = await world.token("HostileToken");
  const deposit = await world.deposit();
  await world.write(token, "mint", [deposit.address, 1_000n]);
  await world.write(token, "set", [3, deposit.feeReceiver]);
  await world.flush(deposit, [token.address]);
  assert.deepEqual(await world.balances(deposit, token.address), { deposit: 0n, receiver: 1_000n, fee: 0n });
});

test("a receiver that refuses keeps the funds at the deposit address", async () => {
  const rejecting = await world.deploy("RejectingReceiver");
  const deposit = await world.deposit({ receiver: rejecting.address });
  await fund(deposit, 1_000n);
  await assert.rejects(world.flush(deposit, [NATIVE]), refusedWith("TransferFailed"));
  assert.deepEqual(await world.balances(deposit), { deposit: 1_000n, receiver: 0n, fee: 0n });
});

test("a receiver that a token denies keeps the funds at the deposit address", async () => {
  const token = await world.token("HostileToken");
  const deposit = await world.deposit();
  await world.write(token, "mint", [deposit.address, 1_000n]);
  await world.write(token, "set", [3, deposit.receiver]);
  await assert.rejects(world.flush(deposit, [token.address]), refusedWith("TransferFailed"));
  assert.deepEqual(await world.balances(deposit, token.address), { deposit: 1_000n, receiver: 0n, fee: 0n });
});

for (const role of ["receiver", "feeReceiver"]) {
  for (const path of ["directly", "through the factory", "in a batch"]) {
    test(`a ${role} that flushes again ${path} while it is paid gains nothing`, async () => {
      const reentering = await world.deploy("ReenteringReceiver");
      const deposit = await world.deposit({ [role]: reentering.address, feeBps: 500 });
      await prepareReentry(reentering, deposit, path);
      await fund(deposit, 100_000n);

      // An estimate would find a limit at which the re-entry fails for want of gas.
      await world.flush(deposit, [NATIVE], { gas: 3_000_000n });

      assert.deepEqual(await world.balances(deposit), { deposit: 0n, receiver: 95_000n, fee: 5_000n });
      assert.equal(await world.read(reentering, "attempts"), 1n);
      // A batch does not fail, it reports: the re-entered flush inside it was refused all the same.
      assert.equal(await world.read(reentering, "successes"), path === "in a batch" && role === "receiver" ? 1n : 0n);
    });
  }
}

async function prepareReentry(reentering, deposit, path) {
  const { abi, address: factory } = world.factoryContract;
  const calls = {
    directly: [deposit.address, flushCall(NATIVE)],
    "through the factory": [
      factory,
      encodeFunctionData({ abi, functionName: "flush", args: [...termsOf(deposit), [NATIVE]] }),
    ],
    "in a batch": [factory, encodeFunctionData({ abi, functionName: "flushMany", args: [[deposit], [NATIVE]] })],
  };
  await world.write(reentering, "prepare", calls[path]);
}

test("a token that re-enters while it moves gains nothing", async () => {
  const token = await world.token("HostileToken");
  const deposit = await world.deposit({ feeBps: 500 });
  await world.write(token, "mint", [deposit.address, 100_000n]);
  await world.write(token, "set", [4, deposit.receiver]);
  await world.flush(deposit, [token.address], { gas: 3_000_000n });
  assert.deepEqual(await world.balances(deposit, token.address), { deposit: 0n, receiver: 95_000n, fee: 5_000n });
  assert.equal(await world.read(token, "reentered"), false);
});

test("the account can be flushed again after a re-entry was refused", async () => {
  const reentering = await world.deploy("ReenteringReceiver");
  const deposit = await world.deposit({ receiver: reentering.address });
  await prepareReentry(reentering, deposit, "directly");
  for (const round of [1n, 2n]) {
    await fund(deposit, 10_000n);
    await world.flush(deposit, [NATIVE], { gas: 3_000_000n });
    assert.equal(await world.balance(reentering.address), round * 9_900n);
  }
});

test("no gas limit makes a flush succeed without paying the fee", async () => {
  const costly = await world.deploy("CostlyReceiver");
  const token = await world.token("TestToken");
  for (const kind of ["native", "native to a costly fee receiver", "token"]) {
    const of = kind === "token" ? token.address : NATIVE;
    const deposit = await world.deposit({ feeBps: 1000 });
    if (kind.includes("costly")) deposit.feeReceiver = costly.address;
    deposit.address = await world.addressOf(deposit);
    await world.flush(deposit, []);
    await fund(deposit, 10_000n);
    await world.write(token, "mint", [deposit.address, 10_000n]);

    const enough = await leastGas(deposit, of);
    assert.ok(enough > 0n, `${kind}: no gas limit was enough`);
  }
});

/** Tries rising gas limits until a flush succeeds: only then may anything have moved, and then the fee too. */
async function leastGas(deposit, token) {
  for (let gas = 30_000n; gas <= 450_000n; gas += 3_000n) {
    const call = { account: world.payor, to: deposit.address, data: flushCall(token), gas };
    const hash = await world.client.sendTransaction(call);
    const { status } = await world.client.waitForTransactionReceipt({ hash });
    const expected =
      status === "success"
        ? { deposit: 0n, receiver: 9_000n, fee: 1_000n }
        : { deposit: 10_000n, receiver: 0n, fee: 0n };
    assert.deepEqual(await world.balances(deposit, token), expected, `with ${gas} gas`);
    if (status === "success") return gas;
  }
  return 0n;
}

test("a token that charges the sender on top leaves nothing behind", async () => {
  const token = await world.token("HostileToken");
  const deposit = await world.deposit({ feeBps: 500 });
  await world.write(token, "mint", [deposit.address, 100_000n]);
  await world.write(token, "set", [5, deposit.receiver]);
  const receipt = await world.flush(deposit, [token.address]);
  assert.deepEqual(await world.balances(deposit, token.address), { deposit: 0n, receiver: 94_999n, fee: 5_000n });
  assert.deepEqual(events(receipt)[1], ["Flushed", { token: token.address, amount: 99_999n, fee: 5_000n }]);
});

test("whoever calls, funds reach only the committed accounts", async () => {
  const token = await world.token("TestToken");
  const deposit = await world.deposit({ feeBps: 0 });
  await world.write(token, "mint", [deposit.address, 1_000n]);
  const before = await world.balance(world.payor, token.address);
  // Other terms with the same salt are another address: they cannot touch this one.
  const thief = { ...deposit, receiver: world.payor };
  await world.flush(thief, [token.address], { account: world.payor });
  assert.equal(await world.balance(deposit.address, token.address), 1_000n);
  await world.flush(deposit, [token.address], { account: world.payor });
  assert.equal(await world.balance(deposit.receiver, token.address), 1_000n);
  assert.equal(await world.balance(world.payor, token.address), before);
});
