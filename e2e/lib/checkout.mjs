// What a payor does on the checkout, and what the tests look for there.

const LABELS = { base: 'Base', bsc: 'BNB Smart Chain' };

export const label = (token) => `${token.symbol} on ${LABELS[token.network] ?? token.network}`;
export const choice = (page, token) => page.getByRole('button', { name: `Pay with ${label(token)}` });
export const choose = (page, token) => choice(page, token).click();
export const faucet = (page) => page.getByRole('button', { name: 'Pay from the devnet faucet' });
export const heading = (page, name) => page.getByRole('heading', { name }).waitFor();
export const detail = (page, text) => page.locator('[data-f=detail]').filter({ hasText: text }).waitFor();

/** Waits for an offer and gives what it asks for. */
export async function offered(page) {
  await page.locator('[data-f=waiting]').waitFor();
  return {
    amount: await page.locator('[data-f=amount]').textContent(),
    address: await page.locator('[data-f=address]').textContent(),
    link: await page.locator('[data-f=wallet]').getAttribute('href'),
  };
}

/** Presses Tab until an element has the focus. */
export async function tabTo(page, element, steps = 30) {
  for (let step = 0; step < steps; step += 1) {
    if (await element.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${element} is not reached within ${steps} steps`);
}
