// Where Pepay is: PEPAY_URL and PEPAY_API_KEY, or what a `pepay dev` beside us says in its dev.json.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const DEV = fileURLToPath(new URL('../../.pepay/dev.json', import.meta.url));

export async function settings() {
  const port = Number(process.env.PORT ?? 4000);
  const { PEPAY_URL: baseUrl, PEPAY_API_KEY: apiKey, PEPAY_DEV_JSON: file = DEV } = process.env;
  if (baseUrl && apiKey) return { baseUrl, apiKey, port };
  const dev = JSON.parse(await readFile(file, 'utf8').catch(() => {
    throw new Error(`no ${file}; start scripts/dev, or set PEPAY_URL and PEPAY_API_KEY`);
  }));
  return { baseUrl: dev.base_url, apiKey: dev.api_key, port };
}
