// What the chaos programs share: their arguments, chance that comes in the same order each time, a store looked at as a
// crash left it, and the table that they print.

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };
export { chances } from '../e2e/slack.mjs';

// [COUNT] [--seed N]
export function options(usual, argv = process.argv.slice(2)) {
  const at = argv.indexOf('--seed');
  const [seed] = at < 0 ? [usual.seed] : argv.splice(at, 2).slice(1).map(Number);
  const count = argv.length ? Number(argv[0]) : usual.count;
  if (argv.length > 1 || !Number.isInteger(seed) || !Number.isInteger(count) || count < 1) {
    console.error('usage: [COUNT] [--seed NUMBER]');
    process.exit(2);
  }
  return { count, seed };
}

// Waits until it is so, and returns what `test` returned, at once or later.
export async function comes(what, test, ms = 300000) {
  const until = performance.now() + ms;
  for (;;) {
    const got = await test();
    if (got) return got;
    if (performance.now() > until) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(50);
  }
}

// Another command while the daemon is dead: its words are none of the daemon's log.
async function ask(daemon, args) {
  const { log } = daemon;
  const answer = await daemon.command(args);
  daemon.log = log;
  return answer;
}

// The store as it lies there, judged on a copy, so that its recovery stays the daemon's: what `anchord verify` finds
// wrong ("" for nothing), and all that `anchord export` gives. Null where there is no store yet.
export async function autopsy(daemon, { all = true } = {}) {
  const { folder } = daemon.stage;
  const files = fs.readdirSync(folder).filter((f) => /^anchord\.db(-wal)?$/.test(f));
  if (!files.includes('anchord.db')) return null;
  const table = fs.mkdtempSync(path.join(folder, 'copy-'));
  for (const f of files) fs.copyFileSync(path.join(folder, f), path.join(table, f));
  const db = path.join(table, 'anchord.db');
  const verified = await ask(daemon, ['verify', db]);
  const books = path.join(table, 'books.json');
  const exported = all && (await ask(daemon, ['export', '--db', db, '--format', 'json', '-o', books]));
  if (all && exported.code !== 0) throw new Error(`anchord export: ${exported.out}`);
  const found = all ? JSON.parse(fs.readFileSync(books, 'utf8')) : null;
  fs.rmSync(table, { recursive: true });
  return { wrong: verified.code === 0 ? '' : verified.out, books: found };
}

// Counts, each with what it counts.
export function print(title, rows) {
  const width = Math.max(...rows.map(([, n]) => String(n).length));
  console.log([title, ...rows.map(([what, n]) => `  ${String(n).padStart(width)}  ${what}`)].join('\n'));
}
