// A tiny scripted client for the emulator's own tests. It does nothing by itself but what it is told.

import http from 'node:http';
import { createRequire } from 'node:module';

const WebSocket = createRequire(import.meta.url)('ws');

export class Client {
  constructor(slack, ws) {
    this.slack = slack;
    this.ws = ws;
    this.sockets = [];
    this.seen = []; // envelopes, in the order of arrival
    this.frames = []; // everything else that is JSON
    this.odd = []; // what is not
    this.answer = () => undefined; // envelope → payload of its ack; false: no ack
  }

  // → {status, headers, text, json}; or {cut: true} where the connection ended.
  http(method, url, { headers = {}, body = '' } = {}) {
    return new Promise((resolve) => {
      const req = http.request(
        url,
        { method, headers: { 'content-length': Buffer.byteLength(body), ...headers }, agent: false },
        (res) => {
          const chunks = [];
          res.on('data', (c) => chunks.push(c));
          res.on('error', () => resolve({ cut: true, status: res.statusCode }));
          res.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            let json;
            try {
              json = JSON.parse(text);
            } catch {
              json = undefined;
            }
            resolve({ status: res.statusCode, headers: res.headers, text, json });
          });
        },
      );
      req.on('error', () => resolve({ cut: true }));
      req.setTimeout(10000, () => req.destroy());
      req.end(body);
    });
  }

  // A call as a careful client makes it; `as` may say how else: json, form, get, and other headers.
  async raw(method, args = {}, { as = 'json', token = this.ws.botToken, type, headers = {} } = {}) {
    const json = as === 'json';
    const values = Object.entries(args).map(([k, v]) => [k, typeof v === 'object' ? JSON.stringify(v) : String(v)]);
    const body = as === 'get' ? '' : json ? JSON.stringify(args) : new URLSearchParams(values).toString();
    const contentType = type ?? (json ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded');
    const query = as === 'get' && values.length ? `?${new URLSearchParams(values)}` : '';
    return this.http(as === 'get' ? 'GET' : 'POST', `${this.slack.api}${method}${query}`, {
      headers: {
        ...(as === 'get' ? {} : { 'content-type': contentType }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body,
    });
  }

  async call(method, args, how) {
    return (await this.raw(method, args, how)).json;
  }

  form(method, args, how = {}) {
    return this.call(method, args, { as: 'form', ...how });
  }

  post(channel, text, more = {}) {
    return this.call('chat.postMessage', { channel, text, ...more });
  }

  async url() {
    return (await this.form('apps.connections.open', {}, { token: this.ws.appToken })).url;
  }

  // Resolves to the socket once it is open, or to {status}.
  dial(url, { autoPong = true, headers } = {}) {
    return new Promise((resolve) => {
      const s = new WebSocket(url, { perMessageDeflate: false, autoPong, headers });
      s.pinged = [];
      s.on('ping', (data) => s.pinged.push(data.toString()));
      s.on('message', (data, binary) => this.received(s, data.toString(), binary));
      s.on('close', (code, reason) => {
        s.closed = { code, reason: reason.toString() };
        this.slack.changed();
      });
      s.on('error', () => {});
      s.on('unexpected-response', (req, res) => {
        resolve({ status: res.statusCode });
        req.destroy();
      });
      s.on('open', () => {
        this.sockets.push(s);
        resolve(s);
      });
    });
  }

  async connect(how) {
    const s = await this.dial(await this.url(), how);
    if (!s.status && !how?.early) await this.slack.until('hello', () => s.hello);
    return s;
  }

  received(s, text, binary) {
    let m;
    try {
      m = binary ? undefined : JSON.parse(text);
    } catch {
      m = undefined;
    }
    if (!m || typeof m !== 'object' || Array.isArray(m)) this.odd.push(binary ? 'binary' : text);
    else if (m.envelope_id) {
      this.seen.push(m);
      this.acknowledge(s, m);
    } else {
      this.frames.push(m);
      if (m.type === 'hello') s.hello = m;
    }
    this.slack.changed();
  }

  acknowledge(s, m) {
    const payload = this.answer(m, s);
    if (payload !== false)
      s.send(JSON.stringify({ envelope_id: m.envelope_id, ...(payload === undefined ? {} : { payload }) }));
  }

  end() {
    for (const s of this.sockets) s.terminate();
  }
}
