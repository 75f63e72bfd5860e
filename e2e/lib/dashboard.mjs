// What people do on the dashboard, and what the tests look for there.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

export const PASSWORD = 'a long enough sentence';
export const wide = { viewport: { width: 1280, height: 900 } };
const WAIT_MS = 30_000;

export const button = (page, name) => page.getByRole('button', { name });
export const heading = (page, name) => page.getByRole('heading', { name }).first().waitFor();

export async function signIn(page, dev, { email, password }, path = '/dashboard') {
  await page.goto(`${dev.url}/dashboard/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await button(page, 'Sign in').click();
  await page.waitForURL((url) => ['/dashboard', '/operator'].includes(url.pathname));
  if (path !== '/dashboard') await page.goto(dev.url + path);
}

export async function signUp(page, dev, company, email) {
  await page.goto(`${dev.url}/dashboard/sign-up`);
  await page.getByLabel('Company name').fill(company);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await button(page, 'Create account').click();
  await heading(page, 'Get started');
}

/** Adds a wallet on a network and makes it the one that money goes to. */
export async function addWallet(page, dev, network) {
  await page.goto(`${dev.url}/dashboard/settlement`);
  await page.getByLabel('Network').selectOption(network);
  await page.getByLabel('Address').fill('0x70997970C51812dc3A010C7d01b50e0d17dc79C8');
  await button(page, 'Add wallet').click();
  await page.getByText('The wallet is added').waitFor();
  await page.locator('summary', { hasText: 'Activate' }).click();
  await button(page, 'Yes, activate it').click();
  await page.getByText('The wallet is active').waitFor();
}

/** Makes a key by clicking, and gives it. */
export async function makeKey(page, dev) {
  await page.goto(`${dev.url}/dashboard/keys`);
  await page.getByLabel('Name').fill('Web server');
  await button(page, 'Create test key').click();
  const key = await page.locator('#key').textContent();
  assert.match(key, /^sk_test_[0-9A-Za-z]{38}$/);
  return key;
}

/** A merchant's server that keeps what it is sent; answer is what it says, status() how. */
export async function receiver(answer = 'thank you', status = () => 200) {
  const taken = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => { body += data; });
    request.on('end', () => {
      taken.push({ headers: request.headers, body, event: JSON.parse(body) });
      response.statusCode = status();
      response.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { taken, url: `http://127.0.0.1:${server.address().port}/hook`, close: () => server.close() };
}

export async function until(holds, what = 'it') {
  for (const last = Date.now() + WAIT_MS; !(await holds()); await new Promise((go) => { setTimeout(go, 50); })) {
    assert.ok(Date.now() < last, `${what} did not come to be`);
  }
}

/** Loads a page until it shows something. */
export async function shown(page, url, what) {
  await until(async () => {
    await page.goto(url);
    return (await what().count()) > 0;
  }, url);
}
