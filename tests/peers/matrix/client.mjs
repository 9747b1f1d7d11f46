// A bare client for the peers' own tests: requests as they are, and a websocket that keeps what came.

import http from 'node:http';
import { createRequire } from 'node:module';

const WebSocket = createRequire(import.meta.url)('ws');

export const C = '/_matrix/client/v3';
export const part = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

// Resolves to {status, headers, text, json}, or {cut: true} when the connection ended first.
export function ask(url, method, path, { token, body, raw, headers = {}, ms = 5000 } = {}) {
  return new Promise((resolve) => {
    const data = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const req = http.request(`${url}${path}`, {
      method,
      agent: false,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(data === undefined ? {} : { 'content-length': Buffer.byteLength(data) }),
        ...headers,
      },
    });
    const timer = setTimeout(() => {
      req.destroy();
      resolve({ silent: true });
    }, ms);
    const cut = () => {
      clearTimeout(timer);
      resolve({ cut: true });
    };
    req.on('error', cut);
    req.on('response', (res) => {
      const chunks = [];
      res.on('data', (c) => chunks.push(c));
      res.on('error', cut);
      res.on('aborted', cut);
      res.on('end', () => {
        clearTimeout(timer);
        const text = Buffer.concat(chunks).toString();
        let json;
        try {
          json = JSON.parse(text);
        } catch {
          json = undefined;
        }
        resolve({ status: res.statusCode, headers: res.headers, text, json });
      });
    });
    req.end(data);
  });
}

export class Account {
  constructor(hs, { user_id: id, access_token: token }) {
    Object.assign(this, { hs, id, token, txns: 0 });
  }

  call(method, path, body, how = {}) {
    return ask(this.hs.url, method, path, {
      token: this.token,
      ...(method === 'GET' ? {} : { body: body ?? {} }),
      ...how,
    });
  }

  room = (room, ...rest) => [C, 'rooms', ...[room, ...rest].map(part)].join('/').replace('//', '/');
  send(room, content, { type = 'm.room.message', txn = `t${(this.txns += 1)}`, ...how } = {}) {
    return this.call('PUT', this.room(room, 'send', type, txn), content, how);
  }

  text(room, body, how) {
    return this.send(room, { msgtype: 'm.text', body, 'm.mentions': {} }, how);
  }

  async sync(since, { timeout = 0, ...more } = {}) {
    const query = new URLSearchParams({ timeout, ...(since ? { since } : {}), ...more });
    const answer = await this.call('GET', `${C}/sync?${query}`);
    return answer.json;
  }
}

// Resolves to the open socket with `frames` (texts, whole), `pieces` (opcode and fin of each frame), `closed`;
// or to {status, json} of a refusal.
export function dial(
  proxy,
  { token = proxy.asToken, headers = {}, path = '/_matrix/client/unstable/fi.mau.as_sync' } = {},
) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`${proxy.ws}${path}`, {
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      perMessageDeflate: false,
    });
    ws.frames = [];
    ws.on('message', (data) => ws.frames.push(JSON.parse(data.toString())));
    ws.on('close', (code, reason) => {
      ws.closed = { code, reason: reason.toString() };
    });
    ws.on('unexpected-response', (req, res) => {
      let text = '';
      res.on('data', (c) => {
        text += c;
      });
      res.on('end', () => resolve({ status: res.statusCode, json: JSON.parse(text) }));
    });
    ws.on('open', () => resolve(ws));
    ws.on('error', (e) => {
      if (ws.readyState === 1) return;
      reject(e);
    });
  });
}
