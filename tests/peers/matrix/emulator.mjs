// A Matrix homeserver for tests, for what a healthy one won't do: it refuses what a real one would refuse, keeps what
// was wrong as faults, and fails on demand.
//
//   const hs = await Homeserver.start();
//   const bot = hs.account('anchord', { strict: true });        // {user_id, access_token, device_id}
//   const room = hs.world.room('@maria:localhost', { invite: [bot.user_id] });
//   hs.rule({ method: 'PUT', path: /send/, times: 1, do: '429', retryAfter: 2 });
//   hs.expect(/too large/);          // provoked on purpose
//   hs.check();                      // throws while faults are left
//   await hs.stop();

import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { Waiting } from '../waiting.mjs';
import { Service } from './service.mjs';
import { ROUTES } from './handlers.mjs';
import { numberProblems, pathProblems } from './validate.mjs';
import { MatrixError, World } from './world.mjs';

export const DEFAULTS = {
  serverName: 'localhost',
  versions: ['v1.1', 'v1.4', 'v1.10', 'v1.11', 'v1.12'],
  limits: false, // Synapse's own: ten events at once, then one in five seconds; five logins, then one in 333 s
  limitScale: 1, // 10: ten times as many are allowed
  flows: null, // kinds of login
  wellKnown: null, // another answer of /.well-known/matrix/client
  uploadMax: null,
  stateAfter: false, // v1.16: whoever asks for it is told the state after the timeline, not before it
};

