#!/usr/bin/env node
// Socket Mode load generator: a small Slack stand-in made to measure a bot, not to judge it.
//
//   node socketmode-load.mjs [options] -- BOT [ARG...]   spawn BOT, wait for its websocket, load it, print one JSON line
//   node socketmode-load.mjs --port 7800 [options]       wait for a bot that is started elsewhere
//
// The spawned bot gets SLACK_API_URL, SLACK_BOT_TOKEN and SLACK_APP_TOKEN in its environment, and every
// {API} in its arguments is replaced by the API base URL (ends in /api/).
//
//   --text T        what stands behind a slash command (its mark, sm-<n>)
//   --count N       envelopes per window (20000)         --type T      slash_commands | events_api | interactive
//   --windows A,B   outstanding envelopes (1,64)                       | view_submission | mixed (slash_commands)
//   --warmup N      unmeasured envelopes first (500)     --command C   slash command sent (/bench)
//   --port N        0 = any (0)                          --pad N       add N bytes to every payload (0)
//   --idle-ms N     wait before reading idle memory (2000)  --ping-ms N  websocket ping period, 0 = none (10000)
//   --drain-ms N    at most this long for late Web API calls to stop (10000)   --pid N  bot's pid where not spawned here
//   --timeout-ms N  give up on one envelope (30000)      --tls-cert F --tls-key F   serve https and wss
//   --connections N websockets to wait for, envelopes go round-robin (1)
//   --restarts N    with BOT: start it N times in all, report the median time to connected (1)
//   --reconnect 1   at the end, time a reconnect after a disconnect envelope, and after the socket is cut
//   --record F      append every Web API, response_url and upload call to F, one JSON line each: method, content_type, args
//
// Needs the npm package `ws`, found from the current directory, this file's folder or NODE_PATH.
// A payload carries the mark sm-<n> in its trigger_id, text and response_url: where a Web API call brings the
// mark back, the time from envelope to that call is reported as e2e_ms.

import http from 'node:http';
import https from 'node:https';
import fs from 'node:fs';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const { WebSocketServer } = findWs();
function findWs() {
  for (const base of [import.meta.url, process.cwd() + '/x.js']) {
    try { return createRequire(base)('ws'); } catch (e) { if (e.code !== 'MODULE_NOT_FOUND') throw e; }
  }
  console.error('socketmode-load: the npm package ws was not found (npm i ws here, or set NODE_PATH)');
  process.exit(2);
}

// ---- options
const opt = {
  count: 20000, windows: '1,64', warmup: 500, port: 0, type: 'slash_commands', command: '/bench', text: '', pad: 0, connections: 1,
  'idle-ms': 2000, 'ping-ms': 10000, 'drain-ms': 10000, 'timeout-ms': 30000, pid: 0, restarts: 1, reconnect: 0, record: '', 'tls-cert': '', 'tls-key': '', label: '',
};
const argv = process.argv.slice(2);
let bot = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--') { bot = argv.slice(i + 1); break; }
  const k = argv[i].replace(/^--/, '');
  if (!(k in opt) || i + 1 >= argv.length) { console.error(`socketmode-load: unknown or incomplete option ${argv[i]}`); process.exit(2); }
  opt[k] = typeof opt[k] === 'number' ? Number(argv[++i]) : argv[++i];
}

// ---- small helpers
const now = () => performance.now();
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const round = (x) => Math.round(x * 1000) / 1000;
const median = (a) => { const s = [...a].sort((x, y) => x - y); return s.length ? s[s.length >> 1] : null; };
function stats(samples) {
  if (!samples.length) return null;
  const s = Float64Array.from(samples).sort();
  const q = (p) => round(s[Math.min(s.length - 1, Math.ceil(p * s.length) - 1)]);
  let sum = 0; for (const v of s) sum += v;
  return { n: s.length, mean: round(sum / s.length), p50: q(0.5), p90: q(0.9), p99: q(0.99), p999: q(0.999), max: round(s[s.length - 1]) };
}
function procInfo(pid) {
  try {
    const st = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    const kb = (k) => Number((st.match(new RegExp(`^${k}:\\s+(\\d+)`, 'm')) || [])[1] || 0);
    const f = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    let pss = null;
    try { pss = Number((fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m) || [])[1]); } catch { /* not ours to read */ }
    return { rss_kb: kb('VmRSS'), hwm_kb: kb('VmHWM'), pss_kb: pss, threads: kb('Threads'), fds: fs.readdirSync(`/proc/${pid}/fd`).length, cpu_ms: (Number(f[11]) + Number(f[12])) * 10 };
  } catch { return null; }
}

