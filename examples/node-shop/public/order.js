// The page of an order: shows the checkout, and asks the shop (not the checkout) whether the order is paid.

const place = document.querySelector('#checkout');
const status = document.querySelector('#status');
const { order, session, signature } = place.dataset;

async function refresh() {
  const response = await fetch(`/orders/${order}/status`);
  const { status: now } = await response.json();
  status.textContent = `Order ${order} is ${now}`;
  return now;
}

const checkout = Pepay.checkout({ sessionToken: session, signature });
// The checkout may know a moment before the shop does.
checkout.on('paid', async () => {
  while ((await refresh()) !== 'paid') await new Promise((done) => { setTimeout(done, 500); });
});
checkout.on('expired', refresh);
if ((await refresh()) !== 'paid') checkout.mount(place);
