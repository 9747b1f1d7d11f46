// Socket Mode from Slack's side, for one app: connections, hello, envelopes with their deadline and retries,
// and every way in which a connection may go wrong. What the client does wrong is told to slack.fault.

import { randomUUID } from 'node:crypto';
import { secret } from './world.mjs';

const FRAME_MAX = 20480;
const CONNECTIONS_MAX = 10;
const OPCODES = { 0: 'continuation', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

// Reads the heads of the frames that a client sends, which the websocket library puts together before it
// shows them: whether one was fragmented, masked, and how long.
class FrameHeads {
  constructor(seen) {
    this.seen = seen;
    this.rest = Buffer.alloc(0);
    this.skip = 0;
  }

  feed(chunk) {
    let bytes = chunk;
    while (bytes.length) {
      if (this.skip) {
        const n = Math.min(this.skip, bytes.length);
        this.skip -= n;
        bytes = bytes.subarray(n);
        continue;
      }
      const buffer = this.rest.length ? Buffer.concat([this.rest, bytes]) : bytes;
      const head = FrameHeads.head(buffer);
      if (!head) {
        this.rest = Buffer.from(buffer);
        return;
      }
      this.rest = Buffer.alloc(0);
      this.seen(head);
      this.skip = head.length;
      bytes = buffer.subarray(head.size);
    }
  }

  static head(b) {
    if (b.length < 2) return null;
    const masked = (b[1] & 0x80) !== 0,
      short = b[1] & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    const size = 2 + extra + (masked ? 4 : 0);
    if (b.length < size) return null;
    const length = extra === 2 ? b.readUInt16BE(2) : extra === 8 ? Number(b.readBigUInt64BE(2)) : short;
    return {
      fin: (b[0] & 0x80) !== 0,
      reserved: (b[0] & 0x70) !== 0,
      kind: OPCODES[b[0] & 0x0f] ?? 'reserved',
      masked,
      length,
      size,
    };
  }
}

// How a connection is to begin; one plan is used up by one connection (SocketMode.plans).
//   status: 404 | 408 | 200 …     the upgrade is answered with it     hang: the upgrade is not answered
//   before: reason                disconnect instead of hello         after: reason     disconnect right after hello
//   helloMs: n                    hello comes late                    noHello           never
//   hello: {…}                    further or other fields             mute              silent from the start
//   cut: 'before' | 'after'       TCP cut before or after hello       noPong            pings are not answered
//   holdTcp                       the close handshake is answered, but TCP stays open
class Connection {
  constructor(mode, ws, head, plan) {
    Object.assign(this, {
      mode,
      ws,
      plan,
      id: ++mode.serial,
      ready: false,
      muted: !!plan.mute,
      noPong: !!plan.noPong,
      pings: new Map(),
      clientPings: 0,
      warned: '',
    });
    this.openedAt = mode.slack.mono();
    this.timers = new Set();
    const heads = new FrameHeads((frame) => this.frame(frame));
    if (head?.length) heads.feed(head);
    ws._socket.on('data', (chunk) => {
      if (!this.muted) heads.feed(chunk);
    });
    ws._socket.setNoDelay(true);
    if (plan.holdTcp) ws._socket.end = () => {};
    ws.on('message', (data, isBinary) => {
      if (!this.muted) mode.received(this, data, isBinary);
    });
    ws.on('ping', (data) => this.pinged(data));
    ws.on('pong', (data) => this.ponged(data.toString()));
    ws.on('error', (e) => mode.fault('broken websocket', e.message));
    ws.on('close', (code, reason) => this.gone(code, reason.toString()));
  }

  get open() {
    return this.ws.readyState === 1;
  }

  later(ms, what) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      what();
    }, ms);
    this.timers.add(timer);
  }

  begin() {
    const { plan } = this;
    if (plan.cut === 'before') return this.cut();
    if (plan.before) return this.disconnect(plan.before, { closeMs: plan.closeMs });
    if (plan.noHello || plan.mute) return undefined;
    if (plan.helloMs) return this.later(plan.helloMs, () => this.hello());
    return this.hello();
  }

  hello() {
    if (!this.open) return;
    this.ready = true;
    const { slack, app } = this.mode;
    this.json({
      type: 'hello',
      num_connections: this.mode.conns.size,
      connection_info: { app_id: app.appId },
      debug_info: {
        host: 'applink-0',
        started: '2025-01-01 00:00:00.000',
        build_number: 10,
        approximate_connection_time: slack.options.lifetimeS,
      },
      ...this.plan.hello,
    });
    if (slack.options.pingMs) this.pingEvery(slack.options.pingMs);
    if (this.plan.cut === 'after') {
      this.cut();
      return;
    }
    if (this.plan.after) this.disconnect(this.plan.after, { closeMs: this.plan.closeMs });
    slack.changed();
    this.mode.flush();
  }

  pingEvery(ms) {
    this.later(ms, () => {
      if (!this.open || this.muted) return;
      this.ping();
      this.pingEvery(ms);
    });
  }

  ping(payload = `Ping from applink-0 ${secret(4)}`) {
    const { slack } = this.mode;
    this.pings.set(payload, slack.mono());
    this.ws.ping(payload);
    this.later(slack.options.pongMs, () => {
      if (this.pings.delete(payload) && this.open && !this.muted)
        this.mode.fault('no pong', `within ${slack.options.pongMs} ms`);
    });
  }

  pinged(data) {
    if (this.muted) return;
    this.clientPings += 1;
    if (!this.noPong && this.open) this.ws.pong(data);
  }

  ponged(payload) {
    if (this.muted) return;
    if (this.pings.delete(payload)) {
      this.pongs = (this.pongs ?? 0) + 1;
      return;
    }
    if (payload !== '') this.mode.fault('a pong that echoes no ping', JSON.stringify(payload.slice(0, 40)));
  }

  frame({ fin, reserved, kind, masked, length }) {
    if (!masked) this.mode.fault('an unmasked frame', kind);
    if (reserved || kind === 'reserved') this.mode.fault('a frame with reserved bits', kind);
    if (!fin || kind === 'continuation') this.mode.fault('a fragmented frame', `${kind} of ${length} bytes`);
  }

  text(text, { pieces = 1 } = {}) {
    if (!this.open || this.muted) return;
    const bytes = Buffer.from(text);
    for (let i = 0; i < pieces; i++) {
      const part = bytes.subarray(
        Math.floor((bytes.length * i) / pieces),
        Math.floor((bytes.length * (i + 1)) / pieces),
      );
      this.ws.send(part, { binary: false, fin: i === pieces - 1 });
    }
  }

  json(value, how) {
    this.text(JSON.stringify(value), how);
  }

  // Rubbish: anything that is no envelope. kind: empty, text, binary, number, array, unknown, half
  rubbish(kind) {
    const text = {
      empty: '',
      text: 'UNAUTHENTICATED: cache_error',
      number: '42',
      array: '[]',
      null: 'null',
      half: '{"type":"ev',
      unknown: '{"type":"surprise","extra":[1]}',
      deep: '['.repeat(5000) + ']'.repeat(5000),
    };
    if (kind === 'binary') this.ws.send(Buffer.from([0, 255, 1, 2]), { binary: true });
    else this.text(text[kind]);
  }

  disconnect(reason = 'warning', { closeMs = this.mode.slack.options.warningMs, fields = {} } = {}) {
    this.warned = reason;
    this.json({ type: 'disconnect', reason, debug_info: { host: 'applink-0' }, ...fields });
    const soon = reason === 'too_many_websockets' || reason === 'link_disabled';
    this.later(soon ? Math.min(closeMs, 50) : closeMs, () => this.close());
  }

  close(code = 1000, reason = '') {
    this.ready = false;
    this.ws.close(code, reason);
  }

  // TCP ends without a close frame.
  cut() {
    this.ready = false;
    this.ws._socket?.resetAndDestroy ? this.ws._socket.resetAndDestroy() : this.ws.terminate();
  }

  // Half-open: TCP stays, nothing comes, nothing is heard.
  mute() {
    this.muted = true;
  }

  gone(code, reason) {
    for (const t of this.timers) clearTimeout(t);
    this.ready = false;
    this.closeCode = code;
    this.closeReason = reason;
    this.mode.conns.delete(this);
    this.mode.closed.push({ id: this.id, code, reason });
    this.mode.connectionLost(this);
    this.mode.slack.changed();
  }
}

