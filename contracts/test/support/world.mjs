// What the tests say: a chain with the factory on it, and sentences about tokens, deposits and balances.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { concat, decodeErrorResult, getAddress, pad, parseEventLogs, toHex, zeroAddress } from "viem";
import { ROOT } from "../../lib/compile.mjs";
import { startAnvil } from "./anvil.mjs";

export const NATIVE = zeroAddress;

export const deploymentFile = JSON.parse(readFileSync(join(ROOT, "deployment.json"), "utf8"));

export function artifact(name) {
  return JSON.parse(readFileSync(join(ROOT, "artifacts", `${name}.json`), "utf8"));
}

const forwarderAbi = artifact("Forwarder").abi;
const factoryAbi = artifact("ForwarderFactory").abi;
const errorAbi = [...forwarderAbi, ...factoryAbi].filter(({ type }) => type === "error");

/** The name of an ABI-encoded error of ours. */
export function errorName(data) {
  return decodeErrorResult({ abi: errorAbi, data }).errorName;
}

export async function startWorld(options) {
  const anvil = await startAnvil(options);
  const world = new World(anvil);
  await world.deployFactory();
  return world;
}

let lastSalt = 0n;

export class World {
  constructor({ client, accounts, chainId, stop }) {
    this.client = client;
    this.chainId = chainId;
    this.stop = stop;
    [this.relayer, this.payor] = accounts;
    this.factory = deploymentFile.factory.address;
  }

  async deployFactory() {
    const { deployer, factory } = deploymentFile;
    await this.send({ to: deployer.address, data: concat([factory.salt, artifact("ForwarderFactory").bytecode]) });
  }

  /** Sends a transaction and waits for it; a reverted one is an error that carries the receipt. */
  async send(transaction) {
    const hash = await this.client.sendTransaction({ account: this.relayer, ...transaction });
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw Object.assign(new Error(`transaction ${hash} reverted`), { receipt });
    return receipt;
  }

  async deploy(name, args = []) {
    const { abi, bytecode } = artifact(name);
    const hash = await this.client.deployContract({ account: this.relayer, abi, bytecode, args });
    const { contractAddress } = await this.client.waitForTransactionReceipt({ hash });
    return { abi, address: getAddress(contractAddress) };
  }

  token(name, decimals = 6) {
    return this.deploy(name, [name, name.toUpperCase().slice(0, 6), decimals]);
  }

  /** Calls a contract in a transaction. Simulates it first, so that a refusal is an error with its name. */
  async write(contract, functionName, args = [], options = {}) {
    const call = { account: this.relayer, ...contract, functionName, args, ...options };
    await this.client.simulateContract(call);
    const hash = await this.client.writeContract(call);
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw Object.assign(new Error(`${functionName} reverted`), { receipt });
    return receipt;
  }

  read(contract, functionName, args = []) {
    return this.client.readContract({ ...contract, functionName, args });
  }

  get factoryContract() {
    return { abi: [...factoryAbi, ...errorAbi], address: this.factory };
  }

  forwarder(address) {
    return { abi: forwarderAbi, address };
  }

  /** Terms with fresh accounts and a fresh salt, and the address the factory gives them. */
  async deposit(terms = {}) {
    const salt = (lastSalt += 1n);
    const deposit = {
      salt: pad(toHex(salt), { size: 32 }),
      receiver: freshAccount(salt, "aa"),
      feeReceiver: freshAccount(salt, "fe"),
      feeBps: 100,
      ...terms,
    };
    return { ...deposit, address: await this.addressOf(deposit) };
  }

  addressOf(deposit) {
    return this.read(this.factoryContract, "addressOf", termsOf(deposit));
  }

  flush(deposit, tokens, options) {
    return this.write(this.factoryContract, "flush", [...termsOf(deposit), tokens], options);
  }

  flushMany(deposits, tokens, options) {
    return this.write(this.factoryContract, "flushMany", [deposits, tokens], options);
  }

  /** Flushes through the deposit address itself, which must have code. */
  flushDirectly(deposit, token, options) {
    return this.write(this.forwarder(deposit.address), "flush", [token], options);
  }

  async balance(account, token = NATIVE) {
    if (token === NATIVE) return this.client.getBalance({ address: account });
    return this.read({ abi: artifact("TestToken").abi, address: token }, "balanceOf", [account]);
  }

  /** Balances of the three accounts a deposit concerns. */
  async balances(deposit, token = NATIVE) {
    return {
      deposit: await this.balance(deposit.address, token),
      receiver: await this.balance(deposit.receiver, token),
      fee: await this.balance(deposit.feeReceiver, token),
    };
  }

  async hasCode(address) {
    return (await this.client.getCode({ address })) !== undefined;
  }
}

export function termsOf({ salt, receiver, feeReceiver, feeBps }) {
  return [salt, receiver, feeReceiver, feeBps];
}

/** Our events in a receipt, in order, each as [name, args]. */
export function events(receipt) {
  const logs = parseEventLogs({ abi: [...forwarderAbi, ...factoryAbi], logs: receipt.logs });
  return logs.map(({ eventName, args }) => [eventName, args]);
}

function freshAccount(number, kind) {
  return getAddress(concat([`0x${kind}`, toHex(number, { size: 19 })]));
}

/** For assert.rejects: the call was refused with this error of ours. */
export function refusedWith(name) {
  return (error) => {
    const found = error.walk?.((cause) => cause.data?.errorName !== undefined)?.data?.errorName;
    if (found === name) return true;
    throw new Error(`expected the error ${name}, got ${found}`, { cause: error });
  };
}
