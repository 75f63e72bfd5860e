// Writes artifacts/*.json and deployment.json from the sources, or with --check fails if what is committed differs
// from them by a byte.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, ROOT } from "../lib/compile.mjs";
import { deployment } from "../lib/deployment.mjs";

const artifacts = compile();
const wanted = new Map([["deployment.json", render(deployment(artifacts))]]);
for (const [name, artifact] of Object.entries(artifacts)) {
  wanted.set(`artifacts/${name}.json`, render(artifact));
}

mkdirSync(join(ROOT, "artifacts"), { recursive: true });
const stale = readdirSync(join(ROOT, "artifacts"))
  .map((name) => `artifacts/${name}`)
  .filter((name) => !wanted.has(name));

if (process.argv.includes("--check")) check();
else write();

function render(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function write() {
  for (const name of stale) rmSync(join(ROOT, name));
  for (const [name, text] of wanted) writeFileSync(join(ROOT, name), text);
  console.log(`Wrote ${wanted.size} files`);
}

function check() {
  const problems = stale.map((name) => `${name}: no contract has this name`);
  for (const [name, text] of wanted) {
    const path = join(ROOT, name);
    if (!existsSync(path)) problems.push(`${name}: missing`);
    else if (readFileSync(path, "utf8") !== text) problems.push(`${name}: differs from what the sources compile to`);
  }
  if (problems.length === 0) {
    console.log(`${wanted.size} files are what the sources compile to`);
    return;
  }
  console.error(problems.map((problem) => `contracts/${problem}`).join("\n"));
  console.error("Run `npm run build` in contracts/ and commit the result.");
  process.exitCode = 1;
}
