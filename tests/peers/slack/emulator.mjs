// A Slack for tests: one HTTP server on loopback that serves the Web API, uploads, response_urls and Socket Mode
// for any number of workspaces, refuses what Slack would refuse, and keeps what was wrong as faults.
//
//   const slack = await Slack.start();
//   const ws = slack.workspace({ name: 'acme', members: ['maria'], channels: { '#west': ['maria'] } });
//   … a client talks to slack.api with ws.appToken and ws.botToken …
//   slack.expect(/hash_conflict/);   // provoked on purpose
//   slack.check();                   // throws while faults are left
//   await slack.stop();
//
// What may go wrong on Slack's side is switched at run time: slack.options, slack.rule({…}), ws.socket.plans,
// ws.socket.chaos, and the methods of ws and of each connection.

import http from 'node:http';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { HANDLERS, changed, removed, scan, whisper } from './handlers.mjs';
import { Member } from './member.mjs';
import { METHODS } from './methods.mjs';
import { SocketMode } from './socketmode.mjs';
import { argumentProblems, checkBlocks } from './validate.mjs';
import { SlackError, Workspace, refuse, secret } from './world.mjs';

const { WebSocketServer } = createRequire(import.meta.url)('ws');

export const DEFAULTS = {
  ackMs: 3000,
  triggerMs: 3000,
  responseUrlMs: 30 * 60000,
  retryMs: [0, 60000, 300000], // times retryScale
  retryScale: 0.01,
  redeliverSlash: true,
  warningMs: 10000, // from `disconnect` to the hard close
  pingMs: 5000, // 0: never
  pongMs: 5000,
  lifetimeS: 18060, // approximate_connection_time
  limits: true, // rate limits
  limitScale: 1, // 10: ten times as many are allowed
  burst: 3, // messages a channel takes at once
  page: { size: 0, empty: false }, // shorter pages than asked for; an empty page before each
  limitRequired: true, // users.list wants a limit
  fileReadyMs: 0, // until a completed file can be shown
  allowLink: () => false, // links that the bot may write
  authTest: null, // further fields of auth.test
};

const WELCOME = new Set(['already_pinned', 'already_reacted']); // refusals that a client may count as success
const EXTRA = new Set(['client_msg_id', 'alt_txt']); // arguments that the published types lack
const COMPLEX = ['blocks', 'view', 'attachments', 'metadata', 'files', 'manifest'];
const GRACE_MS = 150; // what was on its way when a 429 was answered
const EARLY_MS = 5; // clocks are read at different instants
const BODY_MAX = 32 << 20;
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const HTML = '<!DOCTYPE html><html><body><h1>Something is up</h1></body></html>';

