// Builds dist/: ES modules with types as the compiler writes them, one CommonJS file, and the licences.
//
//   npm run build

import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');

process.chdir(PACKAGE);
await rm('dist', { recursive: true, force: true });
execFileSync(process.execPath, [TSC, '--project', 'tsconfig.json'], { stdio: 'inherit' });
await build({
  entryPoints: ['src/index.ts'],
  outfile: 'dist/cjs/index.js',
  bundle: true,
  format: 'cjs',
  platform: 'neutral',
  target: 'es2022',
  logLevel: 'warning',
});
// The same declarations, read as CommonJS because of the package.json beside them.
await cp('dist/esm', 'dist/cjs', { recursive: true, filter: (path) => !path.endsWith('.js') });
await writeFile('dist/cjs/package.json', '{ "type": "commonjs" }\n');
await mkdir('dist/licenses');
for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) await copyFile(`../../${name}`, `dist/licenses/${name}`);
