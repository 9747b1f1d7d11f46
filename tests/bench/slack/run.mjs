// The daemon and a small bot on @slack/bolt under the same load, in one run, as a table.
//
//   node run.mjs ANCHORD [BARE]     the programs to measure
//
// The daemon commits each event before it acknowledges it, and answers it: /sprint status of a team with an open
// sprint. The other bot only acknowledges. BARE (bare.c) commits, and sends the daemon's own answer without having
// made it: what is left for the daemon to be better at. Ratios within one run are what counts: another machine, or
// the same one while it is busy, gives other figures.

import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

const here = path.dirname(fileURLToPath(import.meta.url));
const anchord = path.resolve(process.argv[2] ?? 'build/bench/anchord');
const bare = process.argv[3] && path.resolve(process.argv[3]);
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

// What the daemon answers to one such command: the payload of its acknowledgement.
async function answerOf(bot) {
  const envelope = {
    envelope_id: 'one', type: 'slash_commands', accepts_response_payload: true,
    payload: { command: '/sprint', text: 'status', team_id: 'T0LOAD', channel_id: 'C0LOAD', user_id: 'U0USER', trigger_id: '1.2.sm-1' },
  };
  const said = {
    'auth.test': { team_id: 'T0LOAD', user_id: 'U0LOADBOT', bot_id: 'B0LOAD' },
    'apps.connections.open': { url: `ws://127.0.0.1:${port}/link` },
    'conversations.members': { members: ['U0USER'] },
  };
  const server = http.createServer((req, res) => { req.resume(); res.end(JSON.stringify({ ok: true, ...said[path.basename(req.url)] })); });
  await new Promise((r) => server.listen(port, '127.0.0.1', r));
  const sockets = new WebSocketServer({ server });
  const answered = new Promise((resolve) => sockets.on('connection', (ws) => {
    ws.on('message', (data) => resolve(JSON.parse(data).payload));
    ws.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
    ws.send(JSON.stringify(envelope));
  }));
  const env = { ...process.env, SLACK_APP_TOKEN: 'xapp-1-load', SLACK_BOT_TOKEN: 'xoxb-load' };
  const child = spawn(bot[0], bot.slice(1), { stdio: ['ignore', 'inherit', 'inherit'], env });
  const gone = new Promise((r) => child.once('exit', r));
  const payload = await Promise.race([answered, gone.then(() => Promise.reject(new Error('the daemon ended')))]);
  child.kill();
  await gone;
  server.closeAllConnections();
  await new Promise((r) => server.close(r));
  return payload;
}

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
let c = null;
if (bare) {
  seed();
  fs.writeFileSync(path.join(folder, 'answer'), JSON.stringify(await answerOf(daemon)));
  c = await load([...status, '--restarts', '1'], [bare, path.join(folder, 'bare.db'), path.join(folder, 'answer')]);
}
const views = ['--command', '/sprint', '--count', '40', '--warmup', '0', '--windows', '1', '--text', 'checkin']; // within what Slack allows a minute
seed();
const av = await load(views, daemon);
const bv = await load(views, [...peer, 'view']);

const run = (r, w) => r.runs.find((x) => x.window === w);
const mb = (kb) => (kb / 1024).toFixed(1);
function row(name, aim, figure) {
  const [x, y, z] = [a, b, c].map((r) => r && figure(r));
  return [name, x, y, (x / y).toFixed(2), aim, z];
}
const rows = [
  ['', 'anchord', 'bolt', 'ratio', 'aim', 'bare'],
  row('at 64: envelopes/s', '>= 3', (r) => Math.round(run(r, 64).per_s)),
  row('at 64: ack p99 ms', '<= 1', (r) => run(r, 64).ack_ms.p99),
  row('at 64: cpu us/envelope', '<= 0.25', (r) => run(r, 64).bot_us_per_envelope),
  row('at 1: envelopes/s', '', (r) => Math.round(run(r, 1).per_s)),
  [`at 1: ack p99 ms, less fsync's ${sync.toFixed(2)}`, run(a, 1).ack_ms.p99, run(b, 1).ack_ms.p99, (run(a, 1).ack_ms.p99 - run(b, 1).ack_ms.p99 - sync).toFixed(2), '<= 0', c && run(c, 1).ack_ms.p99],
  ['idle: resident MB', mb(a.idle.rss_kb), mb(b.idle.rss_kb), (a.idle.rss_kb / b.idle.rss_kb).toFixed(3), '<= 0.167'],
  ['idle: proportional MB', mb(a.idle.pss_kb), mb(b.idle.pss_kb), (a.idle.pss_kb / b.idle.pss_kb).toFixed(3), ''],
  ['after load: resident MB', mb(a.end.rss_kb), mb(b.end.rss_kb), (a.end.rss_kb / b.end.rss_kb).toFixed(3), '<= 0.1'],
  ['after load: proportional MB', mb(a.end.pss_kb), mb(b.end.pss_kb), (a.end.pss_kb / b.end.pss_kb).toFixed(3), ''],
  ['start to connected ms', a.startup_ms, b.startup_ms, (a.startup_ms / b.startup_ms).toFixed(3), '<= 0.1'],
  ['command to views.open, median ms', av.runs[0].e2e_ms?.p50, bv.runs[0].e2e_ms?.p50, ((av.runs[0].e2e_ms?.p50 ?? NaN) / bv.runs[0].e2e_ms?.p50).toFixed(2), '<= 1'],
  ['command to views.open, p99 ms', av.runs[0].e2e_ms?.p99, bv.runs[0].e2e_ms?.p99, ((av.runs[0].e2e_ms?.p99 ?? NaN) / bv.runs[0].e2e_ms?.p99).toFixed(2), '<= 1'],
];
for (const r of rows) console.log(`${String(r[0]).padEnd(38)}${r.slice(1).map((x) => String(x ?? '-').padStart(12)).join('')}`);
for (const [name, r] of [['anchord', a], ...(c ? [['bare', c]] : []), ['bolt', b], ['anchord, views', av], ['bolt, views', bv]])
  if (r.code !== 0) { console.log(`${name}: not every envelope was acknowledged`); process.exitCode = 1; }
if (a.counters.ack_payload < 2 * count) { console.log('anchord: not every command was answered in its ack'); process.exitCode = 1; }