export class Slack {
  static async start(options = {}) {
    const slack = new Slack(options);
    await new Promise((resolve, reject) =>
      slack.server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve),
    );
    return slack;
  }

  constructor({ seed = 1, port, ...options } = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.seed = seed >>> 0 || 1;
    this.workspaces = [];
    this.rules = [];
    this.calls = []; // {method, workspace, args, contentType, at, error}
    this.faults = [];
    this.expected = [];
    this.mentions = [];
    this.keys = new Map(); // a message's metadata → how many messages carry it
    this.responses = new Map();
    this.uploads = new Map();
    this.tickets = new Map();
    this.secrets = new Set();
    this.paused = new Map();
    this.buckets = new Map();
    this.offset = 0;
    this.waiting = new Set();
    this.sockets = new Set();
    this.server = http.createServer((req, res) => this.request(req, res));
    this.server.keepAliveTimeout = 60000;
    this.server.on('upgrade', (req, socket, head) => this.upgrade(req, socket, head));
    this.server.on('connection', (s) => {
      this.sockets.add(s);
      s.on('close', () => this.sockets.delete(s));
      s.on('error', () => {});
    });
    this.wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false, maxPayload: 64 << 20 });
  }

  get inner() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  // Where it is reached: at what a test puts in front of it, else at itself.
  get origin() {
    return this.front ?? this.inner;
  }

  get api() {
    return `${this.origin}/api/`;
  }

  async stop() {
    for (const ws of this.workspaces) ws.socket.stop();
    for (const s of this.sockets) s.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  // ---- clocks and chance
  wall() {
    return Date.now() + this.offset;
  }

  // Sets Slack's wall clock (ts, event_time); deadlines go by the monotonic one.
  setWall(ms) {
    this.offset = ms - Date.now();
  }

  mono() {
    return performance.now();
  }

  random() {
    // mulberry32
    this.seed = (this.seed + 0x6d2b79f5) >>> 0;
    let t = this.seed;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  chance(p) {
    return p > 0 && this.random() < p;
  }

  below(n) {
    return Math.floor(this.random() * n);
  }

  // ---- what a test asks and says
  workspace(options) {
    const ws = new Workspace(this, options);
    ws.socket = new SocketMode(this, ws);
    ws.member = (name) => new Member(ws, ws.user(name));
    this.workspaces.push(ws);
    for (const s of [ws.appToken, ws.botToken]) this.secrets.add(s);
    return ws;
  }

  // {method: 'chat.postMessage' | /regex/ | '*', workspace?, nth?, times?, probability?, when?(args), do, …}
  // do: '429' (retryAfter s, null: no header), '500' or another status, '500-after', 'cut-before', 'cut-after', 'slow' (ms),
  // 'late' (done at once, answered after ms), 'html', 'html-after', 'garbage', 'error' (error), 'error-after', 'hang',
  // 'hang-after', 'half'. Returns the rule; its `hits` count.
  rule(rule) {
    const made = { times: Infinity, nth: 1, probability: 1, seen: 0, hits: 0, ...rule };
    this.rules.push(made);
    return made;
  }

  clearRules() {
    this.rules = [];
  }

  fault(fault) {
    const line = `${fault.workspace ?? '-'} ${fault.where}: ${fault.what}${fault.detail ? ` (${fault.detail})` : ''}`;
    const full = { ...fault, line, at: this.mono() };
    const expected = this.expected.find((e) => e.pattern.test(line));
    if (expected) expected.seen += 1;
    else this.faults.push(full);
    this.changed();
  }

  // Faults that match are provoked on purpose, earlier ones and later ones. `check` wants to have seen one, unless
  // told that there may be none.
  expect(pattern, { maybe = false } = {}) {
    const e = { pattern, seen: 0, maybe };
    this.faults = this.faults.filter((f) => {
      if (!pattern.test(f.line)) return true;
      e.seen += 1;
      return false;
    });
    this.expected.push(e);
    return e;
  }

  check() {
    const lines = this.faults.map((f) => f.line);
    const absent = this.expected.filter((e) => !e.seen && !e.maybe).map((e) => `expected and never seen: ${e.pattern}`);
    if (lines.length || absent.length) {
      const more = lines.length > 30 ? [`… and ${lines.length - 30} more`] : [];
      throw new Error(['Slack would not like this:', ...lines.slice(0, 30), ...more, ...absent].join('\n  '));
    }
  }

  called(method, workspace) {
    return this.calls.filter((c) => c.method === method && (!workspace || c.workspace === workspace.name));
  }

  // Keys of metadata that more than one message carries.
  duplicates() {
    return [...this.keys].filter(([, n]) => n > 1).map(([key, count]) => ({ key, count }));
  }

  posted(ws, channel, message) {
    if (message.metadata) {
      const key = `${ws.name} ${channel.id} ${message.metadata.event_type} ${JSON.stringify(message.metadata.event_payload)}`;
      this.keys.set(key, (this.keys.get(key) ?? 0) + 1);
    }
    this.changed();
  }

  // Waiters look again.
  changed() {
    for (const look of [...this.waiting]) look();
  }

  // Waits until `test` is true, and returns what it returned. What it throws is said when time is over, or at once
  // where the error is `final`.
  async until(what, test, ms = 5000) {
    let failure;
    const ok = () => {
      try {
        failure = undefined;
        return test();
      } catch (e) {
        failure = e;
        return false;
      }
    };
    const first = ok();
    if (first) return first;
    if (failure?.final) throw failure;
    return new Promise((resolve, reject) => {
      let poll, timer;
      const done = () => {
        clearInterval(poll);
        clearTimeout(timer);
        this.waiting.delete(look);
      };
      const look = () => {
        const v = ok();
        if (v || failure?.final) done();
        if (v) resolve(v);
        else if (failure?.final) reject(failure);
      };
      poll = setInterval(look, 20);
      timer = setTimeout(() => {
        done();
        const faults = this.faults
          .slice(0, 5)
          .map((f) => `\n    fault: ${f.line}`)
          .join('');
        reject(
          new Error(
            `not within ${ms} ms: ${what}${failure ? ` (${failure.message})` : ''}${faults}\n    last calls: ${
              this.calls
                .slice(-6)
                .map((c) => `${c.method}${c.error ? ` → ${c.error}` : ''}`)
                .join(', ') || 'none'
            }`,
          ),
        );
      }, ms);
      this.waiting.add(look);
    });
  }

  sendEvent(ws, event, id) {
    return ws.socket.deliver('events_api', ws.eventPayload(event, id));
  }

  // The platform's own rate limit on deliveries: no event in it, no event_id.
  sendRateLimited(ws) {
    return ws.socket.deliver('events_api', {
      token: 'verification',
      type: 'app_rate_limited',
      team_id: ws.teamId,
      minute_rate_limited: Math.floor(this.wall() / 60000) * 60,
      api_app_id: ws.appId,
    });
  }

  newUpload(ws, file) {
    const key = secret(16);
    this.uploads.set(key, { workspace: ws, file });
    this.secrets.add(key);
    return key;
  }

  fileReady(ws, slackFile) {
    const f = slackFile.id && ws.files.get(slackFile.id);
    return !!f && f.complete && this.mono() >= f.readyAt && /\.(png|jpe?g|gif)$/i.test(f.name);
  }

  // ---- rate limits
  take(key, perMinute, burst) {
    const now = this.mono();
    const rate = (perMinute * this.options.limitScale) / 60000;
    const b = this.buckets.get(key) ?? { level: burst, at: now };
    b.level = Math.min(burst, b.level + (now - b.at) * rate);
    b.at = now;
    this.buckets.set(key, b);
    if (b.level >= 1) {
      b.level -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - b.level) / rate / 1000));
  }

  limit(ws, method, channel) {
    if (!this.options.limits) return;
    const tier = METHODS[method]?.tier ?? 0;
    const wait = channel
      ? this.take(`${ws.name} ${method} ${channel}`, 60, this.options.burst)
      : tier
        ? this.take(`${ws.name} ${method}`, tier, tier)
        : 0;
    if (wait) throw new SlackError('ratelimited', { status: 429, retryAfter: wait });
  }

  // Nothing of a method may come before the Retry-After that was told is over.
  pause(ws, method, seconds) {
    const now = this.mono();
    this.paused.set(`${ws?.name} ${method}`, { from: now, until: now + seconds * 1000, seconds });
  }

  pausedFor(ws, method) {
    const p = this.paused.get(`${ws?.name} ${method}`);
    if (!p) return null;
    const now = this.mono();
    if (now >= p.until - EARLY_MS) {
      this.paused.delete(`${ws?.name} ${method}`);
      return null;
    }
    if (now - p.from > GRACE_MS)
      this.fault({
        where: 'api',
        workspace: ws?.name,
        what: `${method}: repeated before Retry-After`,
        detail: `${Math.round(p.until - now)} ms early`,
      });
    return Math.ceil((p.until - now) / 1000);
  }

  // ---- HTTP
  request(req, res) {
    const chunks = [];
    let size = 0;
    req.on('data', (c) => {
      size += c.length;
      if (size > BODY_MAX) req.destroy();
      else chunks.push(c);
    });
    req.on('error', () => {});
    res.on('error', () => {});
    req.on('end', () => {
      this.route(req, res, Buffer.concat(chunks)).catch((e) => {
        this.fault({ where: 'emulator', what: 'it broke', detail: e.stack });
        res.destroy();
      });
    });
  }

  async route(req, res, body) {
    const url = new URL(req.url, this.origin);
    const [, kind, name] = url.pathname.match(/^\/(api|upload|response)\/(.*)$/) ?? [];
    if (!kind) return this.answer(res, { status: 404, type: 'text/html', text: HTML });
    const call = {
      kind,
      method: kind === 'api' ? name : kind,
      key: name,
      url,
      req,
      body,
      at: this.mono(),
      contentType: req.headers['content-type'] ?? '',
    };
    this.identify(call);
    const rule = this.ruleFor(call);
    if (rule) rule.hits += 1;
    const what = rule?.do ?? '';
    if (what === 'slow') await after(rule.ms);
    if (what === 'cut-before') {
      this.record(call, 'cut-before');
      return res.socket?.destroy();
    }
    if (what === 'hang') {
      this.record(call, 'hang');
      return undefined;
    }
    const early = this.instead(call, rule, what);
    if (early) return this.answer(res, early);
    const result = {
      api: () => this.method(call),
      upload: () => this.upload(call),
      response: () => this.response(call),
    }[kind]();
    if (what === 'cut-after') return res.socket?.destroy();
    if (what === 'hang-after') return undefined;
    if (what === 'late') await after(rule.ms);
    return this.answer(res, this.after(rule, what, result));
  }

  identify(call) {
    const auth = call.req.headers.authorization ?? '';
    const token = (auth.match(/^Bearer (.+)$/) ?? [])[1];
    call.token = token;
    const at =
      call.kind === 'response'
        ? this.responses.get(call.key)
        : call.kind === 'upload'
          ? this.uploads.get(call.key)
          : null;
    call.workspace =
      at?.workspace ?? this.workspaces.find((w) => token && (token === w.botToken || token === w.appToken));
  }

  ruleFor(call) {
    for (const r of this.rules) {
      const name = r.method ?? '*';
      if (!(name === '*' || (name instanceof RegExp ? name.test(call.method) : name === call.method))) continue;
      if (r.workspace && r.workspace !== call.workspace) continue;
      if (r.when && !r.when(this.argsOf(call).args)) continue;
      r.seen += 1;
      if (r.seen < r.nth || r.hits >= r.times || !(r.probability >= 1 || this.chance(r.probability))) continue;
      return r;
    }
    return null;
  }

  record(call, error) {
    const entry = {
      method: call.method,
      workspace: call.workspace?.name,
      args: call.args ?? this.argsOf(call).args,
      contentType: call.contentType,
      at: call.at,
      error,
    };
    this.calls.push(entry);
    this.changed();
    return entry;
  }

  // What is answered instead of doing it.
  instead(call, rule, what) {
    const reply =
      {
        429: () => {
          const seconds = rule.retryAfter === undefined ? 1 : rule.retryAfter;
          this.pause(call.workspace, call.method, seconds ?? 0);
          return {
            status: 429,
            headers: seconds === null ? {} : { 'retry-after': String(seconds) },
            json: { ok: false, error: 'ratelimited' },
          };
        },
        html: () => ({ status: 200, type: 'text/html', text: HTML }),
        garbage: () => ({ status: 200, type: 'application/json', text: rule.text ?? '{"ok":tr' }),
        error: () => ({ status: 200, json: { ok: false, error: rule.error, ...rule.extra } }),
        redirect: () => ({ status: 302, headers: { location: `${this.origin}/elsewhere` }, text: '' }),
      }[what] ?? (/^\d+$/.test(what) ? () => ({ status: Number(what), type: 'text/html', text: HTML }) : null);
    if (!reply) return null;
    const early = reply();
    this.record(call, early.json?.error ?? String(early.status));
    return early;
  }

  after(rule, what, result) {
    const status = what.match(/^(\d+)-after$/);
    if (status) return { status: Number(status[1]), type: 'text/html', text: HTML };
    if (what === 'html-after') return { status: 200, type: 'text/html', text: HTML };
    if (what === 'error-after') return { status: 200, json: { ok: false, error: rule.error } };
    return what === 'half' ? { ...result, half: true } : result;
  }

  answer(res, { status = 200, headers = {}, json, text, type = 'application/json; charset=utf-8', half }) {
    if (res.destroyed) return;
    const body = Buffer.from(json ? JSON.stringify(json) : (text ?? ''));
    res.writeHead(status, {
      'content-type': type,
      'content-length': body.length,
      'x-slack-req-id': secret(8),
      ...headers,
    });
    if (half) res.write(body.subarray(0, body.length >> 1), () => res.socket?.destroy());
    else res.end(body);
  }

  // ---- arguments
  // Reads them as Slack does: JSON only where the method takes it, else a form or the query; the token only counts in
  // the header (a form's is taken, and told as a fault).
  argsOf(call) {
    if (call.parsed) return call.parsed;
    const [type, charset] = call.contentType
      .toLowerCase()
      .split(';')
      .map((s) => s.trim());
    const told = [],
      warnings = [];
    let args = Object.fromEntries(call.url.searchParams);
    let form = true,
      error = null;
    const queried = Object.keys(args).length > 0;
    if (call.body.length && type === 'application/json') {
      if (!charset) warnings.push('missing_charset');
      if (queried) told.push('query arguments beside a JSON body');
      form = false;
      let body;
      try {
        body = JSON.parse(call.body.toString('utf8'));
      } catch {
        error = 'invalid_json';
      }
      if (!error && (body === null || typeof body !== 'object' || Array.isArray(body))) error = 'json_not_object';
      if (!error && METHODS[call.method] && !METHODS[call.method].json) {
        told.push('JSON to a method that takes forms only');
        form = true;
        args = {};
        body = null;
      }
      if (!error && body) args = Object.fromEntries(Object.entries(body).filter(([, v]) => v !== null));
    } else if (call.body.length && type === 'application/x-www-form-urlencoded') {
      if (charset) warnings.push('superfluous_charset');
      args = { ...args, ...Object.fromEntries(new URLSearchParams(call.body.toString('utf8'))) };
    } else if (call.body.length && call.kind === 'api') {
      error = type ? 'invalid_post_type' : 'missing_post_type';
    }
    if (form && !error) {
      for (const k of COMPLEX) {
        if (typeof args[k] !== 'string') continue;
        try {
          args[k] = JSON.parse(args[k]);
        } catch {
          error = 'invalid_arguments';
        }
      }
      for (const [k, v] of Object.entries(args))
        if (v === '1' && /^(include_|exclude_|inclusive)/.test(k)) args[k] = 'true';
    }
    call.parsed = { args, form, error, told, warnings, queried };
    return call.parsed;
  }

  // ---- the Web API
  method(call) {
    let entry;
    try {
      const [fields, warnings] = this.perform(call);
      entry = this.record(call, undefined);
      const { response_metadata: meta = {} } = fields;
      const extra = warnings.length
        ? {
            warning: [fields.warning, ...warnings].filter(Boolean).join(','),
            response_metadata: { ...meta, warnings: [...(meta.warnings ?? []), ...warnings] },
          }
        : {};
      return { headers: this.scopeHeaders(call), json: { ok: true, ...fields, ...extra } };
    } catch (e) {
      if (!(e instanceof SlackError)) throw e;
      const { status = 200, retryAfter, quiet, again, ...extra } = e.extra;
      entry = this.record(call, e.code);
      if (retryAfter && !again) this.pause(call.workspace, call.method, retryAfter);
      if (!quiet && !again && !WELCOME.has(e.code))
        this.fault({
          where: 'api',
          workspace: call.workspace?.name,
          what: `${call.method}: ${e.code}`,
          detail: (extra.response_metadata?.messages ?? [extra.needed ?? '']).join('; '),
        });
      return {
        status,
        headers: { ...this.scopeHeaders(call), ...(retryAfter ? { 'retry-after': String(retryAfter) } : {}) },
        json: { ok: false, error: e.code, ...extra },
      };
    }
  }

  scopeHeaders(call) {
    if (!call.workspace || call.token !== call.workspace.botToken) return {};
    return {
      'x-oauth-scopes': [...call.workspace.scopes].join(','),
      'x-accepted-oauth-scopes': METHODS[call.method]?.scope ?? '',
    };
  }

  perform(call) {
    const { args, form, error, told, warnings, queried } = this.argsOf(call);
    call.args = args;
    const { method } = call;
    const tell = (what, detail = '') =>
      this.fault({ where: 'api', workspace: call.workspace?.name, what: `${method}: ${what}`, detail });
    for (const t of told) tell(t);
    for (const w of warnings) tell(w);
    if (args.token !== undefined || call.url.searchParams.has('token')) tell('a token outside the header');
    if (queried && call.req.method !== 'GET') tell('query arguments in a POST');
    if (!METHODS[method]) refuse('unknown_method');
    if (call.req.method !== 'POST' && (method === 'apps.connections.open' || call.req.method !== 'GET'))
      refuse('insecure_request');
    const ws = this.authorise(call, form);
    if (error) refuse(error);
    const wait = this.pausedFor(ws, method);
    if (wait) throw new SlackError('ratelimited', { status: 429, retryAfter: wait, again: true });
    if (METHODS[method].tier) this.limit(ws, method);
    if (method === 'apps.connections.open') return [this.open(ws), warnings];
    const { scope } = METHODS[method];
    if (scope && !scope.startsWith('KIND') && !ws.scopes.has(scope))
      throw new SlackError('missing_scope', { needed: scope, provided: [...ws.scopes].join(',') });
    if (!/^chat\.(postMessage|postEphemeral|update|scheduleMessage)$/.test(method) || args.text || args.blocks) {
      const { problems, unknown } = argumentProblems(method, args, form);
      for (const u of unknown) if (!EXTRA.has(u)) tell('an argument that Slack does not know', u);
      if (problems.length) refuse('invalid_arguments', ...problems);
    }
    return [HANDLERS[method](ws, args), warnings];
  }

  authorise(call, form) {
    let { token } = call;
    if (!token && form) token = call.args.token;
    if (!token) refuse('not_authed');
    const ws = this.workspaces.find((w) => token === w.botToken || token === w.appToken);
    if (!ws) refuse('invalid_auth');
    call.workspace = ws;
    if (ws.tokenState) throw new SlackError(ws.tokenState, { quiet: true });
    const app = call.method === 'apps.connections.open';
    if (app !== (token === ws.appToken)) refuse('not_allowed_token_type');
    return ws;
  }

  open(ws) {
    const { socket } = ws;
    socket.opens += 1;
    if (!socket.enabled) throw new SlackError(socket.disabledError, { quiet: true });
    const ticket = secret(16);
    this.tickets.set(ticket, ws);
    this.secrets.add(ticket);
    return { url: `${this.origin.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${ws.appId}` };
  }

  upload(call) {
    const at = this.uploads.get(call.key);
    const entry = this.record({ ...call, args: { bytes: call.body.length } }, undefined);
    const no = (status, what) => {
      entry.error = what;
      this.fault({ where: 'upload', workspace: at?.workspace.name, what, detail: `${call.body.length} bytes` });
      return { status, type: 'text/plain', text: what };
    };
    if (!at) return no(404, 'unknown upload_url');
    const file = at.workspace.files.get(at.file);
    if (call.req.method !== 'POST') return no(405, 'not a POST');
    if (call.req.headers.authorization) return no(400, 'an upload with Authorization');
    if (call.contentType !== 'application/octet-stream')
      this.fault({ where: 'upload', workspace: at.workspace.name, what: 'content type', detail: call.contentType });
    if (file.data) return no(400, 'uploaded twice');
    if (call.body.length !== file.length) return no(400, `wrong length, ${file.length} were announced`);
    file.data = call.body;
    return { type: 'text/plain', text: `OK - ${call.body.length}` };
  }

  response(call) {
    const at = this.responses.get(call.key);
    const { args } = this.argsOf(call);
    const entry = this.record({ ...call, args }, undefined);
    const no = (status, what, extra = '') => {
      entry.error = what;
      this.fault({ where: 'response_url', workspace: at?.workspace.name, what, detail: extra });
      return { status, json: { ok: false, error: what } };
    };
    if (!at) return no(404, 'unknown_url');
    const { workspace: ws, response } = at;
    if (call.token)
      this.fault({ where: 'response_url', workspace: ws.name, what: 'a response_url with Authorization' });
    if (response.uses >= 5) return no(404, 'used_url');
    if (this.mono() > response.until) return no(404, 'expired_url');
    if (!/^application\/json/.test(call.contentType)) return no(400, 'invalid_payload', call.contentType);
    const wait = this.options.limits ? this.take(`${ws.name} response ${response.channel}`, 60, this.options.burst) : 0;
    if (wait) {
      this.fault({ where: 'response_url', workspace: ws.name, what: 'ratelimited' });
      return { status: 429, headers: { 'retry-after': String(wait) }, json: { ok: false, error: 'ratelimited' } };
    }
    try {
      response.uses += 1;
      this.respond(ws, response, args);
    } catch (e) {
      if (!(e instanceof SlackError)) throw e;
      return no(e.code === 'no_text' ? 400 : 404, e.code, (e.extra.response_metadata?.messages ?? []).join('; '));
    }
    return { json: { ok: true } };
  }

  // A message by a response_url, or in the ack of a slash command.
  respond(ws, { user, channel, message }, args) {
    const c = ws.channels.get(channel) ?? refuse('channel_not_found');
    if (args.delete_original) return this.gone(ws, c, message);
    if (args.text !== undefined && typeof args.text !== 'string')
      refuse('invalid_payload', 'text must be a string [json-pointer:/text]');
    if (!args.text && !args.blocks?.length) refuse('no_text');
    const problems = args.blocks
      ? checkBlocks(args.blocks, { surface: 'message', file: (f) => this.fileReady(ws, f) })
      : [];
    if (problems.length) refuse('invalid_blocks', ...problems);
    if (args.replace_original && message) return this.replace(ws, c, message, args);
    if (args.response_type !== 'in_channel') return whisper(ws, c, user, args);
    const m = ws.put(c, ws.fromBot(args));
    scan(ws, `${c.name} ${m.ts}`, args);
    ws.messageEvent(c, m);
    return m;
  }

  replace(ws, c, message, args) {
    const before = { ...message };
    scan(ws, `${c.name} ${message.ts}`, args);
    Object.assign(message, { text: args.text ?? '', blocks: args.blocks && ws.stored(args.blocks) });
    if (!message.ephemeral_to) changed(ws, c, message, before);
    return message;
  }

  gone(ws, c, message) {
    if (message?.ephemeral_to) c.ephemerals = c.ephemerals.filter((m) => m !== message);
    else if (message) removed(ws, c, message);
  }

  // ---- websockets
  upgrade(req, socket, head) {
    socket.on('error', () => {});
    const url = new URL(req.url, this.origin);
    const ws = this.tickets.get(url.searchParams.get('ticket'));
    const say = (what, detail) => this.fault({ where: 'socket', workspace: ws?.name, what, detail });
    const end = (status) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    if (!ws || !/^\/link\/?$/.test(url.pathname)) {
      say('a ticket that is unknown or was used', '');
      return end(404);
    }
    this.tickets.delete(url.searchParams.get('ticket'));
    if (req.headers.authorization) say('an upgrade with Authorization', '');
    if (req.headers['sec-websocket-protocol'])
      say('an upgrade with a sub-protocol', req.headers['sec-websocket-protocol']);
    if (req.headers['sec-websocket-extensions'])
      say('an upgrade that offers extensions', req.headers['sec-websocket-extensions']);
    ws.socket.handshakes += 1;
    const plan = ws.socket.plans.shift() ?? {};
    if (plan.hang) return undefined;
    if (plan.status) return end(plan.status);
    return this.wss.handleUpgrade(req, socket, head, (client) => ws.socket.accept(client, head, plan));
  }
}
