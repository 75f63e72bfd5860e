// Writes src/generated/openapi.ts from the committed description of the API.
//
//   npm run generate

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import openapiTS, { astToString } from 'openapi-typescript';

const DESCRIPTION = new URL('../../../openapi/openapi.json', import.meta.url);
export const GENERATED = new URL('../src/generated/openapi.ts', import.meta.url);
const HEAD = '// Generated from openapi/openapi.json by `npm run generate`; do not edit.\n\n';

/** The text that the generated file should have. */
export async function generate() {
  const description = JSON.parse(await readFile(DESCRIPTION, 'utf8'));
  // A free-form object is `Record<string, unknown>`, not the empty one; a field with a default may be left out.
  return HEAD + astToString(await openapiTS(description, { emptyObjectsUnknown: true, defaultNonNullable: false }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(GENERATED, await generate());
