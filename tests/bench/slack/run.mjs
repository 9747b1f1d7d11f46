// The daemon and a small bot on @slack/bolt under the same load, in one run, as a table.
//
//   node run.mjs ANCHORD     ANCHORD: the program to measure
//
// The daemon commits each event before it acknowledges it, and answers it: /sprint status of a team with an open
// sprint. The other bot only acknowledges. Ratios within one run are what counts: another machine, or the same one
// while it is busy, gives other figures.

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const anchord = path.resolve(process.argv[2] ?? 'build/bench/anchord');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anchord-bench-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

// A team with an open sprint in the channel that the generator speaks from; "today" is the machine's.
function seed() {
  for (const f of fs.readdirSync(folder)) fs.rmSync(path.join(folder, f)); // each run's triggers are counted from one
  const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
  const lines = [
    ':as U0USER', ':in C0LOAD',
    '/sprint setup\\', 'name: West\\', 'timezone: UTC',
    '/okr objective\\', 'objective: Build the pipeline that carries the year\\', `period: This quarter, ${day(-40)} - ${day(50)}`,
    '/okr kr Increase qualified B2B pipeline from $20M to $30M',
    '/okr update 1 $21.2M confidence 4',
    '/sprint open\\', 'trigger: KR at Risk\\',
    'situation: Qualified pipeline stands at $21.2M against a $30M target\\', 'anchor: 1\\', `window: ${day(0)} - ${day(14)}\\`,
    'objective: Restore qualified pipeline momentum before the mid-review\\',
    'kr: Increase ICP meeting acceptance rate from 22% to 35%\\',
    'kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\\',
    'kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days',
    ':quit', ''];
  execFileSync(anchord, ['console', '--db', path.join(folder, 'anchord.db'), '--plain'], { input: lines.join('\n'), stdio: ['pipe', 'ignore', 'inherit'] });
  fs.writeFileSync(path.join(folder, 'anchord.yaml'), [
    `store: sqlite:${folder}/anchord.db`, 'log: {level: error}', 'workspaces:',
    '  - name: console', '    platform: slack', '    app_token: ${SLACK_APP_TOKEN}', '    bot_token: ${SLACK_BOT_TOKEN}',
    `    api_url: http://127.0.0.1:${port}/api/`, ''].join('\n'), { mode: 0o600 });
}

function load(args, bot) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(here, 'load.mjs'), '--port', String(port), ...args, '--', ...bot], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (s) => { out += s; });
    child.on('close', (code) => { try { resolve({ code, ...JSON.parse(out.trim().split('\n').pop()) }); } catch (e) { reject(new Error(`the generator ended with ${code}: ${out.slice(0, 300)}`)); } });
  });
}

const port = await new Promise((r) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port: p } = s.address(); s.close(() => r(p)); }); });
const count = process.env.COUNT ?? '20000';
const daemon = [anchord, 'run', '-c', path.join(folder, 'anchord.yaml')];
const peer = [process.execPath, path.join(here, 'bolt.mjs')];

function fsyncMs() {
  const file = path.join(folder, 'sync');
  const fd = fs.openSync(file, 'w');
  const times = [];
  for (let i = 0; i < 200; i++) {
    const t = process.hrtime.bigint();
    fs.writeSync(fd, Buffer.alloc(4096), 0, 4096, i * 4096);
    fs.fdatasyncSync(fd);
    times.push(Number(process.hrtime.bigint() - t) / 1e6);
  }
  fs.closeSync(fd);
  times.sort((a, b) => a - b);
  return times[198];
}

seed();
const sync = fsyncMs();
const status = ['--command', '/sprint', '--text', 'status', '--count', count, '--restarts', '5'];
const a = await load(status, daemon);
const b = await load(status, peer);
const views = ['--command', '/sprint', '--count', '40', '--warmup', '0', '--windows', '1', '--text', 'checkin']; // within what Slack allows a minute
seed();
const av = await load(views, daemon);
const bv = await load(views, [...peer, 'view']);

const run = (r, w) => r.runs.find((x) => x.window === w);
const mb = (kb) => (kb / 1024).toFixed(1);
const rows = [
  ['', 'anchord', 'bolt', 'ratio', 'aim'],
  ['at 64: envelopes/s', run(a, 64).per_s.toFixed(0), run(b, 64).per_s.toFixed(0), (run(a, 64).per_s / run(b, 64).per_s).toFixed(2), '>= 3'],
  ['at 64: ack p99 ms', run(a, 64).ack_ms.p99, run(b, 64).ack_ms.p99, (run(a, 64).ack_ms.p99 / run(b, 64).ack_ms.p99).toFixed(2), '<= 1'],
  ['at 64: cpu us/envelope', run(a, 64).bot_us_per_envelope, run(b, 64).bot_us_per_envelope, (run(a, 64).bot_us_per_envelope / run(b, 64).bot_us_per_envelope).toFixed(2), '<= 0.25'],
  ['at 1: envelopes/s', run(a, 1).per_s.toFixed(0), run(b, 1).per_s.toFixed(0), (run(a, 1).per_s / run(b, 1).per_s).toFixed(2), ''],
  [`at 1: ack p99 ms (fsync p99 ${sync.toFixed(2)})`, run(a, 1).ack_ms.p99, run(b, 1).ack_ms.p99, (run(a, 1).ack_ms.p99 - run(b, 1).ack_ms.p99 - sync).toFixed(2), '<= 0 (difference - fsync)'],
  ['idle: resident MB', mb(a.idle.rss_kb), mb(b.idle.rss_kb), (a.idle.rss_kb / b.idle.rss_kb).toFixed(3), '<= 0.167'],
  ['idle: proportional MB', mb(a.idle.pss_kb), mb(b.idle.pss_kb), (a.idle.pss_kb / b.idle.pss_kb).toFixed(3), ''],
  ['after load: resident MB', mb(a.end.rss_kb), mb(b.end.rss_kb), (a.end.rss_kb / b.end.rss_kb).toFixed(3), '<= 0.1'],
  ['after load: proportional MB', mb(a.end.pss_kb), mb(b.end.pss_kb), (a.end.pss_kb / b.end.pss_kb).toFixed(3), ''],
  ['start to connected ms', a.startup_ms, b.startup_ms, (a.startup_ms / b.startup_ms).toFixed(3), '<= 0.1'],
  ['command to views.open, median ms', av.runs[0].e2e_ms?.p50, bv.runs[0].e2e_ms?.p50, ((av.runs[0].e2e_ms?.p50 ?? NaN) / bv.runs[0].e2e_ms?.p50).toFixed(2), '<= 1'],
  ['command to views.open, p99 ms', av.runs[0].e2e_ms?.p99, bv.runs[0].e2e_ms?.p99, ((av.runs[0].e2e_ms?.p99 ?? NaN) / bv.runs[0].e2e_ms?.p99).toFixed(2), '<= 1'],
];
for (const r of rows) console.log(`${String(r[0]).padEnd(38)}${r.slice(1).map((x) => String(x ?? '-').padStart(12)).join('')}`);
for (const [name, r] of [['anchord', a], ['bolt', b], ['anchord, views', av], ['bolt, views', bv]])
  if (r.code !== 0) { console.log(`${name}: not every envelope was acknowledged`); process.exitCode = 1; }
if (a.counters.ack_payload < 2 * count) { console.log('anchord: not every command was answered in its ack'); process.exitCode = 1; }
