// A merchant's own site on another origin, under a strict policy of its own, with the checkout embedded.

import { createServer } from 'node:http';
import { once } from 'node:events';

const PAGE = (pepay) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title><meta name="viewport" content="width=device-width">
<script src="${pepay}/pepay.js"></script><script type="module" src="/shop.js"></script></head>
<body><main><h1>Shop</h1><button id="open">Pay now</button><div id="here"></div></main></body></html>`;

// What a merchant would write, and a record of all that was heard.
const SCRIPT = `
const { mode, ...options } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
globalThis.heard = [];
const checkout = Pepay.checkout(options);
for (const event of ['ready', 'resize', 'payment_detected', 'paid', 'expired', 'closed', 'error']) {
  checkout.on(event, (detail) => heard.push(detail));
}
globalThis.checkout = checkout;
if (mode === 'mount') checkout.mount('#here');
else document.querySelector('#open').addEventListener('click', () => checkout.open());
`;

/** Serves the shop for the checkout at pepay; url() is where a payor finds it, under a host name of choice. */
export async function openShop(pepay) {
  const server = createServer((request, response) => {
    const script = request.url === '/shop.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', `default-src 'none'; script-src 'self' ${pepay}; frame-src ${pepay}`);
    if (request.url === '/favicon.ico') response.statusCode = 204;
    response.end(request.url === '/favicon.ico' ? undefined : script ? SCRIPT : PAGE(pepay));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return {
    origin: (host = 'localhost') => `http://${host}:${port}`,
    url: (options, host = 'localhost') => `http://${host}:${port}/#${encodeURIComponent(JSON.stringify(options))}`,
    close: () => new Promise((done) => { server.close(done); }),
  };
}