// ---- the Web API side: any method gets a plausible ok
const apiCalls = {};
const bodySeen = { json: 0, form: 0, multipart: 0, other: 0 };
const sentAt = new Map(); // mark number -> time, for e2e
let e2e = [];
let lastCall = 0, tsSeq = 0, idSeq = 0, base = '', wsUrl = '', opens = 0, noAuth = 0;
const newTs = () => `${Math.floor(Date.now() / 1000)}.${String(++tsSeq).padStart(6, '0')}`;
const newId = (p) => p + (++idSeq).toString(36).toUpperCase().padStart(9, '0');
const asObj = (v) => { if (typeof v !== 'string') return v && typeof v === 'object' ? v : {}; try { return JSON.parse(v); } catch { return {}; } };
function reply(method, a) {
  const view = () => ({ ...asObj(a.view), id: a.view_id || newId('V'), team_id: 'T0LOAD', app_id: 'A0LOAD', bot_id: 'B0LOAD', root_view_id: newId('V'), previous_view_id: null, hash: newTs(), state: { values: {} } });
  switch (method) {
    case 'auth.test': return { url: 'https://load.slack.com/', team: 'Load', user: 'loadbot', team_id: 'T0LOAD', user_id: 'U0LOADBOT', bot_id: 'B0LOAD', is_enterprise_install: false };
    case 'apps.connections.open': opens++; return { url: wsUrl };
    case 'chat.postMessage': case 'chat.update': case 'chat.meMessage': {
      const ts = a.ts || newTs();
      return { channel: a.channel, ts, text: a.text, message: { type: 'message', ts, user: 'U0LOADBOT', bot_id: 'B0LOAD', app_id: 'A0LOAD', team: 'T0LOAD', text: a.text || '', ...(a.blocks ? { blocks: a.blocks } : {}) } };
    }
    case 'chat.postEphemeral': return { message_ts: newTs() };
    case 'chat.delete': return { channel: a.channel, ts: a.ts };
    case 'chat.getPermalink': return { channel: a.channel, permalink: `https://load.slack.com/archives/${a.channel}/p${String(a.message_ts || '').replace('.', '')}` };
    case 'views.open': case 'views.push': case 'views.update': case 'views.publish': return { view: view() };
    case 'conversations.open': return { channel: { id: newId('D') } };
    case 'conversations.info': return { channel: { id: a.channel, name: 'load', is_channel: true, is_member: true } };
    case 'conversations.list': case 'users.conversations': return { channels: [{ id: 'C0LOAD', name: 'load', is_channel: true, is_member: true }], response_metadata: { next_cursor: '' } };
    case 'conversations.history': case 'conversations.replies': return { messages: [], has_more: false, response_metadata: { next_cursor: '' } };
    case 'conversations.members': return { members: ['U0USER'], response_metadata: { next_cursor: '' } };
    case 'users.info': return { user: { id: a.user, team_id: 'T0LOAD', name: 'user', real_name: 'User', is_bot: false, profile: { display_name: 'user' } } };
    case 'users.list': return { members: [{ id: 'U0USER', name: 'user', profile: {} }], response_metadata: { next_cursor: '' } };
    case 'files.getUploadURLExternal': { const id = newId('F'); return { upload_url: `${base}upload/${id}`, file_id: id }; }
    case 'files.completeUploadExternal': { const f = asObj(a.files); return { files: (Array.isArray(f) ? f : []).map((x) => ({ id: x.id, title: x.title })) }; }
    default: return {};
  }
}
function onRequest(req, res) {
  const chunks = [];
  req.on('data', (c) => chunks.push(c));
  req.on('end', () => {
    const t = lastCall = now();
    const url = new URL(req.url, 'http://x');
    const body = Buffer.concat(chunks).toString('utf8');
    const marks = (body + decodeURIComponent(req.url)).match(/sm-\d+/g);
    if (marks) for (const m of new Set(marks)) { const n = Number(m.slice(3)); if (sentAt.has(n)) { e2e.push(t - sentAt.get(n)); sentAt.delete(n); } }
    const path = url.pathname.replace(/^\/api\//, '/').slice(1);
    const plain = path.startsWith('upload/') || path.startsWith('response/');
    const name = plain ? path.split('/')[0] : path;
    apiCalls[name] = (apiCalls[name] || 0) + 1;
    if (plain && opt.record) fs.appendFileSync(opt.record, JSON.stringify({ method: name === 'response' ? 'response_url' : name, content_type: req.headers['content-type'], args: name === 'response' ? asObj(body) : { bytes: body.length } }) + '\n');
    if (plain) { res.writeHead(200, { 'content-type': 'text/plain' }); return res.end(name === 'upload' ? `OK - ${body.length}` : 'ok'); }
    const ct = (req.headers['content-type'] || '').toLowerCase();
    let args = Object.fromEntries(url.searchParams);
    if (ct.includes('json')) { bodySeen.json++; Object.assign(args, asObj(body)); } else if (ct.includes('urlencoded')) { bodySeen.form++; Object.assign(args, Object.fromEntries(new URLSearchParams(body))); } else if (ct.includes('multipart')) bodySeen.multipart++; else if (body.length) bodySeen.other++;
    if (opt.record) fs.appendFileSync(opt.record, JSON.stringify({ method: name, content_type: ct, args }) + '\n');
    if (!/^Bearer xox|^Bearer xapp/.test(req.headers.authorization || '') && !args.token) noAuth++;
    const out = JSON.stringify({ ok: true, ...reply(name, args) });
    res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(out) });
    res.end(out);
  });
}

