// The package as strangers get it: its types, its size, what is in it, and that a fresh project can use it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { GENERATED, generate } from '../scripts/generate.mjs';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const BROWSER_BYTES = 12 * 1024;
const VERIFIER_BYTES = 2 * 1024;
const LIMIT = { timeout: 120_000 };

let project;
let contents;

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'pepay-sdk-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
    cwd: PACKAGE,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  [contents] = JSON.parse(packed);
  await writeFile(join(project, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }\n');
  execFileSync(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', '--silent', join(project, contents.filename)],
    { cwd: project },
  );
});

after(() => rm(project, { recursive: true, force: true }));

const size = async (text) => {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: project },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return { text: outputFiles[0].text, bytes: gzipSync(outputFiles[0].contents, { level: 9 }).length };
};

test('the generated types are those of the committed description', LIMIT, async () => {
  assert.equal(await readFile(GENERATED, 'utf8'), await generate(), 'out of date; run: npm run generate');
});

test('the browser part is small', LIMIT, async (t) => {
  const { bytes } = await size("export * from 'pepay';");
  t.diagnostic(`everything: ${bytes} bytes, minified and compressed; the limit is ${BROWSER_BYTES}`);
  assert.ok(bytes <= BROWSER_BYTES, `${bytes} bytes`);
  const [, promised] = /less than (\d+) KB in a browser/.exec(await readFile(join(PACKAGE, 'README.md'), 'utf8'));
  assert.ok(bytes < promised * 1000, `${bytes} bytes are not what the README says`);
});

test('what is not used is left out', LIMIT, async (t) => {
  const { text, bytes } = await size("export { createWebhookVerifier } from 'pepay';");
  t.diagnostic(`the webhook verifier alone: ${bytes} bytes`);
  assert.ok(bytes <= VERIFIER_BYTES, `${bytes} bytes`);
  assert.equal(text.includes('/api/v1'), false);
});

test('the package has what it should, and nothing else', LIMIT, (t) => {
  const paths = contents.files.map(({ path }) => path).sort();
  t.diagnostic(`${paths.length} files, ${contents.size} bytes packed, ${contents.unpackedSize} unpacked`);
  for (const path of paths) t.diagnostic(path);
  const others = paths.filter((path) => !/^dist\/(esm|cjs)\/[a-z/-]+\.(js|d\.ts)$/.test(path));
  assert.deepEqual(others, [
    'README.md',
    'dist/cjs/package.json',
    'dist/licenses/LICENSE-APACHE',
    'dist/licenses/LICENSE-MIT',
    'package.json',
  ]);
});

test('it depends on nothing', LIMIT, async () => {
  const manifest = JSON.parse(await readFile(join(project, 'node_modules/pepay/package.json'), 'utf8'));
  assert.deepEqual(
    [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies],
    [undefined, undefined, undefined],
  );
  assert.equal(manifest.license, 'MIT OR Apache-2.0');
});

test('its types hold under strict compilers: with and without DOM, as ES module and as CommonJS', LIMIT, async () => {
  await mkdir(join(project, 'node_modules/@types'), { recursive: true });
  for (const name of ['node_modules/@types/node', 'node_modules/undici-types'])
    await symlink(join(PACKAGE, name), join(project, name));
  const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  assert.ok(blocks.length >= 6);
  await writeFile(join(project, 'readme.ts'), blocks.join('\n'));
  for (const [from, to] of [
    ['usage.ts', 'usage.ts'],
    ['usage.ts', 'usage.cts'],
    ['node.ts', 'node.ts'],
    ['node.ts', 'node.cts'],
  ]) {
    await copyFile(join(PACKAGE, 'test/types', from), join(project, to));
  }
  const [dom, node] = [
    { lib: ['es2022', 'dom', 'dom.iterable'], types: [] },
    { lib: ['es2022'], types: ['node'] },
  ];
  const [nodenext, bundler] = [
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'esnext', moduleResolution: 'bundler' },
  ];
  await compile(['usage.ts', 'usage.cts'], { ...nodenext, ...dom });
  await compile(['node.ts', 'node.cts', 'readme.ts'], { ...nodenext, ...node });
  await compile(['usage.ts'], { ...bundler, ...dom });
});

async function compile(files, options) {
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  const compilerOptions = { ...strict, noEmit: true, skipDefaultLibCheck: true, target: 'es2022', ...options };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  try {
    execFileSync(process.execPath, [TSC, '--project', project], { stdio: 'pipe' });
  } catch (error) {
    assert.fail(`${files} ${JSON.stringify(options)}\n${error.stdout}`);
  }
}

test('every public name is documented', LIMIT, () => {
  const documented = execFileSync(process.execPath, [
    join(PACKAGE, 'test/support/undocumented.mjs'),
    join(project, 'node_modules/pepay/dist/esm/index.d.ts'),
  ]);
  assert.equal(documented.toString(), '');
});

test('it is required and imported by name, with the same surface', LIMIT, () => {
  const run = (...args) => execFileSync(process.execPath, args, { cwd: project }).toString().trim();
  const required = run('--input-type=commonjs', '-e', "console.log(Object.keys(require('pepay')).sort().join())");
  const imported = run('--input-type=module', '-e', "console.log(Object.keys(await import('pepay')).sort().join())");
  assert.equal(required, imported);
  assert.ok(imported.includes('Pepay,') && imported.includes('createWebhookVerifier'));
});
