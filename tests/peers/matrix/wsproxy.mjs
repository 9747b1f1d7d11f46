// What stands between a homeserver and an application service behind a websocket, as mautrix-wsproxy does it: it
// answers the homeserver when a frame is written, not when it was read, remembers nothing, and drops who sends rubbish.
//
//   const proxy = await WsProxy.start({ asToken, hsToken });
//   hs.appservice({ url: proxy.origin, … });    // or a real one: SYNAPSE_APPSERVICE_URL
//   … the daemon connects to proxy.ws …
//   proxy.lose(1);  proxy.repeat = 2;  proxy.silence();  proxy.replace();  proxy.shutdown();  proxy.cut();

import http from 'node:http';
import { createRequire } from 'node:module';
import { Waiting } from '../waiting.mjs';

const { WebSocketServer } = createRequire(import.meta.url)('ws');

const PATH = '/_matrix/client/unstable/fi.mau.as_sync';
const FRAME = 4082; // what fits beside a header into the writer's buffer
const json = (status, body) => ({ status, body: JSON.stringify(body) });

export class WsProxy extends Waiting {
  // dialect: 'wsproxy' (no acknowledgements) or 'newer' (transactions carry an id, and wait for `response`).
  static async start(options) {
    const proxy = new WsProxy(options);
    await proxy.listen(options.port ?? 0);
    return proxy;
  }

  constructor({ asToken, hsToken, dialect = 'wsproxy', ackMs = 2000 }) {
    super();
    Object.assign(this, { asToken, hsToken, dialect, ackMs });
    this.repeat = 1; // how often each transaction is sent
    this.losing = 0; // transactions to be answered and not sent
    this.transactions = []; // {id, events, status}
    this.lost = [];
    this.connections = []; // all there were, the latest last
    this.closed = []; // {code, reason}
    this.commands = []; // what the client sent
    this.acked = [];
    this.faults = [];
    this.refusing = []; // statuses that the next upgrades are answered with
    this.waitingFor = new Map(); // id → {txn, timer}
    this.count = 0;
    this.sockets = new Set();
  }

