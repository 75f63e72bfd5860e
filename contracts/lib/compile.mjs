// Compiles every contract under src/ with the pinned compiler. The result depends on nothing but the sources and the
// settings here: no metadata hash, no absolute paths.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import solc from "solc";

export const ROOT = join(import.meta.dirname, "..");

const SETTINGS = {
  // Paris has no PUSH0, so the code runs on every EVM chain.
  evmVersion: "paris",
  optimizer: { enabled: true, runs: 10_000 },
  metadata: { bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
};

function sources() {
  const files = readdirSync(join(ROOT, "src"), { recursive: true }).filter((name) => name.endsWith(".sol"));
  return Object.fromEntries(
    files.sort().map((name) => {
      const path = join(ROOT, "src", name);
      return [relative(ROOT, path).split(sep).join("/"), { content: readFileSync(path, "utf8") }];
    }),
  );
}

/** Returns artifacts by contract name, sorted. Throws with the compiler's messages on errors and on warnings. */
export function compile() {
  const input = { language: "Solidity", sources: sources(), settings: SETTINGS };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  if (output.errors?.length) {
    throw new Error(output.errors.map((error) => error.formattedMessage).join("\n"));
  }
  const artifacts = {};
  for (const contracts of Object.values(output.contracts)) {
    for (const [contractName, { abi, evm }] of Object.entries(contracts)) {
      if (evm.bytecode.object === "") continue; // an interface
      if (contractName in artifacts) throw new Error(`two contracts are named ${contractName}`);
      artifacts[contractName] = {
        contractName,
        compiler: solc.version().replace(/\.Emscripten.*/, ""),
        abi,
        bytecode: `0x${evm.bytecode.object}`,
        deployedBytecode: `0x${evm.deployedBytecode.object}`,
      };
    }
  }
  return Object.fromEntries(Object.entries(artifacts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