export class SocketMode {
  constructor(slack, app) {
    Object.assign(this, {
      slack,
      app,
      conns: new Set(),
      plans: [],
      queue: [],
      envelopes: new Map(),
      unacked: new Set(),
      serial: 0,
      opens: 0,
      closed: [],
      handshakes: 0,
      most: 0,
      timers: new Set(),
    });
    this.chaos = { duplicateEnvelope: 0, duplicateEvent: 0, reorder: 0, fragment: 0 }; // probabilities
    this.counts = { sent: 0, acked: 0, late: 0, elsewhere: 0, retries: 0, lost: 0 };
    this.enabled = true;
  }

  get ready() {
    return [...this.conns].filter((c) => c.ready && c.open);
  }

  get connection() {
    return this.ready[0];
  }

  fault(what, detail, extra = {}) {
    this.slack.fault({ where: 'socket', workspace: this.app.name, what, detail, ...extra });
  }

  timer(ms, what) {
    const t = setTimeout(() => {
      this.timers.delete(t);
      what();
    }, ms);
    this.timers.add(t);
    return t;
  }

  accept(ws, head, plan) {
    const c = new Connection(this, ws, head, plan);
    this.conns.add(c);
    this.most = Math.max(this.most, this.conns.size);
    if (this.conns.size > CONNECTIONS_MAX) {
      this.fault('too many websockets', `${this.conns.size} connections`);
      c.disconnect('too_many_websockets');
    } else {
      c.begin();
    }
    this.slack.changed();
  }

