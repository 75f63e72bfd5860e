// A PostgreSQL database with Pepay's tables in it, for the blocks about backups.

import { execFileSync } from 'node:child_process';

import { program } from '../e2e/lib/dev.mjs';

/** Null without a server to make it on. */
export async function database(server) {
  if (!server) return null;
  const name = `guide_${process.pid}_${Date.now()}`;
  const url = new URL(server);
  const psql = (sql) => execFileSync('psql', ['--quiet', '--no-psqlrc', '--dbname', server, '--command', sql]);
  const drop = () => psql(`DROP DATABASE ${name} WITH (FORCE)`);
  psql(`CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  try {
    execFileSync(program(), ['migrate'], { env: { ...process.env, PEPAY__DATABASE__URL: url.href } });
  } catch (error) {
    drop();
    throw error;
  }
  return { url: url.href, drop };
}