// ---- the websocket side
const server = opt['tls-cert'] ? https.createServer({ cert: fs.readFileSync(opt['tls-cert']), key: fs.readFileSync(opt['tls-key']) }, onRequest) : http.createServer(onRequest);
server.keepAliveTimeout = 60000;
const wss = new WebSocketServer({ server, path: '/link', perMessageDeflate: false, maxPayload: 1 << 24 });
const conns = [];
const counters = { ack_unknown: 0, ack_dup: 0, ack_payload: 0, ack_bytes: 0, bad_frames: 0, pings: 0, pongs: 0, closed: 0 };
let onAck = () => {}, onConnect = () => {};
wss.on('connection', (ws) => {
  ws._socket.setNoDelay(true);
  conns.push(ws);
  ws.on('message', (data) => {
    const t = now();
    let m; try { m = JSON.parse(data.toString()); } catch { counters.bad_frames++; return; }
    if (!m || typeof m.envelope_id !== 'string') { counters.bad_frames++; return; }
    counters.ack_bytes += data.length;
    if (m.payload && Object.keys(m.payload).length) counters.ack_payload++;
    onAck(m.envelope_id, t);
  });
  ws.on('pong', () => counters.pongs++);
  ws.on('error', (e) => { counters.bad_frames++; console.error('socketmode-load: websocket error:', e.message); });
  ws.on('close', () => { counters.closed++; const i = conns.indexOf(ws); if (i >= 0) conns.splice(i, 1); });
  ws.send(JSON.stringify({ type: 'hello', num_connections: conns.length, connection_info: { app_id: 'A0LOAD' }, debug_info: { host: 'socketmode-load', started: new Date().toISOString(), build_number: 1, approximate_connection_time: 18060 } }));
  onConnect();
});
if (opt['ping-ms'] > 0) setInterval(() => { for (const ws of conns) { ws.ping(`Ping from socketmode-load ${Date.now()}`); counters.pings++; } }, opt['ping-ms']).unref();