  // Disconnects one connection or all of them with a reason.
  disconnect(reason, how) {
    for (const c of this.ready) c.disconnect(reason, how);
  }

  disable(error = 'no_permission') {
    this.enabled = false;
    this.disabledError = error;
    this.disconnect('link_disabled');
  }

  // ---- envelopes
  // Sends an envelope to some connection. Resolves to {payload} once it is acknowledged, or {failed}.
  deliver(type, payload, { accepts = false, retry } = {}) {
    const envelope = { id: randomUUID(), type, payload, accepts, retry, sends: 0, acks: 0, conn: null };
    const answered = new Promise((resolve) => {
      envelope.settle = resolve;
    });
    this.envelopes.set(envelope.id, envelope);
    this.last = envelope;
    if (this.slack.chance(this.chaos.reorder)) this.timer(1 + this.slack.below(60), () => this.route(envelope));
    else this.route(envelope);
    return answered;
  }

  route(envelope) {
    const ready = this.ready;
    if (!ready.length) {
      if (envelope.type === 'events_api') this.queue.push(envelope);
      else {
        this.envelopes.delete(envelope.id);
        envelope.settle({ failed: 'dispatch_failed' });
      }
      return;
    }
    this.send(ready[this.slack.below(ready.length)], envelope);
    if (this.slack.chance(this.chaos.duplicateEnvelope)) this.again(envelope);
    if (envelope.type === 'events_api' && this.slack.chance(this.chaos.duplicateEvent)) this.repeatEvent(envelope);
  }

  frame(e) {
    const frame = { envelope_id: e.id, type: e.type, payload: e.payload, accepts_response_payload: e.accepts };
    if (e.type === 'events_api')
      Object.assign(frame, { retry_attempt: e.retry?.attempt ?? 0, retry_reason: e.retry?.reason ?? '' });
    return frame;
  }

  send(conn, envelope) {
    envelope.conn = conn;
    envelope.sends += 1;
    if (!envelope.acks) this.unacked.add(envelope);
    envelope.sentAt = this.slack.mono();
    this.counts.sent += 1;
    conn.json(this.frame(envelope), { pieces: this.slack.chance(this.chaos.fragment) ? 3 : 1 });
    clearTimeout(envelope.timer);
    envelope.timer = this.timer(this.slack.options.ackMs, () => this.overdue(envelope));
  }

  // The same envelope_id once more; and the same event under a new envelope_id.
  again(envelope = this.last) {
    const ready = this.ready;
    if (ready.length) this.send(ready[this.slack.below(ready.length)], envelope);
  }

  repeatEvent(envelope = this.last, attempt = (envelope.retry?.attempt ?? 0) + 1) {
    return this.deliver('events_api', envelope.payload, { retry: { attempt, reason: 'timeout' } });
  }

