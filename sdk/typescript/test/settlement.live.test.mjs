// Settlement, which only the dashboard's token opens, against the real program.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as sdk from '../dist/esm/index.js';
import { dev, merchant } from './support/live.mjs';

test('the settlement token is read, chosen and reset, with the dashboard token only', { timeout: 60_000 }, async () => {
  await assert.rejects(
    merchant().settlement.getPreferences(),
    (error) => error instanceof sdk.PepayAuthenticationError && error.code === 'CREDENTIAL_REQUIRED',
  );
  const { email, password } = dev.dashboard;
  const answer = await fetch(`${dev.base_url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const { access_token: bearerToken } = await answer.json();
  const { settlement } = merchant().withAuth({ bearerToken });
  const before = await settlement.getPreferences();
  assert.match(before.settlement_preference, /^(stables_only|stables_preferred|tokens)$/);
  const [stable] = before.available_stable_tokens;
  assert.equal(
    (await settlement.updateSettlementToken({ settlement_token_id: stable.id })).settlement_token.id,
    stable.id,
  );
  assert.equal((await settlement.getPreferences()).selected_settlement_token.id, stable.id);
  assert.equal((await settlement.updateSettlementToken({ settlement_token_id: null })).success, true);
  await assert.rejects(
    settlement.updateSettlementToken({ settlement_token_id: 999_999_999 }),
    sdk.PepayValidationError,
  );
});
