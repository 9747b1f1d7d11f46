#!/usr/bin/env node
// The least that passes for the daemon, so that the harness itself can be tried: reads anchord.yaml as the harness
// writes it, connects, acknowledges, posts where it is told to, ends on SIGTERM. $STANDIN makes it misbehave.

import fs from 'node:fs';
import { createRequire } from 'node:module';

const WebSocket = createRequire(import.meta.url)('ws');
const how = process.env.STANDIN ?? '';
const yaml = fs.readFileSync(process.argv[process.argv.indexOf('-c') + 1], 'utf8');
const all = (key) =>
  [...yaml.matchAll(new RegExp(`^ +${key}: (.*)$`, 'gm'))].map((m) =>
    m[1].replace(/^\$\{(.*)\}$/, (_, name) => process.env[name]),
  );
const [urls, app, bot] = ['api_url', 'app_token', 'bot_token'].map(all);
const call = (i, method, token, body) =>
  fetch(urls[i] + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }).then((r) => r.json());

const sockets = [];
if (how === 'crash') process.exit(3);
if (how === 'leak') console.error(`connecting with ${bot[0]}`);
if (how === 'report') console.error('core/x.c:1:2: runtime error: signed integer overflow');
if (how !== 'deaf') {
  for (let i = 0; i < urls.length; i++) {
    const { url } = await call(i, 'apps.connections.open', app[i], {});
    const s = new WebSocket(url, { perMessageDeflate: false });
    sockets.push(s);
    s.on('message', (data) => {
      const m = JSON.parse(data.toString());
      if (!m.envelope_id) return;
      s.send(JSON.stringify({ envelope_id: m.envelope_id }));
      if (m.type !== 'slash_commands') return;
      const clock = process.env.ANCHORD_TEST_CLOCK
        ? Number(fs.readFileSync(process.env.ANCHORD_TEST_CLOCK, 'utf8'))
        : 0;
      call(i, 'chat.postMessage', bot[i], {
        channel: m.payload.channel_id,
        text: `heard at ${new Date(clock / 1000).toISOString()}`,
      });
    });
  }
}
process.on('SIGTERM', () => {
  if (how === 'stubborn') return;
  for (const s of sockets) s.close(1000);
  process.exit(how === 'sour' ? 1 : 0);
});
setInterval(() => {}, 1000);