const BODY_MAX = 64 << 20;
const GRACE_MS = 200; // what was on its way when a 429 was answered
const HTML = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>';
const RAW = new Set(['POST /_matrix/media/v3/upload']); // bodies that are no JSON
// Errors that only a mistake of the client's brings about.
const MISTAKES = new Set([
  'M_BAD_JSON',
  'M_NOT_JSON',
  'M_INVALID_PARAM',
  'M_MISSING_PARAM',
  'M_MISSING_TOKEN',
  'M_UNRECOGNIZED',
  'M_UNKNOWN',
  'M_TOO_LARGE',
  'M_USER_IN_USE',
]);
const FORGIVEN = new Set(['Invalid stream token']); // a client can't know
const PROBES = /\/(auth_metadata|unstable\/|support$)/; // what a client may ask for and not find

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Homeserver extends Waiting {
  static async start(options = {}) {
    const hs = new Homeserver(options);
    await new Promise((resolve, reject) =>
      hs.server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve),
    );
    return hs;
  }

  constructor(options = {}) {
    super();
    this.options = { ...DEFAULTS, ...options };
    this.offset = 0;
    this.world = new World({
      serverName: this.options.serverName,
      wall: () => this.wall(),
      changed: () => this.changed(),
    });
    this.rules = [];
    this.calls = []; // {method, path, route, user, status, error, at}
    this.faults = [];
    this.expected = [];
    this.logins = []; // {user, device: as wished, given: as it became}
    this.secrets = new Set();
    this.buckets = new Map();
    this.paused = new Map(); // what may not be asked before when
    this.sockets = new Set();
    this.stopped = false;
    this.server = http.createServer((req, res) => this.request(req, res));
    this.server.keepAliveTimeout = 60000;
    this.server.on('connection', (s) => {
      this.sockets.add(s);
      s.on('close', () => this.sockets.delete(s));
      s.on('error', () => {});
    });
  }

  get port() {
    return this.server.address()?.port ?? this.lastPort;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  get url() {
    return this.origin;
  }

  // Stops listening and drops everybody; `resume` listens on the same port again, knowing what it knew.
  async pause() {
    this.lastPort = this.port;
    this.changed();
    for (const s of this.sockets) s.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async resume() {
    await new Promise((resolve, reject) =>
      this.server.once('error', reject).listen(this.lastPort, '127.0.0.1', resolve),
    );
  }

  async stop() {
    this.stopped = true;
    this.service?.stop();
    if (this.server.listening) await this.pause();
  }

  // Every connection is lost, this instant.
  cut() {
    for (const s of this.sockets) s.destroy();
  }

  // ---- clocks
  wall() {
    return Date.now() + this.offset;
  }

  setWall(ms) {
    this.offset = ms - Date.now();
  }

  mono() {
    return performance.now();
  }

  // Resolves when something happened, or after `ms`, or when the asker is gone.
  moved(ms, call) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        call.res.off('close', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
      call.res.on('close', done);
    });
  }

  // ---- what a test asks and says
  // A user with a device and its token. `strict`: what no client of ours should send is a fault (the bot's account).
  account(name, { password, displayname = name, strict = false, device, token } = {}) {
    const user = this.world.user(name, { password, displayname });
    user.strict ||= strict;
    const made = this.world.login(user, device, token);
    this.secrets.add(made.token);
    if (password) this.secrets.add(password);
    return { user_id: user.id, access_token: made.token, device_id: made.id };
  }

  // An application service: its transactions are pushed to `url`. Its sender is `user`.
  appservice(how) {
    const user = this.world.user(how.user);
    user.strict = true;
    this.world.tokens.set(how.asToken, { user, device: { token: how.asToken } });
    for (const s of [how.asToken, how.hsToken]) this.secrets.add(s);
    this.service = new Service(this, { ...how, user: user.id });
    return this.service;
  }

  // {method?, path: /regex/, user?, nth?, times?, when?(call), do, …}
  // do: '429' (retryAfter s, a date, or null: no header; retryMs: in the body; html), '500' or another status (errcode),
  // 'html', 'garbage', 'empty', 'wrong' (json), 'change' (with(answer) → answer), 'slow' (ms), 'trickle' (ms for each part),
  // 'hang', 'cut', 'half', 'unknown-token' (soft), 'redirect', 'limit' (of a timeline or a page); with after: true the
  // request is done, and only then answered so. Returns the rule; its `hits` count.
  rule(rule) {
    const made = { times: Infinity, nth: 1, seen: 0, hits: 0, ...rule };
    this.rules.push(made);
    return made;
  }

  clearRules() {
    this.rules = [];
  }

  fault(what, detail) {
    const line = `${what}${detail ? ` (${detail})` : ''}`;
    const expected = this.expected.find((e) => e.pattern.test(line));
    if (expected) expected.seen += 1;
    else this.faults.push({ line, at: this.mono() });
    this.changed();
  }

  strict(user, what, detail) {
    if (user?.strict) this.fault(`${user.id}: ${what}`, detail);
  }

  // Faults that match are provoked on purpose. `check` wants to have seen one, unless told that there may be none.
  expect(pattern, { maybe = false } = {}) {
    const kept = this.faults.filter((f) => !pattern.test(f.line));
    const e = { pattern, seen: this.faults.length - kept.length, maybe };
    this.faults = kept;
    this.expected.push(e);
    return e;
  }

  check() {
    const absent = this.expected.filter((e) => !e.seen && !e.maybe).map((e) => `expected and never seen: ${e.pattern}`);
    const lines = [...this.faults.slice(0, 30).map((f) => f.line), ...absent];
    if (this.faults.length > 30) lines.push(`… and ${this.faults.length - 30} more`);
    if (lines.length) throw new Error(['a homeserver would not like this:', ...lines].join('\n  '));
  }

  called(pattern, user) {
    return this.calls.filter((c) => pattern.test(`${c.method} ${c.path}`) && (!user || c.user === user));
  }

  hint() {
    const faults = this.faults.slice(0, 5).map((f) => `\n    fault: ${f.line}`);
    const calls = this.calls
      .slice(-8)
      .map((c) => `\n    ${c.user ?? '-'} ${c.method} ${c.path} → ${c.status} ${c.error ?? ''}`);
    return [...faults, ...calls].join('');
  }

  // ---- rate limits
  // Milliseconds to wait; 0: taken.
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
    return Math.ceil((1 - b.level) / rate);
  }

  limit(user) {
    const wait = this.options.limits && this.take(`message ${user.id}`, 12, 10);
    if (wait)
      throw new MatrixError(429, 'M_LIMIT_EXCEEDED', 'Too Many Requests', {
        retry_after_ms: wait,
        headers: { 'retry-after': Math.ceil(wait / 1000) },
      });
  }

  // What was told to wait may not come again before: all sends of a user, or one route.
  waits(call) {
    const key = `${call.user?.id} ${/\/(send|redact)\//.test(call.path) ? 'send' : call.route?.path}`;
    return {
      key,
      check: () => {
        const held = this.paused.get(key);
        const now = this.mono();
        if (!held || now >= held.until - 5) return;
        if (now - held.from > GRACE_MS && call.user?.strict)
          this.fault(
            `${call.method} ${call.route.path}: repeated before Retry-After`,
            `${Math.round(held.until - now)} ms early`,
          );
      },
      tell: (ms) => this.paused.set(key, { from: this.mono(), until: this.mono() + ms }),
    };
  }

  // ---- HTTP
  request(req, res) {
    const chunks = [];
    let length = 0;
    req.on('data', (c) => {
      length += c.length;
      if (length > BODY_MAX) req.destroy();
      else chunks.push(c);
    });
    req.on('error', () => {});
    res.on('error', () => {});
    req.on('end', () => {
      this.route(req, res, Buffer.concat(chunks)).catch((e) => {
        this.fault('the emulator broke', e.stack);
        res.destroy();
      });
    });
  }

  async route(req, res, raw) {
    const url = new URL(req.url, this.origin);
    const call = {
      hs: this,
      req,
      res,
      raw,
      method: req.method,
      path: url.pathname,
      query: url.searchParams,
      at: this.mono(),
      type: req.headers['content-type'],
      gone: () => res.destroyed || this.stopped,
    };
    this.identify(call);
    this.match(call);
    const record = {
      method: call.method,
      path: call.path,
      route: call.route?.path,
      user: call.user?.id,
      at: call.at,
      body: raw,
    };
    this.calls.push(record);
    const rule = this.ruleFor(call);
    call.rule = rule;
    if (rule) rule.hits += 1;
    if (rule?.do === 'slow' && !rule.after) await after(rule.ms);
    let answer;
    if (!rule || rule.after || ['slow', 'trickle', 'half', 'change', 'limit'].includes(rule.do))
      answer = await this.answerOf(call);
    if (rule && rule.do !== 'slow' && rule.do !== 'limit') answer = this.instead(call, rule, answer);
    if (rule?.do === 'slow' && rule.after) await after(rule.ms);
    record.status = answer?.status ?? 0;
    record.error = answer?.json?.errcode;
    this.changed();
    await this.reply(call, rule, answer);
  }

  identify(call) {
    const header = call.req.headers.authorization ?? '';
    call.token = /^Bearer (.+)$/.exec(header)?.[1];
    const held = call.token && this.world.tokens.get(call.token);
    if (held) Object.assign(call, held);
    if (
      held &&
      held.user.id === this.service?.user &&
      call.query.get('user_id') &&
      call.query.get('user_id') !== held.user.id
    )
      this.fault(`an application service that acts as ${call.query.get('user_id')}`);
  }

  match(call) {
    for (const route of ROUTES) {
      const found = route.method === call.method && route.pattern.exec(call.path);
      if (!found) continue;
      call.route = route;
      try {
        call.args = Object.fromEntries(route.names.map((n, i) => [n, decodeURIComponent(found[i + 1])]));
      } catch {
        continue;
      }
      return;
    }
  }

  ruleFor(call) {
    for (const r of this.rules) {
      if (r.method && r.method !== call.method) continue;
      if (r.path && !r.path.test(call.path)) continue;
      if (r.user && r.user !== call.user?.id) continue;
      if (r.when && !r.when(call)) continue;
      r.seen += 1;
      if (r.seen < r.nth || r.hits >= r.times) continue;
      return r;
    }
    return null;
  }

  // The honest answer: {status, json, headers, bytes, type}.
  async answerOf(call) {
    const wait = this.waits(call);
    try {
      this.judge(call);
      if (call.user && call.route) wait.check();
      const json = await call.route.run(call);
      return json?.bytes ? { status: 200, ...json } : { status: 200, json };
    } catch (e) {
      if (!(e instanceof MatrixError)) throw e;
      const { headers, ...extra } = e.extra;
      if (e.status === 429) wait.tell(extra.retry_after_ms);
      if (this.isMistake(call, e)) this.fault(`${call.method} ${call.path}: ${e.status} ${e.errcode}`, e.message);
      return { status: e.status, headers, json: { errcode: e.errcode, error: e.message, ...extra } };
    }
  }

  isMistake({ user, path }, { status, errcode, message }) {
    if (!MISTAKES.has(errcode) || FORGIVEN.has(message) || (user && !user.strict)) return false;
    return errcode === 'M_UNRECOGNIZED' ? !PROBES.test(path) : status === 400 || status === 401 || status === 413;
  }

  // What a server checks before it looks at what is wanted.
  judge(call) {
    const { user, route, method, raw } = call;
    for (const p of pathProblems(call.path)) this.strict(user, `the path: ${p}`);
    if (call.query.has('access_token')) this.fault('a token in a URL', call.path);
    if (!route) throw new MatrixError(404, 'M_UNRECOGNIZED', `Unrecognized request: ${method} ${call.path}`);
    if (!route.open && !user) {
      if (!call.token) throw new MatrixError(401, 'M_MISSING_TOKEN', 'Missing access token');
      const was = this.world.expired?.get(call.token);
      throw new MatrixError(
        401,
        'M_UNKNOWN_TOKEN',
        'Invalid access token passed.',
        was?.soft ? { soft_logout: true } : {},
      );
    }
    if (method === 'GET' || RAW.has(`${method} ${route.path}`)) return;
    const text = raw.toString('utf8');
    if (!raw.equals(Buffer.from(text))) throw new MatrixError(400, 'M_NOT_JSON', 'Content not UTF-8.');
    try {
      call.body = JSON.parse(text);
    } catch {
      throw new MatrixError(400, 'M_NOT_JSON', 'Content not JSON.');
    }
    call.raw = text;
    if (!call.body || typeof call.body !== 'object' || Array.isArray(call.body))
      throw new MatrixError(400, 'M_BAD_JSON', 'Content must be a JSON object.');
    if (method === 'PUT' && /\/(send|state)\//.test(route.path)) {
      const [problem] = numberProblems(call.body, text);
      if (problem) throw new MatrixError(400, 'M_BAD_JSON', problem);
    }
  }

  // A rule's answer in place of the honest one; null: none at all.
  instead(call, rule, honest) {
    const as = (status, json, more) => ({ status, json, ...more });
    switch (rule.do) {
      case '429': {
        const ms = rule.retryMs ?? (typeof rule.retryAfter === 'number' ? rule.retryAfter * 1000 : 0);
        const told =
          typeof rule.retryAfter === 'string'
            ? Date.parse(rule.retryAfter) - Date.now()
            : Math.max(ms, (rule.retryAfter ?? 0) * 1000);
        this.waits(call).tell(told);
        const headers =
          rule.retryAfter === null || rule.retryAfter === undefined ? {} : { 'retry-after': String(rule.retryAfter) };
        if (rule.html) return { status: 429, text: HTML, type: 'text/html', headers };
        return as(
          429,
          {
            errcode: 'M_LIMIT_EXCEEDED',
            error: 'Too Many Requests',
            ...(rule.retryMs ? { retry_after_ms: rule.retryMs } : {}),
          },
          { headers },
        );
      }
      case 'html':
        return { status: rule.status ?? 502, text: HTML, type: 'text/html' };
      case 'garbage':
        return { status: 200, text: rule.text ?? '{"next_batch": "s1", "rooms": {', type: 'application/json' };
      case 'empty':
        return { status: 200, text: '', type: 'application/json' };
      case 'wrong':
        return as(200, rule.json ?? []);
      case 'change':
        return { ...honest, json: rule.with(structuredClone(honest.json)) };
      case 'unknown-token':
        if (call.token) this.world.expire(call.token, { soft: rule.soft });
        return as(401, {
          errcode: 'M_UNKNOWN_TOKEN',
          error: 'Invalid access token passed.',
          ...(rule.soft ? { soft_logout: true } : {}),
        });
      case 'redirect':
        return {
          status: 302,
          text: '',
          type: 'text/html',
          headers: { location: rule.to ?? `${this.origin}/elsewhere` },
        };
      case 'hang':
      case 'cut':
        return null;
      case 'half':
      case 'trickle':
        return honest;
      default:
        return as(Number(rule.do), {
          errcode: rule.errcode ?? 'M_UNKNOWN',
          error: rule.error ?? 'Internal server error',
        });
    }
  }

  async reply(call, rule, answer) {
    const { res } = call;
    if (res.destroyed) return;
    if (rule?.do === 'hang') return;
    if (!answer) {
      res.socket?.destroy();
      return;
    }
    const bytes = answer.bytes ?? Buffer.from(answer.text ?? JSON.stringify(answer.json));
    res.writeHead(answer.status, {
      'content-type': answer.type ?? 'application/json',
      'content-length': bytes.length,
      ...answer.headers,
    });
    if (rule?.do === 'half') {
      res.write(bytes.subarray(0, bytes.length >> 1), () => res.socket?.destroy());
      return;
    }
    if (rule?.do === 'trickle') {
      const part = Math.ceil(bytes.length / (rule.parts ?? 10));
      for (let at = 0; at < bytes.length && !res.destroyed; at += part) {
        res.write(bytes.subarray(at, at + part));
        await after(rule.ms ?? 50);
      }
      res.end();
      return;
    }
    res.end(bytes);
  }
}
