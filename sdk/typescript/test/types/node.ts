// Compiled and never run: a Node program, which knows no DOM.

import { createServer } from 'node:http';

import { createWebhookVerifier, Pepay } from 'pepay';

const pepay = new Pepay({ baseUrl: 'https://pay.example', apiKey: process.env.PEPAY_API_KEY });
const verifier = createWebhookVerifier({ secrets: [process.env.PEPAY_WEBHOOK_SECRET ?? ''] });

createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { valid, event } = await verifier.verify({ rawBody: Buffer.concat(chunks), headers: request.headers });
  response.writeHead(valid ? 204 : 400).end();
  if (event?.type === 'invoice.updated') await pepay.invoices.retrieve(event.data.object.id);
}).listen(3000);
