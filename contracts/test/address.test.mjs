import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { getAddress, parseTransaction, recoverTransactionAddress, slice, zeroAddress } from "viem";
import { depositAddress, depositInitCode, implementationAddress } from "../lib/address.mjs";
import { startAnvil } from "./support/anvil.mjs";
import { deploymentFile, refusedWith, startWorld, World } from "./support/world.mjs";

let base;
let bsc;

before(async () => {
  [base, bsc] = await Promise.all([startWorld({ chainId: 8453 }), startWorld({ chainId: 56 })]);
});
after(() => Promise.all([base.stop(), bsc.stop()]));

test("factory and implementation have the published addresses on chains with different ids", async () => {
  const { factory, forwarder } = deploymentFile;
  for (const world of [base, bsc]) {
    assert.equal(await world.client.getChainId(), world.chainId);
    assert.ok(await world.hasCode(factory.address));
    assert.ok(await world.hasCode(forwarder.implementation));
    assert.equal(await world.read(world.factoryContract, "IMPLEMENTATION"), forwarder.implementation);
    assert.equal(await world.read(world.factoryContract, "VERSION"), BigInt(deploymentFile.version));
    assert.equal(await world.read(world.factoryContract, "MAX_FEE_BPS"), forwarder.maxFeeBps);
  }
  assert.equal(implementationAddress(factory.address), forwarder.implementation);
});

test("the factory is deployed where the deterministic-deployment proxy has to be deployed first", async () => {
  const anvil = await startAnvil({ chainId: 4242, args: ["--disable-default-create2-deployer"] });
  try {
    const world = new World(anvil);
    const { deployer } = deploymentFile;
    await anvil.client.setCode({ address: deployer.address, bytecode: "0x" });
    assert.equal(await world.hasCode(deployer.address), false);

    const { gas, gasPrice } = parseTransaction(deployer.signedTransaction);
    assert.equal(gas * gasPrice, BigInt(deployer.fundingWei));
    const signer = await recoverTransactionAddress({ serializedTransaction: deployer.signedTransaction });
    assert.equal(signer, deployer.signer);

    await world.send({ to: deployer.signer, value: BigInt(deployer.fundingWei) });
    const hash = await anvil.client.sendRawTransaction({ serializedTransaction: deployer.signedTransaction });
    const receipt = await anvil.client.waitForTransactionReceipt({ hash });
    assert.equal(getAddress(receipt.contractAddress), deployer.address);
    assert.equal(await anvil.client.getCode({ address: deployer.address }), deployer.runtimeCode);

    await world.deployFactory();
    assert.ok(await world.hasCode(deploymentFile.factory.address));
  } finally {
    await anvil.stop();
  }
});

test("the committed examples are the factory's answers on every chain", async () => {
  for (const world of [base, bsc]) {
    for (const example of deploymentFile.forwarder.examples) {
      assert.equal(await world.addressOf(example), example.address);
    }
  }
});

test("any good terms give the address computed offline", async () => {
  const { factory, forwarder } = deploymentFile;
  for (let n = 0; n < 100; n++) {
    const deposit = { salt: random(32), receiver: random(20), feeReceiver: random(20), feeBps: (n * 41) % 1001 };
    const offline = depositAddress(factory.address, forwarder.implementation, deposit);
    assert.equal(await base.addressOf(deposit), offline, JSON.stringify(deposit));
  }
});

test("each term and the salt changes the address", async () => {
  const one = await base.deposit();
  const others = [
    { ...one, salt: random(32) },
    { ...one, receiver: random(20) },
    { ...one, feeReceiver: random(20) },
    { ...one, feeBps: one.feeBps + 1 },
  ];
  const addresses = new Set([one.address]);
  for (const other of others) addresses.add(await base.addressOf(other));
  assert.equal(addresses.size, 5);
});

test("a deployed deposit address has the documented code and answers with its terms", async () => {
  const deposit = await base.deposit({ feeBps: 257 });
  await base.flush(deposit, []);

  const initCode = depositInitCode(deploymentFile.forwarder.implementation, deposit);
  assert.equal((initCode.length - 2) / 2, 103);
  assert.equal(await base.client.getCode({ address: deposit.address }), slice(initCode, 10).toLowerCase());
  const contract = base.forwarder(deposit.address);
  assert.deepEqual(await base.read(contract, "terms"), [deposit.receiver, deposit.feeReceiver, 257n]);
  assert.equal(await base.read(contract, "VERSION"), 1n);
});

test("terms that could lose money are refused, also when only the address is asked for", async () => {
  const good = await base.deposit();
  const table = [
    [{ receiver: zeroAddress }, "ReceiverIsZero"],
    [{ receiver: zeroAddress, feeBps: 0 }, "ReceiverIsZero"],
    [{ feeBps: 1001 }, "FeeTooHigh"],
    [{ feeBps: 65535 }, "FeeTooHigh"],
    [{ feeReceiver: zeroAddress, feeBps: 1 }, "FeeReceiverIsZero"],
  ];
  for (const [terms, error] of table) {
    const deposit = { ...good, ...terms };
    await assert.rejects(base.addressOf(deposit), refusedWith(error));
    await assert.rejects(base.flush(deposit, []), refusedWith(error));
  }
  for (const terms of [{ feeBps: 1000 }, { feeReceiver: zeroAddress, feeBps: 0 }]) {
    await base.addressOf({ ...good, ...terms });
  }
});

function random(size) {
  const bytes = crypto.getRandomValues(new Uint8Array(size));
  const hex = `0x${Buffer.from(bytes).toString("hex")}`;
  return size === 20 ? getAddress(hex) : hex;
}