  overdue(envelope) {
    if (envelope.acks) return;
    const { conn } = envelope;
    envelope.overdue = true;
    this.unacked.delete(envelope);
    if (conn.open && !conn.muted)
      this.fault('no ack', `${envelope.type} within ${this.slack.options.ackMs} ms`, { envelope: envelope.id });
    envelope.settle({ failed: 'operation_timeout' });
    if (envelope.type === 'events_api') this.retry(envelope);
  }

  retry(envelope, now = false) {
    const attempt = (envelope.retry?.attempt ?? 0) + 1;
    const delay = now ? 0 : this.slack.options.retryMs[attempt - 1];
    if (attempt > this.slack.options.retryMs.length) {
      this.counts.lost += 1;
      return;
    }
    this.counts.retries += 1;
    this.timer(delay * (now ? 1 : this.slack.options.retryScale), () =>
      this.deliver('events_api', envelope.payload, { retry: { attempt, reason: 'timeout' } }),
    );
  }

  // What was on its way when a connection went: events come again, slash commands by the next connection.
  connectionLost(conn) {
    for (const e of [...this.unacked]) {
      if (e.conn !== conn) continue;
      e.lost = true;
      this.unacked.delete(e);
      clearTimeout(e.timer);
      if (e.type === 'events_api') this.retry(e, true);
      else if (e.type === 'slash_commands' && this.slack.options.redeliverSlash && (e.redelivered ?? 0) < 3)
        this.queue.push(this.renewed(e));
      else e.settle({ failed: 'connection_lost' });
    }
  }

  // The same command again: as the person sees it, it is the same one, so its first promise is settled.
  renewed(e) {
    const next = {
      ...e,
      id: this.slack.chance(0.5) ? e.id : randomUUID(),
      sends: 0,
      acks: 0,
      conn: null,
      overdue: false,
      lost: false,
      redelivered: (e.redelivered ?? 0) + 1,
    };
    this.envelopes.set(next.id, next);
    return next;
  }

  flush() {
    const waiting = this.queue.splice(0);
    for (const e of waiting) {
      if (e.type === 'events_api' && !e.retry) e.retry = { attempt: 1, reason: 'timeout' };
      this.route(e);
    }
  }

  // ---- what comes back
  received(conn, data, isBinary) {
    if (data.length > FRAME_MAX) {
      this.fault('a frame above 20480 bytes', `${data.length} bytes`);
      conn.close(1009, 'Max frame length of 20480 has been exceeded');
      return;
    }
    if (isBinary) {
      this.fault('a binary frame', `${data.length} bytes`);
      return;
    }
    let ack;
    try {
      ack = JSON.parse(data.toString());
    } catch {
      this.fault('a frame that is no JSON', data.toString().slice(0, 60));
      return;
    }
    this.ack(conn, ack);
  }

  ack(conn, ack) {
    const e = ack && this.envelopes.get(ack.envelope_id);
    if (!e) {
      this.fault('an ack of an unknown envelope', JSON.stringify(ack?.envelope_id ?? null));
      return;
    }
    e.acks += 1;
    this.unacked.delete(e);
    if (e.acks > e.sends) this.fault('an envelope acknowledged twice', e.type, { envelope: e.id });
    const extra = Object.keys(ack).filter((k) => k !== 'envelope_id' && k !== 'payload');
    if (extra.length) this.fault('an ack with unknown fields', extra.join(', '));
    const loaded =
      ack.payload !== undefined && (typeof ack.payload !== 'object' || Object.keys(ack.payload ?? {}).length > 0);
    if (loaded && !e.accepts) this.fault('a payload that is not accepted', e.type, { envelope: e.id });
    if (conn !== e.conn) this.counts.elsewhere += 1;
    if (e.acks > 1) return;
    this.counts.acked += 1;
    clearTimeout(e.timer);
    if (e.overdue) {
      this.counts.late += 1;
      this.fault('a late ack', `${e.type} after ${Math.round(this.slack.mono() - e.sentAt)} ms`, { envelope: e.id });
      return;
    }
    e.ackMs = this.slack.mono() - e.sentAt;
    e.settle({ payload: loaded && e.accepts ? ack.payload : undefined, ackMs: e.ackMs });
    this.slack.changed();
  }

  // Envelopes sent and not acknowledged, still within their time.
  get pending() {
    return this.queue.length + this.unacked.size;
  }

  stop() {
    for (const t of this.timers) clearTimeout(t);
    for (const c of this.conns) c.ws.terminate();
  }
}
