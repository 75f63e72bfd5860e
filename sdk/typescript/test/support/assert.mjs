// The few assertions of the tests that run in Node and in a browser.

export function ok(value, message = 'expected something true') {
  if (!value) throw new Error(message);
}

export function equal(actual, expected, message = '') {
  const [left, right] = [show(actual), show(expected)];
  if (left !== right) throw new Error(`${message}\n  actual:   ${left}\n  expected: ${right}`);
}

export async function rejects(promise, kind, fields = {}) {
  const error = await Promise.resolve(promise).then(
    (value) => ok(false, `expected ${kind?.name ?? 'a rejection'}, got ${show(value)}`),
    (reason) => reason,
  );
  return isError(error, kind, fields);
}

export function throws(run, kind, fields = {}) {
  let error;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  return isError(error, kind, fields);
}

function isError(error, kind, fields) {
  ok(error !== undefined, `expected ${kind.name}, and nothing was thrown`);
  ok(error instanceof kind, `expected ${kind.name}, got ${error?.name}: ${error?.message}`);
  for (const [name, value] of Object.entries(fields)) equal(error[name], value, `${name} of ${error.name}`);
  return error;
}

function show(value) {
  return JSON.stringify(value, (_, it) => {
    if (it === undefined) return '<undefined>';
    if (typeof it === 'bigint') return `${it}n`;
    const plain = it !== null && typeof it === 'object' && !Array.isArray(it);
    return plain ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1))) : it;
  });
}