// ---- envelopes
const pad = opt.pad > 0 ? 'x'.repeat(opt.pad) : undefined;
const user = { id: 'U0USER', username: 'user', name: 'user', team_id: 'T0LOAD' };
const common = { api_app_id: 'A0LOAD', token: 'load', team: { id: 'T0LOAD', domain: 'load' }, enterprise: null, is_enterprise_install: false };
const make = {
  slash_commands: (n, url) => ({ type: 'slash_commands', accepts_response_payload: true, payload: { token: 'load', team_id: 'T0LOAD', team_domain: 'load', channel_id: 'C0LOAD', channel_name: 'load', user_id: 'U0USER', user_name: 'user', command: opt.command, text: opt.text || `sm-${n}`, api_app_id: 'A0LOAD', is_enterprise_install: 'false', response_url: `${url}response/sm-${n}`, trigger_id: `1.2.sm-${n}`, pad } }),
  events_api: (n) => ({ type: 'events_api', accepts_response_payload: false, retry_attempt: 0, retry_reason: '', payload: { token: 'load', team_id: 'T0LOAD', api_app_id: 'A0LOAD', type: 'event_callback', event_id: `Ev0${n}`, event_time: Math.floor(Date.now() / 1000), event_context: '4-load', is_ext_shared_channel: false, authorizations: [{ enterprise_id: null, team_id: 'T0LOAD', user_id: 'U0LOADBOT', is_bot: true, is_enterprise_install: false }], event: { type: 'message', user: 'U0USER', text: `sm-${n}`, ts: newTs(), event_ts: newTs(), channel: 'C0LOAD', channel_type: 'channel', team: 'T0LOAD', client_msg_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` }, pad } }),
  interactive: (n, url) => ({ type: 'interactive', accepts_response_payload: true, payload: { type: 'block_actions', user, ...common, container: { type: 'message', message_ts: '1700000000.000100', channel_id: 'C0LOAD', is_ephemeral: false }, trigger_id: `1.2.sm-${n}`, channel: { id: 'C0LOAD', name: 'load' }, message: { type: 'message', user: 'U0LOADBOT', bot_id: 'B0LOAD', ts: '1700000000.000100', text: 'load', blocks: [{ type: 'actions', block_id: 'acts', elements: [{ type: 'button', action_id: 'approve', value: 'v', text: { type: 'plain_text', text: 'Approve', emoji: true } }] }] }, state: { values: {} }, response_url: `${url}response/sm-${n}`, actions: [{ type: 'button', action_id: 'approve', block_id: 'acts', value: `sm-${n}`, text: { type: 'plain_text', text: 'Approve', emoji: true }, action_ts: newTs() }], pad } }),
  view_submission: (n) => ({ type: 'interactive', accepts_response_payload: true, payload: { type: 'view_submission', user, ...common, trigger_id: `1.2.sm-${n}`, view: { id: 'V0LOAD', team_id: 'T0LOAD', type: 'modal', callback_id: 'ticket_modal', private_metadata: `C0LOAD`, hash: '1.2', root_view_id: 'V0LOAD', previous_view_id: null, app_id: 'A0LOAD', bot_id: 'B0LOAD', title: { type: 'plain_text', text: 'Load' }, blocks: [], state: { values: { title_b: { title: { type: 'plain_text_input', value: `sm-${n}` } }, prio_b: { prio: { type: 'static_select', selected_option: null } } } } }, response_urls: [], pad } }),
};
const kinds = ['slash_commands', 'events_api', 'interactive', 'view_submission'];
if (opt.type !== 'mixed' && !make[opt.type]) { console.error(`socketmode-load: unknown --type ${opt.type}`); process.exit(2); }
let seq = 0;
function build() {
  const n = ++seq;
  const kind = opt.type === 'mixed' ? kinds[n % kinds.length] : opt.type;
  const id = `10ad0000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
  return { n, id, text: JSON.stringify({ envelope_id: id, ...make[kind](n, base) }) };
}

// waits until no Web API call has come for 300 ms; returns how long after the last ack the last call came
async function drain() {
  const t0 = now();
  while (now() - Math.max(t0, lastCall) < 300 && now() - t0 < opt['drain-ms']) await sleep(20);
  return round(Math.max(0, lastCall - t0));
}

async function run(window, count) {
  const pending = new Map();
  const lat = [];
  const acked = new Set();
  let sent = 0, bytes = 0, timeouts = 0;
  // built ahead so that making payloads is no part of what is timed
  const queue = Array.from({ length: count }, build);
  const t0 = now();
  const cpu0 = process.cpuUsage();
  let done; const finished = new Promise((r) => { done = r; });
  const pump = () => {
    while (pending.size < window && sent < count) {
      if (!conns.length) return done('bot disconnected');
      const e = queue[sent];
      queue[sent] = null;
      const ws = conns[sent % conns.length];
      sent++; bytes += e.text.length;
      const t = now();
      pending.set(e.id, t); sentAt.set(e.n, t);
      ws.send(e.text);
    }
    if (sent === count && pending.size === 0) done(null);
  };
  onAck = (id, t) => {
    const s = pending.get(id);
    if (s === undefined) { if (acked.has(id)) counters.ack_dup++; else counters.ack_unknown++; return; }
    pending.delete(id); acked.add(id); lat.push(t - s);
    pump();
  };
  const watch = setInterval(() => {
    const t = now();
    for (const [id, s] of pending) if (t - s > opt['timeout-ms']) { pending.delete(id); timeouts++; }
    if (!conns.length) done('bot disconnected'); else pump();
  }, 500);
  pump();
  const failure = await finished;
  const wall = now() - t0;
  clearInterval(watch);
  const cpu = process.cpuUsage(cpu0);
  return { window, sent, acked: lat.length, timeouts, failure, wall_ms: round(wall), per_s: round(lat.length / (wall / 1000)), ack_ms: stats(lat), bytes_sent: bytes, generator_cpu_ms: round((cpu.user + cpu.system) / 1000) };
}

// ---- go
async function main() {
  await new Promise((r) => server.listen(opt.port, '127.0.0.1', r));
  const { port } = server.address();
  const s = opt['tls-cert'] ? 's' : '';
  base = `http${s}://127.0.0.1:${port}/api/`;
  wsUrl = `ws${s}://127.0.0.1:${port}/link?ticket=load&app_id=A0LOAD`;
  const startups = [];
  let child = null, pid = opt.pid;
  const waitConns = (n, ms) => new Promise((res, rej) => {
    const timer = ms && setTimeout(() => rej(new Error(`no ${n} websocket(s) within ${ms} ms`)), ms);
    onConnect = () => { if (conns.length >= n) { clearTimeout(timer); res(now()); } };
    onConnect();
  });
  if (bot.length) {
    for (let i = 0; i < Math.max(1, opt.restarts); i++) {
      if (child) { const gone = new Promise((r) => child.once('exit', r)); child.kill('SIGTERM'); const k = setTimeout(() => child.kill('SIGKILL'), 5000); await gone; clearTimeout(k); while (conns.length) await sleep(10); }
      const args = bot.map((x) => x.replaceAll('{API}', base));
      const t0 = now();
      child = spawn(args[0], args.slice(1), { stdio: ['ignore', 2, 2], env: { ...process.env, SLACK_API_URL: base, SLACK_BOT_TOKEN: process.env.SLACK_BOT_TOKEN || 'xoxb-load', SLACK_APP_TOKEN: process.env.SLACK_APP_TOKEN || 'xapp-1-load' } });
      child.on('error', (e) => { console.error('socketmode-load:', e.message); process.exit(1); });
      startups.push(round(await waitConns(opt.connections, 60000) - t0));
    }
    pid = child.pid;
    process.on('exit', () => { try { child.kill('SIGTERM'); } catch { /* gone */ } });
  } else {
    console.error(`socketmode-load: waiting for a bot; API base ${base}`);
    await waitConns(opt.connections, 0);
  }
  await sleep(opt['idle-ms']);
  const idle = pid ? procInfo(pid) : null;
  if (opt.warmup) { await run(Math.min(16, opt.warmup), opt.warmup); await drain(); }
  e2e = []; sentAt.clear();
  const runs = [];
  for (const w of String(opt.windows).split(',').map(Number)) {
    const p0 = pid ? procInfo(pid) : null;
    const calls0 = Object.values(apiCalls).reduce((a, b) => a + b, 0);
    const r = await run(w, opt.count);
    r.drain_ms = await drain();
    const p1 = pid ? procInfo(pid) : null;
    if (p0 && p1) { r.bot_cpu_ms = p1.cpu_ms - p0.cpu_ms; r.bot_us_per_envelope = round((r.bot_cpu_ms * 1000) / Math.max(1, r.acked)); r.bot_rss_kb = p1.rss_kb; }
    r.api_calls = Object.values(apiCalls).reduce((a, b) => a + b, 0) - calls0;
    r.e2e_ms = stats(e2e); e2e = []; sentAt.clear();
    runs.push(r);
  }
  let reconnect;
  if (opt.reconnect) {
    const again = async (how) => {
      const old = new Set(conns), t0 = now();
      how(conns[0]);
      while (!conns.some((w) => !old.has(w)) && now() - t0 < 60000) await sleep(1);
      const took = conns.some((w) => !old.has(w)) ? round(now() - t0) : null;
      await sleep(1000);
      return took;
    };
    reconnect = {
      disconnect_envelope_ms: await again((w) => w.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'socketmode-load' } }))),
      cut_ms: await again((w) => w.terminate()),
      close_frame_ms: await again((w) => w.close(1001, 'going away')),
    };
  }
  const end = pid ? procInfo(pid) : null;
  console.log(JSON.stringify({ label: opt.label || bot.join(' ') || undefined, type: opt.type, count: opt.count, startup_ms: median(startups), startups: startups.length > 1 ? startups : undefined, idle, end, reconnect, opens, no_auth: noAuth, counters, api_calls: apiCalls, bodies: bodySeen, runs }));
  process.exit(runs.some((r) => r.failure || r.timeouts) ? 1 : 0);
}
main().catch((e) => { console.error('socketmode-load:', e.message); process.exit(1); });
