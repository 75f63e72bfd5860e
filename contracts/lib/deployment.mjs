// Builds deployment.json: every value another program needs to find the contracts and to compute deposit addresses
// offline, with examples to test against.
import { keccak256, zeroAddress } from "viem";
import * as address from "./address.mjs";

const EXAMPLES = [
  {
    salt: `0x${"00".repeat(32)}`,
    receiver: "0x1111111111111111111111111111111111111111",
    feeReceiver: zeroAddress,
    feeBps: 0,
  },
  {
    salt: "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    receiver: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    feeReceiver: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
    feeBps: 50,
  },
  {
    salt: `0x${"ff".repeat(32)}`,
    receiver: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    feeReceiver: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
    feeBps: address.MAX_FEE_BPS,
  },
];

export function deployment(artifacts) {
  const factoryInitCode = artifacts.ForwarderFactory.bytecode;
  const factory = address.factoryAddress(factoryInitCode);
  const implementation = address.implementationAddress(factory);
  return {
    version: address.VERSION,
    deployer: address.DEPLOYER,
    factory: { salt: address.FACTORY_SALT, initCodeHash: keccak256(factoryInitCode), address: factory },
    forwarder: {
      implementation,
      initCodePrefix: address.INIT_CODE_PREFIX,
      initCodeSuffix: address.INIT_CODE_SUFFIX,
      recipe: [
        "initCode = initCodePrefix ++ implementation[20] ++ initCodeSuffix ++ receiver[20] ++ feeReceiver[20] ++ feeBps[2, big endian]",
        "address = keccak256(0xff ++ factory[20] ++ salt[32] ++ keccak256(initCode))[12..32]",
        "refused: receiver zero; feeBps above maxFeeBps; feeReceiver zero while feeBps is not",
      ],
      maxFeeBps: address.MAX_FEE_BPS,
      examples: EXAMPLES.map((deposit) => ({
        ...deposit,
        initCodeHash: keccak256(address.depositInitCode(implementation, deposit)),
        address: address.depositAddress(factory, implementation, deposit),
      })),
    },
    balanceReader: { maxAccounts: 764 },
  };
}
