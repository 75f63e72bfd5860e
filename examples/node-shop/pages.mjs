// The two pages. The session of an invoice may be in a page; the key never is.

const shell = (title, head, body) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="/shop.css">${head}</head><body><main>${body}</main></body></html>`;

const escaped = (text) => String(text).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

export const front = (products) => shell('Node shop', '', `<h1>Node shop</h1>
${products.map(({ id, name, usd }) => `<form method="post" action="/orders"><h2>${escaped(name)}</h2>
<button name="product" value="${escaped(id)}">Buy for $${usd.toFixed(2)}</button></form>`).join('\n')}`);

export const confirmation = ({ id, product, status, invoice }, pepay) => shell(
  `Order of a ${escaped(product.name)}`,
  `<script src="${escaped(pepay)}/pepay.js"></script><script type="module" src="/order.js"></script>`,
  `<h1>${escaped(product.name)}</h1><p role="status" id="status">Order ${escaped(id)} is ${escaped(status)}</p>
<div id="checkout" data-order="${escaped(id)}" data-session="${escaped(invoice.session_token)}" data-signature="${escaped(invoice.signature)}"></div>`,
);
