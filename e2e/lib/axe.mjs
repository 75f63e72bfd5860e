// axe-core in a page whose policy admits no foreign script: it runs in a world of its own.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** No serious or critical fault that axe can find. */
export async function assertAccessible(page, where) {
  const client = await page.context().newCDPSession(page);
  const { frameTree } = await client.send('Page.getFrameTree');
  const world = { frameId: frameTree.frame.id, worldName: 'axe' };
  const { executionContextId: contextId } = await client.send('Page.createIsolatedWorld', world);
  await client.send('Runtime.evaluate', { expression: await source, contextId });
  const expression = 'axe.run(document).then((found) => JSON.stringify(found.violations))';
  const { result } = await client.send('Runtime.evaluate', { expression, contextId, awaitPromise: true });
  await client.detach();
  const grave = JSON.parse(result.value).filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const said = grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  assert.deepEqual(said, [], where);
}