  async listen(port) {
    this.server = http.createServer((req, res) => this.request(req, res));
    this.server.on('upgrade', (req, socket, head) => this.upgrade(req, socket, head));
    this.server.on('connection', (s) => {
      this.sockets.add(s);
      s.on('close', () => this.sockets.delete(s));
      s.on('error', () => {});
    });
    this.wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 << 20 });
    await new Promise((resolve, reject) => this.server.once('error', reject).listen(port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  get ws() {
    return `ws://127.0.0.1:${this.port}`;
  }

  get client() {
    const last = this.connections[this.connections.length - 1];
    return last?.readyState === 1 ? last : null;
  }

  fault(what) {
    this.faults.push(what);
    this.changed();
  }

  // Faults that match are provoked on purpose.
  expect(pattern) {
    this.faults = this.faults.filter((f) => !pattern.test(f));
  }

  check() {
    if (this.faults.length) throw new Error(['the proxy would not like this:', ...this.faults].join('\n  '));
  }

  hint() {
    return this.faults.map((f) => `\n    fault: ${f}`).join('');
  }

  async stop() {
    for (const { timer } of this.waitingFor.values()) clearTimeout(timer);
    for (const s of this.sockets) s.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  // Ends, and comes back on the same port.
  async restart() {
    await this.stop();
    await this.listen(this.port);
  }

  // ---- what goes wrong
  // The next transactions are answered 200 and never sent.
  lose(count) {
    this.losing = count;
  }

  // The connection stands, and nothing goes through it any more, either way. What is written is gone.
  silence() {
    const { client } = this;
    client.silent = true;
    client._socket.pause();
    return client;
  }

  // TCP ends without a word.
  cut() {
    this.client?._socket.destroy();
  }

  close(code, status) {
    this.client?.close(code, JSON.stringify({ command: 'disconnect', status }));
  }

  replace() {
    this.close(4001, 'conn_replaced');
  }

  shutdown() {
    this.close(1001, 'server_shutting_down');
  }

  // Sends any text or bytes as they are.
  raw(data, how = {}) {
    this.client.send(data, { binary: false, ...how });
  }

  // ---- the homeserver's side
  request(req, res) {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', () => {
      const url = new URL(req.url, this.origin);
      const { status, body } = this.answer(req, url, Buffer.concat(chunks).toString());
      res.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  }

  answer(req, url, body) {
    const id = /^(?:\/_matrix\/app\/v1)?\/transactions\/([^/]+)$/.exec(url.pathname)?.[1];
    if (url.pathname !== PATH && (req.method !== 'PUT' || !id))
      return json(404, { errcode: 'M_UNRECOGNIZED', error: 'Unrecognized' });
    const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? url.searchParams.get('access_token');
    if (!token) return json(403, { errcode: 'M_MISSING_TOKEN', error: 'Missing token' });
    if (token !== (url.pathname === PATH ? this.asToken : this.hsToken))
      return json(403, { errcode: 'M_UNKNOWN_TOKEN', error: 'Unknown token' });
    if (url.pathname === PATH) return json(400, { errcode: 'M_UNKNOWN', error: 'Bad Request' });
    let transaction;
    try {
      transaction = JSON.parse(body);
    } catch {
      return json(400, { errcode: 'M_BAD_JSON', error: 'Bad JSON' });
    }
    return this.forward(decodeURIComponent(id), transaction);
  }

  forward(id, { events = [], ephemeral = [] }) {
    const done = (status, body = {}) => {
      this.transactions.push({ id, events, status });
      this.changed();
      return json(status, body);
    };
    if (this.losing > 0) {
      this.losing -= 1;
      this.lost.push({ id, events });
      return done(200);
    }
    if (!this.client)
      return done(502, { errcode: 'FI.MAU.WS_NOT_CONNECTED', error: 'Endpoint is not connected to websocket' });
    if (this.client.silent) this.lost.push({ id, events });
    else for (let i = 0; i < this.repeat; i++) this.transact(id, events, ephemeral);
    return done(200);
  }

  // Events as the 2021 structs leave them: of `unsigned` only what they know, and relations that are none.
  transact(id, events, ephemeral = []) {
    const known = ({
      type,
      event_id,
      room_id,
      sender,
      origin_server_ts,
      state_key,
      content,
      redacts,
      unsigned = {},
    }) => {
      const { age, transaction_id, prev_content, prev_sender, replaces_state, redacted_because, invite_room_state } =
        unsigned;
      return {
        sender,
        type,
        origin_server_ts,
        event_id,
        room_id,
        content,
        ...(state_key === undefined ? {} : { state_key }),
        ...(redacts === undefined ? {} : { redacts }),
        unsigned: {
          age,
          transaction_id,
          prev_content,
          prev_sender,
          replaces_state,
          redacted_because,
          invite_room_state,
          'm.relations': {},
        },
      };
    };
    const message = {
      status: 'ok',
      txn_id: id,
      events: events.map(known),
      ephemeral,
      device_lists: {},
      device_one_time_keys_count: {},
    };
    if (this.dialect === 'newer') {
      this.count += 1;
      Object.assign(message, { id: this.count, command: 'transaction' });
      this.awaitAck(this.count, id);
    }
    this.write(JSON.stringify(message));
  }

  // The end of a message is its FIN bit: beyond what one write takes it comes in two frames, and beyond two of them
  // as one frame without an end, which an empty one ends.
  write(text) {
    const { client } = this;
    const bytes = Buffer.from(text);
    const part = (data, fin) => client.send(data, { binary: false, fin, compress: false });
    if (bytes.length <= FRAME) part(bytes, true);
    else if (bytes.length <= 2 * FRAME) {
      part(bytes.subarray(0, FRAME), false);
      part(bytes.subarray(FRAME), true);
    } else {
      part(bytes, false);
      part(Buffer.alloc(0), true);
    }
  }

  awaitAck(id, txn) {
    const { client } = this;
    const timer = setTimeout(() => {
      this.waitingFor.delete(id);
      client.close(4002, JSON.stringify({ command: 'disconnect', status: 'transactions_not_acknowledged' }));
    }, this.ackMs);
    this.waitingFor.set(id, { txn, timer, client });
  }

  // ---- the service's side
  upgrade(req, socket, head) {
    const refuse = ({ status, body }) => {
      socket.end(
        `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    };
    const { origin, host, authorization } = req.headers;
    const url = new URL(req.url, this.origin);
    if (url.pathname !== PATH)
      return this.refused(refuse, json(404, { errcode: 'M_UNRECOGNIZED' }), `an upgrade at ${url.pathname}`);
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (!token) return this.refused(refuse, json(403, { errcode: 'M_MISSING_TOKEN' }), 'an upgrade without a token');
    if (token !== this.asToken) return refuse(json(403, { errcode: 'M_UNKNOWN_TOKEN' }));
    if (origin && new URL(origin).host !== host)
      return this.refused(refuse, json(403, { errcode: 'M_FORBIDDEN' }), 'an upgrade with an Origin');
    if (this.refusing.length) return refuse(json(this.refusing.shift(), { errcode: 'M_UNKNOWN' }));
    return this.wss.handleUpgrade(req, socket, head, (ws) => this.connected(ws, req));
  }

  refused(refuse, answer, what) {
    this.fault(what);
    refuse(answer);
  }

  connected(ws, req) {
    ws.headers = req.headers;
    const before = this.client;
    if (before) this.replace();
    this.connections.push(ws);
    ws.on('message', (data) => this.message(ws, data));
    ws.on('ping', () => {
      ws.pings = (ws.pings ?? 0) + 1;
    });
    ws.on('error', () => {});
    ws.on('close', (code, reason) => {
      for (const [id, w] of this.waitingFor) {
        if (w.client !== ws) continue;
        clearTimeout(w.timer);
        this.waitingFor.delete(id);
      }
      this.closed.push({ code, reason: reason.toString() });
      this.changed();
    });
    ws.send(JSON.stringify(this.dialect === 'newer' ? { command: 'connect' } : { status: 'connected' }));
    this.changed();
  }

  message(ws, data) {
    let message;
    try {
      message = JSON.parse(data.toString());
      if (!message || typeof message !== 'object' || Array.isArray(message)) throw new Error('no object');
      if (message.id !== undefined && !Number.isInteger(message.id)) throw new Error('id is no integer');
    } catch (e) {
      this.fault(`rubbish in a frame: ${e.message}`);
      ws._socket.destroy(); // no close frame
      return;
    }
    this.commands.push(message);
    const { id, command, data: given } = message;
    const reply = (kind, answer) => id && ws.send(JSON.stringify({ command: kind, id, data: answer }));
    if (command === 'ping') reply('response', { timestamp: Date.now() });
    else if (this.dialect === 'newer' && (command === 'response' || command === 'error')) this.acknowledged(message);
    else if (command === 'start_sync') reply('error', { message: 'sync proxy shared secret not configured' });
    else {
      reply('error', { message: `unknown command ${command}` });
      this.fault(`unknown command ${command} ${JSON.stringify(given ?? null)}`);
    }
    this.changed();
  }

  acknowledged({ id, command, data }) {
    const held = this.waitingFor.get(id);
    if (!held) {
      this.fault(`an acknowledgement of ${id}, which nobody waits for`);
      return;
    }
    clearTimeout(held.timer);
    this.waitingFor.delete(id);
    if (command === 'response' && data?.txn_id !== held.txn)
      this.fault(`an acknowledgement of ${id} that names ${data?.txn_id}, not ${held.txn}`);
    this.acked.push(held.txn);
  }
}
