// Donations: a static page whose form becomes a payment link, and a sum that is asked of Pepay itself. No webhook, no
// database, no script in the page.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { Pepay } from 'pepay';

const CUSTOMER = 'donations'; // What the invoices of this page have in common.
const MAX_BODY = 1_000; // Bytes; the form has one field.

const file = process.env.PEPAY_DEV_JSON ?? fileURLToPath(new URL('../../.pepay/dev.json', import.meta.url));
const dev = process.env.PEPAY_URL ? {} : JSON.parse(await readFile(file, 'utf8'));
const pepay = new Pepay({ baseUrl: process.env.PEPAY_URL ?? dev.base_url, apiKey: process.env.PEPAY_API_KEY ?? dev.api_key });

async function page(response) {
  const { totals } = await pepay.invoices.totals({ customer_id: CUSTOMER });
  const text = await readFile(new URL('public/index.html', import.meta.url), 'utf8');
  const raised = `$${totals.paid.amount_decimal.slice(0, -1)} from ${totals.paid.count} people`;
  response.setHeader('content-security-policy', "default-src 'none'; style-src 'self'; form-action *");
  response.setHeader('content-type', 'text/html; charset=utf-8').end(text.replace('{{raised}}', raised));
}

async function donate(request, response) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_BODY) return response.writeHead(413).end();
  }
  const usd = Number(new URLSearchParams(body).get('usd'));
  if (!(usd >= 1 && usd <= 10_000)) return response.writeHead(400).end('Give from 1 to 10 000 dollars.');
  const amount_usd = Math.round(usd * 100) / 100;
  const invoice = await pepay.invoices.create({ amount_usd, customer_id: CUSTOMER, invoice_title: 'A donation' });
  return response.writeHead(303, { location: invoice.payment_url }).end();
}

const server = createServer(async (request, response) => {
  try {
    if (request.method === 'POST' && request.url === '/donate') return await donate(request, response);
    if (request.url === '/') return await page(response);
    if (request.url !== '/donate.css') return response.writeHead(404).end();
    return response.setHeader('content-type', 'text/css').end(await readFile(new URL('public/donate.css', import.meta.url)));
  } catch (error) {
    console.error(error);
    return response.writeHead(502).end('Try again in a minute.');
  }
});
server.listen(Number(process.env.PORT ?? 4001), '127.0.0.1', () => {
  console.log(`Donations are taken: http://localhost:${server.address().port}`);
});
