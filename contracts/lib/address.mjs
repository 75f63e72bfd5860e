// Addresses of version 1, computed offline from documented bytes. This is the reference for other implementations; the
// tests compare it with what the contracts do on a chain.
import { concat, getContractAddress, getCreate2Address, keccak256, numberToHex, stringToHex } from "viem";

export const VERSION = 1;

/** The deterministic-deployment proxy: https://github.com/Arachnid/deterministic-deployment-proxy */
export const DEPLOYER = {
  address: "0x4e59b44847b379578588920cA78FbF26c0B4956C",
  /** Sends `signedTransaction`; its key is unknown to everyone. */
  signer: "0x3fAB184622Dc19b6109349B94811493BF2a45362",
  /** What the signer needs: 100 000 gas at 100 gwei. */
  fundingWei: "10000000000000000",
  /** Valid on every chain that takes transactions without a chain id. */
  signedTransaction:
    "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222",
  runtimeCode:
    "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3",
};

export const FACTORY_SALT = stringToHex("pepay.forwarder-factory.v1", { size: 32 });

/** Init code before and after the 20 bytes of the implementation; the terms follow the suffix. */
export const INIT_CODE_PREFIX = "0x3d605d80600a3d3981f336600557005b363d3d373d3d3d363d73";
export const INIT_CODE_SUFFIX = "0x5af43d82803e903d91603157fd5bf3";

export const MAX_FEE_BPS = 1_000;

export function factoryAddress(factoryInitCode) {
  return getCreate2Address({ from: DEPLOYER.address, salt: FACTORY_SALT, bytecode: factoryInitCode });
}

/** The factory makes the implementation by CREATE in its constructor: nonce 1. */
export function implementationAddress(factory) {
  return getContractAddress({ from: factory, nonce: 1n });
}

export function depositInitCode(implementation, { receiver, feeReceiver, feeBps }) {
  return concat([
    INIT_CODE_PREFIX,
    implementation,
    INIT_CODE_SUFFIX,
    receiver,
    feeReceiver,
    numberToHex(feeBps, { size: 2 }),
  ]);
}

export function depositAddress(factory, implementation, deposit) {
  const bytecodeHash = keccak256(depositInitCode(implementation, deposit));
  return getCreate2Address({ from: factory, salt: deposit.salt, bytecodeHash });
}
