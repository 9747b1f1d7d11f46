#!/usr/bin/env node
// Proves the emulator: each row is a promise about one point of the conformance checklist (Slack reference, 8), kept
// against a scripted client. `node selftest.mjs [PATTERN]` runs those whose name matches.

import assert from 'node:assert/strict';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { Client } from './client.mjs';
import { Slack } from './emulator.mjs';
import { Stage, playScene } from './harness.mjs';
import { METHODS } from './methods.mjs';
import { checkBlocks, checkView } from './validate.mjs';
import { blockLines, readable, scanText } from './blockkit.mjs';

const ROWS = [];
// play gets {slack, ws, client, maria, jonas}; faults that it provokes are expected by it.
const row = (point, name, play, options = {}) => ROWS.push({ point, name, play, options });
const sleep = (ms) =>
  new Promise((r) => {
    setTimeout(r, ms);
  });
const plain = (text) => ({ type: 'plain_text', text });
const mrkdwn = (text, more = {}) => ({ type: 'mrkdwn', text, ...more });
const button = (text = 'Go', more = {}) => ({ type: 'button', action_id: 'go', text: plain(text), ...more });
const actions = (...elements) => ({ type: 'actions', elements });
const input = (element, more = {}) => ({
  type: 'input',
  block_id: 'b',
  label: plain('Value'),
  element: { action_id: 'value', ...element },
  ...more,
});
const modalView = (more = {}) => ({
  type: 'modal',
  title: plain('Sprint'),
  submit: plain('Open'),
  blocks: [input({ type: 'plain_text_input' })],
  ...more,
});
const X = (n) => 'x'.repeat(n);
const WEST = 'C0WEST';

// ---- 1. apps.connections.open
const OPEN_REFUSED = [
  ['a GET', { as: 'get' }, 'insecure_request'],
  ['a bot token', { as: 'form', token: 'bot' }, 'not_allowed_token_type'],
  ['no token', { as: 'form', token: '' }, 'not_authed'],
  ['a wrong token', { as: 'form', token: 'xapp-1-wrong' }, 'invalid_auth'],
];
for (const [name, how, error] of OPEN_REFUSED) {
  row(1, `opening with ${name} is ${error}`, async ({ slack, ws, client }) => {
    slack.expect(new RegExp(error));
    const token = how.token === 'bot' ? ws.botToken : (how.token ?? ws.appToken);
    assert.equal((await client.call('apps.connections.open', {}, { ...how, token })).error, error);
  });
}
const OPEN_FAULTS = [
  ['429 with Retry-After', { do: '429', retryAfter: 7 }, (r) => r.status === 429 && r.headers['retry-after'] === '7'],
  [
    '429 without Retry-After',
    { do: '429', retryAfter: null },
    (r) => r.status === 429 && !('retry-after' in r.headers),
  ],
  ['internal_error', { do: 'error', error: 'internal_error' }, (r) => r.json.error === 'internal_error'],
  ['invalid_auth', { do: 'error', error: 'invalid_auth' }, (r) => r.json.error === 'invalid_auth'],
  ['500', { do: '500' }, (r) => r.status === 500],
  ['HTML', { do: 'html' }, (r) => r.status === 200 && !r.json],
  ['broken JSON', { do: 'garbage' }, (r) => r.status === 200 && !r.json],
  ['a redirect', { do: 'redirect' }, (r) => r.status === 302],
  ['a cut', { do: 'cut-before' }, (r) => r.cut],
  ['half an answer', { do: 'half' }, (r) => r.cut],
  ['a delay', { do: 'slow', ms: 40 }, (r, ms) => r.json.ok && ms >= 38],
];
for (const [name, rule, holds] of OPEN_FAULTS) {
  row(1, `opening can be answered by ${name}, once`, async ({ slack, ws, client }) => {
    const made = slack.rule({ method: 'apps.connections.open', times: 1, ...rule });
    const t = performance.now();
    const r = await client.raw('apps.connections.open', {}, { as: 'form', token: ws.appToken });
    assert.ok(holds(r, performance.now() - t), JSON.stringify([r.status, r.text, r.headers]));
    assert.equal(made.hits, 1);
    if (rule.do === '429' && rule.retryAfter) slack.expect(/again|before Retry-After/, { maybe: true });
    else assert.ok((await client.url()).startsWith('ws://'));
  });
}
row(1, 'a URL is good for one connection', async ({ slack, client }) => {
  slack.expect(/ticket/);
  const url = await client.url();
  assert.ok((await client.dial(url)).readyState === 1);
  assert.equal((await client.dial(url)).status, 404);
});
row(1, 'a made-up ticket is 404', async ({ slack, client }) => {
  slack.expect(/ticket/);
  assert.equal((await client.dial(`${slack.origin.replace('http', 'ws')}/link?ticket=no`)).status, 404);
});
for (const status of [408, 200, 404, 503])
  row(1, `the upgrade can be answered by ${status}`, async ({ ws, client }) => {
    ws.socket.plans.push({ status });
    assert.equal((await client.connect()).status, status);
    assert.ok((await client.connect()).hello);
  });
row(1, 'an upgrade that offers extensions or carries a token is a fault', async ({ slack, client }) => {
  slack.expect(/extensions/);
  slack.expect(/Authorization/);
  await client.connect({ headers: { authorization: 'Bearer x', 'sec-websocket-extensions': 'permessage-deflate' } });
});
row(1, 'after link_disabled the opening fails', async ({ ws, client }) => {
  const s = await client.connect();
  ws.socket.disable('no_permission');
  await client.slack.until(
    'it is told and closed',
    () => client.frames.some((f) => f.reason === 'link_disabled') && s.closed,
  );
  assert.equal((await client.form('apps.connections.open', {}, { token: ws.appToken })).error, 'no_permission');
});

// ---- 2. hello, disconnect, silence
row(2, 'hello names app, connections and lifetime', async ({ ws, client }) => {
  const { hello } = await client.connect();
  assert.deepEqual(
    [hello.connection_info.app_id, hello.num_connections, hello.debug_info.approximate_connection_time],
    [ws.appId, 1, 18060],
  );
});
row(2, 'hello counts further connections and can have other fields', async ({ ws, client }) => {
  await client.connect();
  ws.socket.plans.push({ hello: { surprise: [1] } });
  const { hello } = await client.connect();
  assert.deepEqual([hello.num_connections, hello.surprise], [2, [1]]);
});
row(2, 'hello can come late, and until then nothing is sent', async ({ ws, client, maria }) => {
  ws.socket.plans.push({ helloMs: 400 });
  const s = await client.connect({ early: true });
  maria.say('#west', 'early');
  await sleep(20);
  assert.equal(s.hello ?? client.seen[0], undefined);
  await client.slack.until('both come', () => s.hello && client.seen.length === 1);
  assert.equal(client.seen[0].retry_attempt, 1);
});
row(2, 'hello can be missing', async ({ ws, client }) => {
  ws.socket.plans.push({ noHello: true });
  const s = await client.connect({ early: true });
  await sleep(50);
  assert.equal(s.hello, undefined);
  assert.equal(ws.socket.ready.length, 0);
});
for (const reason of ['warning', 'refresh_requested', 'link_disabled', 'too_many_websockets', 'something_new']) {
  row(2, `disconnect ${reason} before hello`, async ({ ws, client, slack }) => {
    ws.socket.plans.push({ before: reason, closeMs: 20 });
    const s = await client.connect({ early: true });
    await slack.until('it is closed', () => s.closed);
    assert.deepEqual(
      client.frames.map((f) => [f.type, f.reason]),
      [['disconnect', reason]],
    );
  });
  row(2, `disconnect ${reason} right after hello`, async ({ ws, client, slack }) => {
    ws.socket.plans.push({ after: reason, closeMs: 20 });
    const s = await client.connect();
    await slack.until('it is closed', () => s.closed);
    assert.deepEqual(
      client.frames.map((f) => f.type),
      ['hello', 'disconnect'],
    );
  });
}
row(2, 'after a warning the connection still works until its hard close', async ({ ws, client, slack, maria }) => {
  const s = await client.connect();
  ws.socket.connection.disconnect('warning', { closeMs: 500 });
  maria.say('#west', 'still there');
  await slack.until('the event comes', () => client.seen.length === 1);
  assert.equal(s.closed, undefined);
  await slack.until('it is closed', () => s.closed);
  assert.equal(s.closed.code, 1000);
});
row(2, 'TCP can be cut without a close frame, after hello and before', async ({ ws, client, slack }) => {
  ws.socket.plans.push({ cut: 'before' });
  const a = await client.connect({ early: true });
  await slack.until('it is cut', () => a.closed);
  const b = await client.connect();
  ws.socket.connection.cut();
  await slack.until('it is cut', () => b.closed);
  assert.deepEqual([a.closed.code, b.closed.code, a.hello], [1006, 1006, undefined]);
});
row(
  2,
  'half-open: TCP stays, nothing is heard or said',
  async ({ ws, client, maria }) => {
    const s = await client.connect();
    ws.socket.connection.mute();
    s.ping('x');
    maria.say('#west', 'lost');
    await sleep(60);
    assert.deepEqual([s.closed, client.seen.length, s.readyState], [undefined, 0, 1]);
    assert.equal(ws.socket.ready.length, 1);
  },
  { ackMs: 20, retryMs: [] },
);
row(2, 'pings are answered, and can be left unanswered', async ({ ws, client, slack }) => {
  const s = await client.connect();
  const pongs = [];
  s.on('pong', (d) => pongs.push(d.toString()));
  s.ping('one');
  await slack.until('a pong', () => pongs.length === 1);
  ws.socket.connection.noPong = true;
  s.ping('two');
  await sleep(30);
  assert.deepEqual(pongs, ['one']);
});
row(
  2,
  'the server pings, and an equal pong is taken',
  async ({ ws, client, slack }) => {
    const s = await client.connect();
    await slack.until('pongs', () => ws.socket.connection.pongs >= 2);
    assert.notEqual(s.pinged[0], s.pinged[1]);
  },
  { pingMs: 15, pongMs: 500 },
);
row(
  2,
  'a pong that echoes nothing is a fault, and so is none',
  async ({ ws, client, slack }) => {
    slack.expect(/echoes no ping/);
    slack.expect(/no pong/);
    const s = await client.connect({ autoPong: false });
    ws.socket.connection.ping('mine');
    s.pong('other');
    await slack.until('both are told', () => slack.expected.every((e) => e.seen));
  },
  { pongMs: 30, pingMs: 0 },
);
row(2, 'a close is answered, and TCP can stay open after it', async ({ ws, client }) => {
  ws.socket.plans.push({ holdTcp: true });
  const s = await client.connect();
  let ended = false;
  s._socket.on('end', () => {
    ended = true;
  });
  s.close(1000);
  await client.slack.until('the server saw it', () => ws.socket.closed.length || s._closeFrameReceived);
  await sleep(30);
  assert.equal(ended, false);
});

// ---- 3. how many connections
row(3, 'the eleventh connection is too many', async ({ slack, ws, client }) => {
  slack.expect(/too many websockets/);
  for (let i = 0; i < 10; i++) await client.connect();
  const s = await client.connect({ early: true });
  await slack.until('it is closed', () => s.closed);
  assert.deepEqual([s.hello, ws.socket.ready.length], [undefined, 10]);
  assert.equal(client.frames.filter((f) => f.reason === 'too_many_websockets').length, 1);
});
row(3, 'each payload goes to one connection, by chance', async ({ ws, client, slack, maria }) => {
  const by = new Map();
  client.answer = (m, s) => {
    by.set(s, (by.get(s) ?? 0) + 1);
    return undefined;
  };
  for (let i = 0; i < 3; i++) await client.connect();
  for (let i = 0; i < 60; i++) maria.say('#west', `m${i}`);
  await slack.until('all are acknowledged', () => ws.socket.pending === 0);
  assert.equal(by.size, 3);
  assert.equal(client.seen.length, 60);
});

// ---- 4. acknowledgements
const ACKS = [
  ['no ack', (s) => s, /no ack/],
  ['a late ack', (s, m) => setTimeout(() => s.send(JSON.stringify({ envelope_id: m.envelope_id })), 90), /a late ack/],
  [
    'two acks',
    (s, m) => [1, 2].forEach(() => s.send(JSON.stringify({ envelope_id: m.envelope_id }))),
    /acknowledged twice/,
  ],
  ['an ack of an unknown envelope', (s) => s.send('{"envelope_id":"no"}'), /unknown envelope/],
  ['an ack that is no JSON', (s) => s.send('ok'), /no JSON/],
  ['an ack that is null', (s) => s.send('null'), /unknown envelope/],
  [
    'a binary ack',
    (s, m) => s.send(Buffer.from(JSON.stringify({ envelope_id: m.envelope_id })), { binary: true }),
    /binary frame/,
  ],
  [
    'a payload that is not accepted',
    (s, m) => s.send(JSON.stringify({ envelope_id: m.envelope_id, payload: { text: 'x' } })),
    /not accepted/,
  ],
  [
    'an ack with other fields',
    (s, m) => s.send(JSON.stringify({ envelope_id: m.envelope_id, ok: true })),
    /unknown fields/,
  ],
  [
    'a fragmented ack',
    (s, m) => {
      const t = JSON.stringify({ envelope_id: m.envelope_id });
      s.send(t.slice(0, 9), { fin: false });
      s.send(t.slice(9), { fin: true });
    },
    /fragmented frame/,
  ],
];
for (const [name, send, pattern] of ACKS) {
  row(
    4,
    `${name} is a fault`,
    async ({ slack, client, maria }) => {
      const e = slack.expect(pattern);
      if (!/no ack/.test(pattern.source)) slack.expect(/no ack/, { maybe: true });
      client.answer = (m, s) => {
        send(s, m);
        return false;
      };
      await client.connect();
      maria.say('#west', 'x');
      await slack.until('it is told', () => e.seen);
    },
    { ackMs: /no ack|late ack/.test(pattern.source) ? 60 : 3000, retryMs: [] },
  );
}
row(4, 'an empty payload is as good as none', async ({ ws, client, slack, maria }) => {
  client.answer = () => ({});
  await client.connect();
  maria.say('#west', 'x');
  await slack.until('it is acknowledged', () => ws.socket.counts.acked === 1);
});
row(4, 'an ack above 20480 bytes closes with 1009, and the command comes again', async ({ slack, client, maria }) => {
  slack.expect(/above 20480/);
  client.answer = (m) => (client.seen.length === 1 ? { text: X(21000) } : { text: 'short' });
  const s = await client.connect();
  const said = maria.slash('#west', '/sprint status');
  await slack.until('it is closed', () => s.closed);
  assert.deepEqual(s.closed, { code: 1009, reason: 'Max frame length of 20480 has been exceeded' });
  await client.connect();
  assert.deepEqual((await said).message.lines, ['short']);
  assert.equal(client.seen[0].payload.trigger_id, client.seen[1].payload.trigger_id);
});
row(
  4,
  'an ack of 20480 bytes is taken',
  async ({ client, maria }) => {
    client.answer = (m) => ({
      text: X(20480 - JSON.stringify({ envelope_id: m.envelope_id, payload: { text: '' } }).length),
    });
    await client.connect();
    assert.equal((await maria.slash('#west', '/sprint')).failed, undefined);
  },
  { tolerate: /no fallback|above 4000/ },
);
row(
  4,
  'without a connection a command is dispatch_failed; without an ack it is operation_timeout',
  async ({ slack, client, maria }) => {
    slack.expect(/no ack/);
    assert.equal((await maria.slash('#west', '/sprint')).failed, 'dispatch_failed');
    client.answer = () => false;
    await client.connect();
    assert.equal((await maria.slash('#west', '/sprint')).failed, 'operation_timeout');
  },
  { ackMs: 40 },
);

// ---- 5. again, and in another order
row(
  5,
  'an unanswered event comes three times more: same event_id, new envelope_id',
  async ({ slack, ws, client, maria }) => {
    slack.expect(/no ack/);
    client.answer = () => false;
    await client.connect();
    maria.say('#west', 'x');
    await slack.until('Slack gives up', () => ws.socket.counts.lost === 1 && ws.socket.pending === 0);
    assert.deepEqual(
      client.seen.map((m) => [m.retry_attempt, m.retry_reason]),
      [
        [0, ''],
        [1, 'timeout'],
        [2, 'timeout'],
        [3, 'timeout'],
      ],
    );
    assert.equal(new Set(client.seen.map((m) => m.payload.event_id)).size, 1);
    assert.equal(new Set(client.seen.map((m) => m.envelope_id)).size, 4);
  },
  { ackMs: 20, retryMs: [0, 600, 3000], retryScale: 0.01 },
);
row(5, 'the same envelope can come twice, and the same event anew', async ({ ws, slack, client, maria }) => {
  await client.connect();
  maria.say('#west', 'x');
  await slack.until('it came', () => ws.socket.counts.acked === 1);
  const e = ws.socket.last;
  ws.socket.again(e);
  ws.socket.repeatEvent(e);
  await slack.until('all came', () => client.seen.length === 3 && ws.socket.pending === 0);
  assert.equal(new Set(client.seen.map((m) => m.envelope_id)).size, 2);
  assert.equal(new Set(client.seen.map((m) => m.payload.event_id)).size, 1);
});
row(5, 'duplicates can be had by chance', async ({ ws, slack, client, maria }) => {
  Object.assign(ws.socket.chaos, { duplicateEnvelope: 0.3, duplicateEvent: 0.2 });
  await client.connect();
  for (let i = 0; i < 50; i++) maria.say('#west', `m${i}`);
  await slack.until('all are acknowledged', () => ws.socket.pending === 0 && client.seen.length >= 50);
  assert.ok(client.seen.length > 60, String(client.seen.length));
  assert.equal(new Set(client.seen.map((m) => m.payload.event_id)).size, 50);
});
row(5, 'a command that was on its way is delivered by the next connection', async ({ ws, client, maria }) => {
  client.answer = () => client.seen.length > 1 && undefined;
  await client.connect();
  const said = maria.slash('#west', '/sprint');
  await client.slack.until('it came', () => client.seen.length === 1);
  ws.socket.connection.cut();
  await client.slack.until('it is gone', () => ws.socket.conns.size === 0);
  await client.connect();
  assert.equal((await said).ok, true);
  assert.equal(client.seen.length, 2);
});
row(5, 'events of a time without a connection come later as retries', async ({ client, maria }) => {
  maria.say('#west', 'one');
  maria.say('#west', 'two');
  await client.connect();
  await client.slack.until('both came', () => client.seen.length === 2);
  assert.deepEqual(
    client.seen.map((m) => m.retry_attempt),
    [1, 1],
  );
});
row(5, 'events can overtake each other', async ({ ws, client, slack, maria }) => {
  ws.socket.chaos.reorder = 0.5;
  await client.connect();
  for (let i = 0; i < 30; i++) maria.say('#west', `m${i}`);
  await slack.until('all came', () => client.seen.length === 30);
  const order = client.seen.map((m) => m.payload.event.ts);
  assert.notDeepEqual(order, [...order].sort());
});

// ---- 6. frames
for (const kind of ['empty', 'text', 'binary', 'number', 'array', 'null', 'half', 'unknown', 'deep'])
  row(6, `a frame can be rubbish: ${kind}`, async ({ ws, client, slack }) => {
    await client.connect();
    ws.socket.connection.rubbish(kind);
    await slack.until('it came', () => client.odd.length + client.frames.length === 2);
  });
row(6, 'app_rate_limited carries no event', async ({ ws, slack, client }) => {
  await client.connect();
  await slack.sendRateLimited(ws);
  const { payload } = client.seen[0];
  assert.deepEqual([payload.type, payload.event, payload.event_id], ['app_rate_limited', undefined, undefined]);
});
row(6, 'frames can be fragmented and above 250 kB', async ({ ws, client, slack, maria }) => {
  ws.socket.chaos.fragment = 1;
  await client.connect();
  maria.say('#west', 'ü'.repeat(150000));
  await slack.until('it came', () => ws.socket.counts.acked === 1);
  assert.equal(client.seen[0].payload.event.text.length, 150000);
});
row(6, 'an envelope of an unknown type can be sent', async ({ ws, client }) => {
  await client.connect();
  await ws.socket.deliver('surprise', { a: 1 });
  assert.equal(client.seen[0].type, 'surprise');
});

// ---- 7. arguments, forms, tokens, scopes
const CALLS = [
  [
    'an unknown argument is tolerated and told',
    'chat.postMessage',
    { channel: WEST, text: 'x', colour: 1 },
    {},
    true,
    /does not know \(colour\)/,
  ],
  [
    'an argument that is null is not given',
    'chat.postMessage',
    { channel: WEST, text: 'x', thread_ts: null },
    {},
    true,
  ],
  ['a missing argument is refused', 'chat.postMessage', { text: 'x' }, {}, 'invalid_arguments', /invalid_arguments/],
  [
    'an argument of the wrong type is refused',
    'conversations.history',
    { channel: 7 },
    {},
    'invalid_arguments',
    /invalid_arguments/,
  ],
  [
    'JSON to a method for forms has no arguments',
    'users.info',
    { user: 'U0MARIA' },
    {},
    'invalid_arguments',
    /forms only/,
    /invalid_arguments/,
  ],
  [
    'a form gives numbers and booleans as text',
    'conversations.history',
    { channel: WEST, limit: '5', include_all_metadata: '1' },
    { as: 'form' },
    true,
  ],
  [
    'a form gives blocks as JSON',
    'chat.postMessage',
    { channel: WEST, text: 'x', blocks: [{ type: 'divider' }] },
    { as: 'form' },
    true,
  ],
  ['a GET is fine for reading', 'users.info', { user: 'U0MARIA' }, { as: 'get' }, true],
  ['JSON without charset warns', 'auth.test', {}, { type: 'application/json' }, true, /missing_charset/],
  [
    'a form with charset warns',
    'auth.test',
    { a: 1 },
    { as: 'form', type: 'application/x-www-form-urlencoded; charset=utf-8' },
    true,
    /superfluous_charset/,
    /know \(a\)/,
  ],
  ['no token is not_authed', 'auth.test', {}, { token: '' }, 'not_authed', /not_authed/],
  [
    'a token in JSON does not count',
    'auth.test',
    { token: 'xoxb-1' },
    { token: '' },
    'not_authed',
    /not_authed/,
    /outside the header/,
  ],
  ['an unknown token is invalid_auth', 'auth.test', {}, { token: 'xoxb-no' }, 'invalid_auth', /invalid_auth/],
  [
    'an app token is the wrong type',
    'auth.test',
    {},
    { token: 'app' },
    'not_allowed_token_type',
    /not_allowed_token_type/,
  ],
  ['an unknown method', 'chat.shout', {}, {}, 'unknown_method', /unknown_method/],
  ['a body of another type', 'auth.test', {}, { type: 'text/plain' }, 'invalid_post_type', /invalid_post_type/],
];
for (const [name, method, args, how, result, ...told] of CALLS) {
  row(7, name, async ({ slack, ws, client }) => {
    for (const t of told) slack.expect(t);
    const r = await client.call(method, args, how.token === 'app' ? { ...how, token: ws.appToken } : how);
    assert.equal(r.ok ? true : r.error, result, JSON.stringify(r));
    if (result === 'invalid_arguments') assert.match(r.response_metadata.messages[0], /^\[ERROR\] .*json-pointer/);
  });
}
row(7, 'broken JSON and JSON that is no object are refused', async ({ slack, ws, client }) => {
  slack.expect(/invalid_json/);
  slack.expect(/json_not_object/);
  const send = async (body) =>
    (
      await client.http('POST', `${slack.api}auth.test`, {
        headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${ws.botToken}` },
        body,
      })
    ).json.error;
  assert.deepEqual([await send('{"a"'), await send('[1]')], ['invalid_json', 'json_not_object']);
});
row(7, 'a token in the URL is a fault', async ({ slack, ws, client }) => {
  slack.expect(/outside the header/);
  await client.http('GET', `${slack.api}auth.test?token=${ws.botToken}`);
});
row(7, 'a missing scope names what is needed and what there is', async ({ slack, ws, client }) => {
  slack.expect(/missing_scope/);
  ws.scopes.delete('pins:write');
  const r = await client.call('pins.add', { channel: WEST, timestamp: '1.0' });
  assert.deepEqual(
    [r.error, r.needed, r.provided.split(',').includes('chat:write')],
    ['missing_scope', 'pins:write', true],
  );
});
row(7, 'a scope of reading goes by the kind of the channel', async ({ slack, ws, client }) => {
  slack.expect(/missing_scope/);
  ws.scopes.delete('groups:history');
  assert.equal((await client.call('conversations.history', { channel: WEST })).ok, true);
  assert.equal((await client.call('conversations.history', { channel: 'G0SECRET' })).needed, 'groups:history');
});
row(7, 'granted scopes stand in a header', async ({ ws, client }) => {
  assert.equal((await client.raw('auth.test')).headers['x-oauth-scopes'], [...ws.scopes].join(','));
});
row(7, 'a revoked token is told by every call', async ({ ws, client }) => {
  ws.tokenState = 'token_revoked';
  assert.equal((await client.call('auth.test')).error, 'token_revoked');
  assert.equal((await client.post(WEST, 'x')).error, 'token_revoked');
});
row(7, 'every method has its published arguments, and refuses rubbish without breaking', async ({ slack, client }) => {
  slack.expect(/./);
  for (const method of Object.keys(METHODS)) {
    if (method === 'apps.connections.open') continue;
    for (const args of [{}, { channel: {}, view: [], files: 'x', user: 7, blocks: 'no' }]) {
      const r = await client.call(method, args, METHODS[method].json ? {} : { as: 'form' });
      assert.equal(typeof r?.ok, 'boolean', method);
    }
  }
  assert.equal(slack.faults.filter((f) => f.where === 'emulator').length, 0);
});

// ---- 8. rate limits, and what may have been done
row(
  8,
  'a channel takes a small burst, then one message a second',
  async ({ slack, client }) => {
    slack.expect(/ratelimited/);
    slack.expect(/repeated before Retry-After/, { maybe: true });
    const results = [];
    for (let i = 0; i < 5; i++)
      results.push((await client.raw('chat.postMessage', { channel: WEST, text: `m${i}` })).status);
    assert.deepEqual(results, [200, 200, 200, 429, 429]);
    assert.equal((await client.post('C0EAST', 'x')).error, 'ratelimited'); // the pause is for the method
  },
  { limitScale: 0.1 },
);
row(
  8,
  'a tier has its allowance a minute',
  async ({ slack, client }) => {
    slack.expect(/pins.list: ratelimited/);
    slack.expect(/repeated before Retry-After/, { maybe: true });
    slack.expect(/missing_scope/);
    const errors = [];
    for (let i = 0; i < 22; i++) errors.push((await client.form('pins.list', { channel: WEST })).error);
    assert.deepEqual(
      [errors.filter((e) => e === 'missing_scope').length, errors[20], errors[21]],
      [20, 'ratelimited', 'ratelimited'],
    );
  },
  { limitScale: 0.1 },
);
row(8, 'a call before Retry-After is over is refused and a fault; after it, it is taken', async ({ slack, client }) => {
  const early = slack.expect(/repeated before Retry-After/);
  slack.rule({ method: 'chat.postMessage', do: '429', retryAfter: 1, times: 1 });
  const r = await client.raw('chat.postMessage', { channel: WEST, text: 'x' });
  assert.deepEqual([r.status, r.headers['retry-after']], [429, '1']);
  await sleep(200);
  assert.equal((await client.post(WEST, 'x')).error, 'ratelimited');
  assert.equal(early.seen, 1);
  assert.equal((await client.form('users.info', { user: 'U0MARIA' })).ok, true);
  await sleep(820);
  assert.equal((await client.post(WEST, 'x')).ok, true);
});
row(
  8,
  'limits can be switched off',
  async ({ client }) => {
    for (let i = 0; i < 30; i++) assert.equal((await client.post(WEST, `m${i}`)).ok, true);
  },
  { limits: false },
);
const AMBIGUOUS = [
  ['500-after', true],
  ['503-after', true],
  ['cut-after', true],
  ['html-after', true],
  ['half', true],
  ['hang-after', true],
  ['500', false],
  ['cut-before', false],
  ['html', false],
  ['hang', false],
];
for (const [what, done] of AMBIGUOUS)
  row(
    8,
    `${what}: the message ${done ? 'stands all the same' : 'was not posted'}`,
    async ({ slack, client, maria }) => {
      slack.rule({ method: 'chat.postMessage', do: what, times: 1 });
      const sent = client.raw('chat.postMessage', { channel: WEST, text: 'once' });
      if (what.startsWith('hang')) await slack.until('it came', () => slack.called('chat.postMessage').length);
      else assert.ok(!(await sent).json?.ok);
      assert.equal(maria.sees('#west').length, done ? 1 : 0);
    },
  );
row(
  8,
  'rules go by nth call, number, chance and argument',
  async ({ slack, client }) => {
    slack.rule({ method: 'users.info', do: '500', nth: 2, times: 1 });
    slack.rule({ method: /^team\./, do: '502', when: (a) => a.team === 'T1' });
    const info = async () => (await client.raw('users.info', { user: 'U0MARIA' }, { as: 'form' })).status;
    assert.deepEqual([await info(), await info(), await info()], [200, 500, 200]);
    assert.equal((await client.raw('team.info', { team: 'T1' })).status, 502);
    assert.equal((await client.raw('team.info', {})).status, 200);
  },
  { addScopes: ['team:read'] },
);
row(8, 'history shows metadata where asked, and posts of one key are counted', async ({ slack, client }) => {
  const metadata = { event_type: 'card', event_payload: { key: 7 } };
  await client.post(WEST, 'a', { metadata });
  await client.post(WEST, 'a', { metadata });
  await client.post(WEST, 'b', { metadata: { event_type: 'card', event_payload: { key: 8 } } });
  const [b, a] = (await client.call('conversations.history', { channel: WEST, include_all_metadata: true })).messages;
  assert.deepEqual([b.metadata.event_payload.key, a.metadata.event_payload.key], [8, 7]);
  assert.equal((await client.call('conversations.history', { channel: WEST })).messages[0].metadata, undefined);
  assert.deepEqual(
    slack.duplicates().map((d) => d.count),
    [2],
  );
});
row(8, 'metadata that is malformed or too large is refused', async ({ slack, client }) => {
  slack.expect(/metadata/);
  slack.expect(/invalid_arguments/, { maybe: true });
  assert.equal(
    (await client.post(WEST, 'x', { metadata: { event_type: '', event_payload: {} } })).error,
    'invalid_metadata_format',
  );
  assert.equal(
    (await client.post(WEST, 'x', { metadata: { event_type: 'a', event_payload: { k: X(17000) } } })).error,
    'metadata_too_large',
  );
});

// ---- 9. Block Kit
const opts = (n) => Array.from({ length: n }, (_, i) => ({ text: plain(`o${i}`), value: `v${i}` }));
const many = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const inModal = 'modal',
  inHome = 'home';
const act = (type, more) => [actions({ type, action_id: 's', ...more })];
const field = (type, more) => [input({ type, ...more })];
const section = (text) => [{ type: 'section', text }];
const header = (text) => [{ type: 'header', text }];
const press = (text, more) => [actions(button(text, more))];
const dividers = (n) => many(n, () => ({ type: 'divider' }));
const sure = (title, text = 1, buttons = 1) => ({
  title: plain(X(title)),
  text: plain(X(text)),
  confirm: plain(X(buttons)),
  deny: plain(X(buttons)),
});
// [what, one more than may be or otherwise wrong, at the limit, surface]
const LIMITS = [
  ['blocks of a message', dividers(51), dividers(50)],
  ['blocks of a modal', dividers(101), dividers(100), inModal],
  ['block_id', [{ type: 'divider', block_id: X(256) }], [{ type: 'divider', block_id: X(255) }]],
  [
    'block_id twice',
    many(2, () => ({ type: 'divider', block_id: 'a' })),
    many(2, (i) => ({ type: 'divider', block_id: `a${i}` })),
  ],
  ['action_id', [actions(button('Go', { action_id: X(256) }))], [actions(button('Go', { action_id: X(255) }))]],
  ['action_id twice in a block', [actions(button('A'), button('B'))], [actions(button('A')), actions(button('A'))]],
  ['text of a section', section(mrkdwn(X(3001))), section(mrkdwn(X(3000)))],
  ['empty text', section(mrkdwn('')), section(mrkdwn(' '))],
  ['a section of nothing', [{ type: 'section' }], [{ type: 'section', fields: [plain('x')] }]],
  [
    'fields',
    [{ type: 'section', fields: many(11, () => plain('x')) }],
    [{ type: 'section', fields: many(10, () => plain('x')) }],
  ],
  ['text of a field', [{ type: 'section', fields: [plain(X(2001))] }], [{ type: 'section', fields: [plain(X(2000))] }]],
  [
    'a field unknown to the block',
    [{ type: 'section', text: plain('x'), colour: 'red' }],
    [{ type: 'section', text: plain('x'), expand: true }],
  ],
  ['a type that is none', [{ type: 'banner' }], [{ type: 'divider' }]],
  ['a block that is none', [null], []],
  ['header', header(plain(X(151))), header(plain(X(150)))],
  ['mrkdwn in a header', header(mrkdwn('x')), header(plain('x'))],
  [
    'elements of a context',
    [{ type: 'context', elements: many(11, () => plain('x')) }],
    [{ type: 'context', elements: many(10, () => plain('x')) }],
  ],
  ['no elements of a context', [{ type: 'context', elements: [] }], [{ type: 'context', elements: [plain('x')] }]],
  [
    'elements of actions',
    [actions(...many(26, (i) => button('x', { action_id: `a${i}` })))],
    [actions(...many(25, (i) => button('x', { action_id: `a${i}` })))],
  ],
  ['no elements of actions', [actions()], [actions(button())]],
  [
    'label of an input',
    [input({ type: 'plain_text_input' }, { label: plain(X(2001)) })],
    [input({ type: 'plain_text_input' }, { label: plain(X(2000)) })],
    inModal,
  ],
  [
    'hint of an input',
    [input({ type: 'plain_text_input' }, { hint: plain(X(2001)) })],
    [input({ type: 'plain_text_input' }, { hint: plain(X(2000)) })],
    inModal,
  ],
  ['text of a button', [actions(button(X(76)))], [actions(button(X(75)))]],
  ['value of a button', press('x', { value: X(2001) }), press('x', { value: X(2000) })],
  ['url of a button', press('x', { url: X(3001) }), press('x', { url: X(3000) })],
  ['style of a button', press('x', { style: 'warm' }), press('x', { style: 'danger' })],
  ['a button in an input', [input(button())], field('plain_text_input'), inModal],
  [
    'several options in actions',
    act('multi_static_select', { options: opts(1) }),
    [
      {
        type: 'section',
        text: plain('x'),
        accessory: { type: 'multi_static_select', action_id: 's', options: opts(1) },
      },
    ],
  ],
  [
    'confirm title',
    [actions(button('x', { confirm: sure(101) }))],
    [actions(button('x', { confirm: sure(100, 300, 30) }))],
  ],
  ['confirm text', [actions(button('x', { confirm: sure(1, 301) }))], [actions(button())]],
  ['options', act('static_select', { options: opts(101) }), act('static_select', { options: opts(100) })],
  ['no options', act('static_select', { options: [] }), act('static_select', { options: opts(1) })],
  [
    'options and groups',
    act('static_select', { options: opts(1), option_groups: [{ label: plain('g'), options: opts(1) }] }),
    act('static_select', { option_groups: [{ label: plain('g'), options: opts(1) }] }),
  ],
  [
    'text of an option',
    act('static_select', { options: [{ text: plain(X(76)), value: 'v' }] }),
    act('static_select', { options: [{ text: plain(X(75)), value: X(150), description: plain(X(75)) }] }),
  ],
  [
    'value of an option',
    act('static_select', { options: [{ text: plain('x'), value: X(151) }] }),
    act('static_select', { options: opts(1) }),
  ],
  [
    'description of an option',
    act('static_select', { options: [{ text: plain('x'), value: 'v', description: plain(X(76)) }] }),
    act('static_select', { options: opts(1) }),
  ],
  [
    'an initial option that is none',
    act('static_select', { options: opts(2), initial_option: { text: plain('o0'), value: 'other' } }),
    act('static_select', { options: opts(2), initial_option: opts(1)[0] }),
  ],
  [
    'placeholder',
    act('users_select', { placeholder: plain(X(151)) }),
    act('users_select', { placeholder: plain(X(150)) }),
  ],
  ['radio buttons', act('radio_buttons', { options: opts(11) }), act('radio_buttons', { options: opts(10) })],
  [
    'initial radio button',
    act('radio_buttons', { options: opts(2), initial_option: { text: plain('no'), value: 'v0' } }),
    act('radio_buttons', { options: opts(2), initial_option: opts(2)[1] }),
  ],
  ['checkboxes', act('checkboxes', { options: opts(11) }), act('checkboxes', { options: opts(10) })],
  [
    'no initial checkboxes',
    act('checkboxes', { options: opts(2), initial_options: [] }),
    act('checkboxes', { options: opts(2), initial_options: opts(2) }),
  ],
  ['overflow', act('overflow', { options: opts(6) }), act('overflow', { options: opts(5) })],
  ['datepicker', act('datepicker', { initial_date: '14.07.2025' }), act('datepicker', { initial_date: '2025-07-14' })],
  ['timepicker', act('timepicker', { initial_time: '9:30' }), act('timepicker', { initial_time: '09:30' })],
  ['zone of a timepicker', act('timepicker', { timezone: 'Berlin' }), act('timepicker', { timezone: 'Europe/Berlin' })],
  ['datetimepicker in Home', act('datetimepicker'), act('datepicker'), inHome],
  [
    'initial value above max_length',
    field('plain_text_input', { max_length: 3, initial_value: 'four' }),
    field('plain_text_input', { max_length: 4, initial_value: 'four' }),
    inModal,
  ],
  [
    'max_length',
    field('plain_text_input', { max_length: 3001 }),
    field('plain_text_input', { max_length: 3000 }),
    inModal,
  ],
  [
    'number without is_decimal_allowed',
    field('number_input'),
    field('number_input', { is_decimal_allowed: true }),
    inModal,
  ],
  [
    'number as a number',
    field('number_input', { is_decimal_allowed: true, initial_value: 3 }),
    field('number_input', { is_decimal_allowed: true, initial_value: '3.5' }),
    inModal,
  ],
  [
    'number outside its range',
    field('number_input', { is_decimal_allowed: false, initial_value: '11', max_value: '10' }),
    field('number_input', { is_decimal_allowed: false, initial_value: '10', max_value: '10' }),
    inModal,
  ],
  ['number in a message', field('number_input', { is_decimal_allowed: true }), field('plain_text_input')],
  ['number in Home', field('number_input', { is_decimal_allowed: true }), field('plain_text_input'), inHome],
  [
    'alt text',
    [{ type: 'image', alt_text: X(2001), image_url: 'https://a/b.png' }],
    [{ type: 'image', alt_text: X(2000), image_url: 'https://a/b.png' }],
  ],
  [
    'image by two ways',
    [{ type: 'image', alt_text: 'x', image_url: 'https://a/b.png', slack_file: { id: 'F1' } }],
    [{ type: 'image', alt_text: 'x', slack_file: { id: 'F1' } }],
  ],
  [
    'slack_file by two ways',
    [{ type: 'image', alt_text: 'x', slack_file: { id: 'F1', url: 'https://a' } }],
    [{ type: 'image', alt_text: 'x', slack_file: { id: 'F1' } }],
  ],
  [
    'image without alt text',
    [{ type: 'image', image_url: 'https://a/b.png' }],
    [{ type: 'image', alt_text: 'x', image_url: 'https://a/b.png' }],
  ],
  [
    'two focused elements',
    ['b', 'c'].map((block_id) => input({ type: 'plain_text_input', focus_on_load: true }, { block_id })),
    field('plain_text_input', { focus_on_load: true }),
    inModal,
  ],
  ['markdown in a modal', [{ type: 'markdown', text: 'x' }], [{ type: 'divider' }], inModal],
  [
    'markdown',
    [
      { type: 'markdown', text: X(6001) },
      { type: 'markdown', text: X(6000) },
    ],
    [{ type: 'markdown', text: X(12000) }],
  ],
  [
    'response_url_enabled outside an input',
    act('conversations_select', { response_url_enabled: true }),
    field('conversations_select', { response_url_enabled: true }),
    inModal,
  ],
];
for (const [what, wrong, right, surface = 'message'] of LIMITS)
  row(9, `Block Kit: ${what}`, async () => {
    const at = checkBlocks(right, { surface: what.includes('outside an input') ? 'modal' : surface });
    assert.ok(Array.isArray(wrong) && Array.isArray(right));
    assert.deepEqual(at, [], 'at the limit');
    const over = checkBlocks(wrong, { surface });
    assert.notDeepEqual(over, [], 'beyond the limit');
    assert.match(over[0], /\[json-pointer:\/blocks/);
  });
const VIEWS = [
  ['title', { title: plain(X(25)) }, { title: plain(X(24)) }],
  ['submit', { submit: plain(X(25)) }, { submit: plain(X(24)) }],
  ['close', { close: plain(X(25)) }, { close: plain(X(24)) }],
  ['no submit with an input', { submit: undefined }, { submit: undefined, blocks: [] }],
  ['private_metadata', { private_metadata: X(3001) }, { private_metadata: X(3000) }],
  ['callback_id', { callback_id: X(256) }, { callback_id: X(255) }],
  ['external_id', { external_id: X(256) }, { external_id: X(255) }],
  ['an unknown field', { colour: 1 }, { notify_on_close: true, clear_on_close: true }],
  ['blocks that are none', { blocks: {} }, { blocks: [] }],
];
for (const [what, wrong, right] of VIEWS)
  row(9, `views: ${what}`, async () => {
    assert.deepEqual(checkView(JSON.parse(JSON.stringify(modalView(right))), {}), []);
    assert.notDeepEqual(checkView(JSON.parse(JSON.stringify(modalView(wrong))), {}), []);
  });
row(9, 'refused blocks name the place', async ({ slack, client }) => {
  slack.expect(/invalid_blocks/);
  const r = await client.post(WEST, 'x', { blocks: [{ type: 'divider' }, { type: 'header', text: plain(X(151)) }] });
  assert.equal(r.error, 'invalid_blocks');
  assert.match(r.response_metadata.messages[0], /\[json-pointer:\/blocks\/1\/text\/text\]/);
});
row(9, 'a view above 250 kB is too large', async ({ slack, client, maria, ws }) => {
  slack.expect(/view_too_large/);
  const blocks = many(100, () => ({ type: 'section', text: plain(X(2990)) }));
  assert.equal(
    (await client.call('views.open', { trigger_id: ws.trigger(maria.user), view: modalView({ blocks }) })).error,
    'view_too_large',
  );
});
// A member presses /sprint, and the client gets a trigger.
async function triggered({ client, maria }) {
  if (!client.sockets.length) await client.connect();
  await maria.slash('#west', '/sprint open');
  return client.seen[client.seen.length - 1].payload.trigger_id;
}
row(9, 'a trigger opens one view', async (t) => {
  t.slack.expect(/exchanged_trigger_id/);
  const trigger_id = await triggered(t);
  const r = await t.client.call('views.open', { trigger_id, view: modalView() });
  assert.equal(r.view.type, 'modal');
  assert.equal((await t.maria.modal()).title, 'Sprint');
  assert.equal((await t.client.call('views.open', { trigger_id, view: modalView() })).error, 'exchanged_trigger_id');
});
row(
  9,
  'a trigger expires',
  async (t) => {
    t.slack.expect(/expired_trigger_id/);
    const trigger_id = await triggered(t);
    await sleep(40);
    assert.equal((await t.client.call('views.open', { trigger_id, view: modalView() })).error, 'expired_trigger_id');
  },
  { triggerMs: 30 },
);
row(9, 'a made-up trigger is invalid', async (t) => {
  t.slack.expect(/invalid_trigger_id/);
  assert.equal((await t.client.call('views.open', { trigger_id: 'x', view: modalView() })).error, 'invalid_trigger_id');
});
row(9, 'three views stack, a fourth does not', async (t) => {
  t.slack.expect(/push_limit_reached/);
  const { client, maria, ws } = t;
  await client.call('views.open', { trigger_id: await triggered(t), view: modalView() });
  const push = async () =>
    client.call('views.push', {
      trigger_id: ws.trigger(maria.user, { view: (await maria.modal()).view.id }),
      view: modalView(),
    });
  const results = [await push(), await push(), await push()];
  assert.deepEqual(
    results.map((r) => r.error),
    [undefined, undefined, 'push_limit_reached'],
  );
  assert.equal(results[1].view.previous_view_id, results[0].view.id);
  assert.equal(results[1].view.root_view_id, results[0].view.root_view_id);
});
row(9, 'a stale hash conflicts, and a closed view is not found', async (t) => {
  t.slack.expect(/hash_conflict/);
  t.slack.expect(/not_found/);
  const { view } = await t.client.call('views.open', { trigger_id: await triggered(t), view: modalView() });
  const update = (hash) =>
    t.client.call('views.update', { view_id: view.id, hash, view: modalView({ title: plain('New') }) });
  assert.equal((await update(view.hash)).ok, true);
  assert.equal((await update(view.hash)).error, 'hash_conflict');
  await (await t.maria.modal()).close();
  assert.equal((await update(view.hash)).error, 'not_found');
});
row(9, 'external_id is unique and finds its view', async (t) => {
  t.slack.expect(/duplicate_external_id/);
  const { client, jonas, ws } = t;
  await client.call('views.open', { trigger_id: await triggered(t), view: modalView({ external_id: 'e1' }) });
  assert.equal(
    (await client.call('views.update', { external_id: 'e1', view: modalView({ external_id: 'e1' }) })).ok,
    true,
  );
  assert.equal(
    (await client.call('views.open', { trigger_id: ws.trigger(jonas.user), view: modalView({ external_id: 'e1' }) }))
      .error,
    'duplicate_external_id',
  );
  const { view } = await client.call('views.open', { trigger_id: ws.trigger(jonas.user), view: modalView() });
  assert.equal(
    (await client.call('views.update', { view_id: view.id, view: modalView({ external_id: 'e1' }) })).error,
    'duplicate_external_id',
  );
});
row(9, 'what was typed stays for an unchanged block_id and goes with a new one', async (t) => {
  const { view } = await t.client.call('views.open', { trigger_id: await triggered(t), view: modalView() });
  const modal = await t.maria.modal();
  await modal.fill({ Value: 'typed' });
  await t.client.call('views.update', { view_id: view.id, view: modalView({ title: plain('Again') }) });
  assert.deepEqual([modal.title, modal.input('Value').value], ['Again', 'typed']);
  await t.client.call('views.update', {
    view_id: view.id,
    view: modalView({ blocks: [input({ type: 'plain_text_input', initial_value: 'new' }, { block_id: 'b:1' })] }),
  });
  assert.equal(modal.input('b').value, 'new');
});

// ---- 10. pages, updates, uploads
row(10, 'pages can be shorter than asked for, and empty with more to follow', async ({ slack, client, ws }) => {
  for (let i = 0; i < 7; i++) ws.addUser({ name: `p${i}` });
  slack.options.page = { size: 4, empty: true };
  const names = [];
  const sizes = [];
  let cursor = '';
  do {
    const r = await client.form('users.list', { limit: 100, ...(cursor ? { cursor } : {}) });
    names.push(...r.members.map((u) => u.name));
    sizes.push(r.members.length);
    cursor = r.response_metadata.next_cursor;
  } while (cursor);
  assert.equal(new Set(names).size, ws.users.size);
  assert.ok(sizes.includes(0) && sizes.includes(4) && names.length === ws.users.size, sizes.join());
});
row(10, 'a cursor ends in "=", and a made-up one is invalid', async ({ slack, client }) => {
  slack.expect(/invalid_cursor/);
  assert.match((await client.form('users.list', { limit: 1 })).response_metadata.next_cursor, /=$/);
  assert.equal((await client.form('users.list', { limit: 1, cursor: 'no' })).error, 'invalid_cursor');
});
row(10, 'users.list wants a limit', async ({ slack, client }) => {
  slack.expect(/limit_required/);
  assert.equal((await client.form('users.list', {})).error, 'limit_required');
});
row(10, 'history is newest first, by oldest and latest, without replies', async ({ client, maria }) => {
  const [a, b, c] = ['a', 'b', 'c'].map((t) => maria.say('#west', t));
  maria.say('#west', 'reply', { thread: a });
  const texts = async (args) =>
    (await client.call('conversations.history', { channel: WEST, ...args })).messages.map((m) => m.text);
  assert.deepEqual(await texts({}), ['c', 'b', 'a']);
  assert.deepEqual(await texts({ oldest: a.ts }), ['c', 'b']);
  assert.deepEqual(await texts({ oldest: a.ts, latest: c.ts, inclusive: true }), ['c', 'b', 'a']);
  assert.deepEqual(await texts({ latest: b.ts }), ['a']);
  const thread = await client.form('conversations.replies', { channel: WEST, ts: a.ts });
  assert.deepEqual(
    thread.messages.map((m) => m.text),
    ['a', 'reply'],
  );
});
row(10, 'only own messages can be updated, to 4000 characters at most', async ({ slack, client, maria }) => {
  slack.expect(/cant_update_message/);
  slack.expect(/msg_too_long/);
  slack.expect(/message_not_found/);
  const mine = await client.post(WEST, 'mine');
  const update = async (ts, text) =>
    (await client.call('chat.update', { channel: WEST, ts, text, parse: 'none' })).error;
  assert.deepEqual(
    [
      await update(maria.say('#west', 'hers').ts, 'x'),
      await update(mine.ts, X(4001)),
      await update('1.1', 'x'),
      await update(mine.ts, X(4000)),
    ],
    ['cant_update_message', 'msg_too_long', 'message_not_found', undefined],
  );
});
row(10, 'text alone removes blocks; blocks alone leave no mark of an edit', async ({ client, maria }) => {
  const { ts } = await client.post(WEST, 'x', { blocks: [{ type: 'section', text: plain('block') }] });
  const seen = () => maria.sees('#west')[0];
  assert.equal(seen().text, 'block');
  await client.call('chat.update', {
    channel: WEST,
    ts,
    text: 'y',
    blocks: [{ type: 'section', text: plain('other') }],
    parse: 'none',
  });
  assert.deepEqual([seen().text, seen().raw.edited], ['other', undefined]);
  await client.call('chat.update', { channel: WEST, ts, text: 'plain', parse: 'none' });
  assert.deepEqual([seen().text, seen().raw.blocks], ['plain', undefined]);
});
row(10, 'an update keeps metadata, and {} removes it', async ({ client, maria }) => {
  const { ts } = await client.post(WEST, 'x', { metadata: { event_type: 'a', event_payload: { k: 1 } } });
  await client.call('chat.update', { channel: WEST, ts, text: 'y', parse: 'none' });
  assert.equal(maria.sees('#west')[0].metadata.event_payload.k, 1);
});
row(10, 'an archived channel takes neither message nor update', async ({ slack, client, ws }) => {
  slack.expect(/is_archived/);
  const { ts } = await client.post(WEST, 'x');
  ws.archive('#west');
  assert.equal((await client.post(WEST, 'x')).error, 'is_archived');
  assert.equal(
    (await client.call('chat.update', { channel: WEST, ts, text: 'y', parse: 'none' })).error,
    'is_archived',
  );
});
async function upload(client, length, body, how = {}) {
  const r = await client.form('files.getUploadURLExternal', { filename: 'chart.png', length });
  const sent = await client.http('POST', r.upload_url, {
    headers: { 'content-type': 'application/octet-stream', ...how.headers },
    body,
  });
  return { ...r, sent };
}
row(10, 'an upload has three steps, and its file can be shown', async ({ client, maria }) => {
  const { file_id, sent } = await upload(client, 4, 'PNG!');
  assert.match(sent.text, /^OK/);
  assert.equal(
    (await client.call('files.completeUploadExternal', { files: [{ id: file_id, title: 'Pace' }] })).ok,
    true,
  );
  const r = await client.post(WEST, 'x', {
    blocks: [{ type: 'image', alt_text: 'the pace', slack_file: { id: file_id } }],
  });
  assert.equal(r.ok, true);
  assert.deepEqual(maria.sees('#west')[0].lines, ['[the pace]']);
});
row(10, 'an upload of another length is refused, and so is a token with it', async ({ slack, client, ws }) => {
  slack.expect(/wrong length/);
  slack.expect(/with Authorization/);
  assert.equal((await upload(client, 5, 'PNG!')).sent.status, 400);
  assert.equal(
    (await upload(client, 4, 'PNG!', { headers: { authorization: `Bearer ${ws.botToken}` } })).sent.status,
    400,
  );
});
row(10, 'a missing step is file_not_found', async ({ slack, client }) => {
  slack.expect(/file_not_found/);
  slack.expect(/unknown upload_url/);
  const { file_id } = await client.form('files.getUploadURLExternal', { filename: 'a.png', length: 3 });
  assert.equal(
    (await client.call('files.completeUploadExternal', { files: [{ id: file_id }] })).error,
    'file_not_found',
  );
  assert.equal((await client.http('POST', `${slack.origin}/upload/no`, { body: 'x' })).status, 404);
});
row(
  10,
  'a file just completed may not be ready',
  async ({ slack, client }) => {
    slack.expect(/invalid slack file/);
    const { file_id } = await upload(client, 4, 'PNG!');
    await client.call('files.completeUploadExternal', { files: [{ id: file_id }] });
    const show = async () =>
      (await client.post(WEST, 'x', { blocks: [{ type: 'image', alt_text: 'a', slack_file: { id: file_id } }] })).error;
    assert.equal(await show(), 'invalid_blocks');
    await sleep(420);
    assert.equal(await show(), undefined);
  },
  { fileReadyMs: 400 },
);
row(10, 'pins: added once, then welcome to be there', async ({ client, ws }) => {
  const { ts } = await client.post(WEST, 'x');
  assert.equal((await client.call('pins.add', { channel: WEST, timestamp: ts })).ok, true);
  assert.equal((await client.call('pins.add', { channel: WEST, timestamp: ts })).error, 'already_pinned');
  assert.deepEqual(ws.channel('#west').pins, [ts]);
});

// ---- 11. channels and users
const REFUSED = [
  ['a channel that is unknown', 'chat.postMessage', { channel: 'C0NO', text: 'x' }, 'channel_not_found'],
  ['a channel by name', 'chat.postMessage', { channel: '#west', text: 'x' }, 'channel_not_found'],
  ['a public channel without the bot', 'chat.postMessage', { channel: 'C0LOUNGE', text: 'x' }, 'not_in_channel'],
  ['a private channel without the bot', 'chat.postMessage', { channel: 'G0HIDDEN', text: 'x' }, 'channel_not_found'],
  ['an archived channel', 'chat.postMessage', { channel: 'C0OLD', text: 'x' }, 'is_archived'],
  ['no text', 'chat.postMessage', { channel: WEST }, 'no_text'],
  [
    'a thread that is none',
    'chat.postMessage',
    { channel: WEST, text: 'x', thread_ts: '1.1' },
    'cannot_reply_to_message',
  ],
  [
    'an ephemeral message to an outsider',
    'chat.postEphemeral',
    { channel: WEST, user: 'U0INES', text: 'x' },
    'user_not_in_channel',
  ],
  ['a conversation with a deactivated user', 'conversations.open', { users: 'U0PAUL' }, 'user_disabled'],
  ['a conversation with nobody known', 'conversations.open', { users: 'U0NOBODY' }, 'user_not_found'],
  ['joining a private channel', 'conversations.join', { channel: 'G0SECRET' }, 'method_not_supported_for_channel_type'],
  ['the history of a channel without the bot', 'conversations.history', { channel: 'C0LOUNGE' }, 'not_in_channel'],
  [
    'the history from a moment that is none',
    'conversations.history',
    { channel: WEST, oldest: 'then' },
    'invalid_ts_oldest',
  ],
  ['an unknown user', 'users.info', { user: 'U0NOBODY' }, 'user_not_found'],
  ['a stranger', 'users.info', { user: 'U0EXTERN' }, 'user_not_visible'],
  ['an unknown group', 'usergroups.users.list', { usergroup: 'S0NO' }, 'no_such_subteam'],
];
for (const [name, method, args, error] of REFUSED)
  row(11, `${name} is ${error}`, async ({ slack, client }) => {
    slack.expect(new RegExp(`${method}: ${error}`));
    assert.equal((await client.call(method, args, METHODS[method].json ? {} : { as: 'form' })).error, error);
  });
row(11, 'joining a public channel, and again, which only warns', async ({ client, ws }) => {
  assert.equal((await client.call('conversations.join', { channel: 'C0LOUNGE' })).channel.is_member, true);
  assert.equal((await client.call('conversations.join', { channel: 'C0LOUNGE' })).warning, 'already_in_channel');
  assert.ok(ws.channel('#lounge').members.has(ws.bot.id));
});
row(11, 'members: deactivated, bot, guest, without a zone', async ({ client, ws }) => {
  const user = async (id) => (await client.form('users.info', { user: id })).user;
  assert.equal((await user('U0PAUL')).deleted, true);
  assert.equal((await user('U0HELPBOT')).is_bot, true);
  assert.equal((await user('U0GUEST')).is_restricted, true);
  assert.equal((await user('U0NOZONE')).tz, null);
  assert.equal((await user(ws.bot.id)).is_bot, true);
});
row(11, 'changes are told: zone, name, id, archive, membership, group', async ({ slack, ws, client }) => {
  await client.connect();
  const id = ws.setGroup('sales', ['maria']);
  ws.changeUser('maria', { tz: 'America/New_York' });
  ws.rename('#west', 'west-2');
  ws.archive('#west-2');
  ws.archive('#west-2', false);
  ws.join('#west-2', 'ines');
  ws.leave('#west-2', 'ines');
  ws.setGroup('sales', ['jonas']);
  ws.changeId('#east', 'C0EAST2');
  ws.leave('#west-2', ws.bot);
  await slack.until('all came', () => ws.socket.pending === 0 && client.seen.length >= 10);
  const events = client.seen.map((m) => m.payload.event);
  const of = (type) => events.find((e) => e.type === type);
  assert.deepEqual(
    [
      'user_change',
      'channel_rename',
      'channel_archive',
      'channel_unarchive',
      'member_joined_channel',
      'member_left_channel',
      'subteam_members_changed',
      'channel_id_changed',
      'channel_left',
    ].filter((t) => !of(t)),
    [],
  );
  assert.deepEqual(
    [of('user_change').user.tz, of('channel_rename').channel.name, of('channel_id_changed').new_channel_id],
    ['America/New_York', 'west-2', 'C0EAST2'],
  );
  assert.deepEqual(
    [of('subteam_members_changed').subteam_id, of('subteam_members_changed').added_users],
    [id, ['U0JONAS']],
  );
});
row(11, 'events without subscription, scope or membership do not come', async ({ slack, ws, client, maria }) => {
  await client.connect();
  ws.events.delete('user_change');
  ws.scopes.delete('usergroups:read');
  ws.changeUser('maria', { tz: 'UTC' });
  ws.setGroup('sales', ['maria']);
  ws.setGroup('sales', ['jonas']);
  maria.say('#lounge', 'not for the bot');
  maria.say('#west', 'for it');
  await slack.until('it came', () => client.seen.length === 1);
  await sleep(30);
  assert.deepEqual(
    client.seen.map((m) => m.payload.event.text),
    ['for it'],
  );
});

// ---- 12. text and secrets
const SCANNED = [
  ['<!channel>', 'broadcast'],
  ['<!here|here>', 'broadcast'],
  ['<!subteam^S1>', 'broadcast'],
  ['<@U0NOBODY>', 'unknown user'],
  ['<#C0NO>', 'unknown channel'],
  ['<https://evil.example|us>', 'a link'],
  ['<mailto:a@b>', 'a link'],
  ['a < b', 'unescaped'],
  ['a & b', 'unescaped'],
  ['a > b', 'unescaped'],
  ['said:\n> a quote', null],
  ['> a > b', 'unescaped'],
  ['>glued', 'unescaped'],
  ['<!date^1^{date}>', 'broadcast'],
  ['<@U0MARIA>', null],
  ['<#C0WEST>', null],
  ['a &lt; b &amp; c', null],
  ['<!date^1720000000^{date}|14 July>', null],
  ['"quotes" and \'these\'', null],
];
for (const [text, problem] of SCANNED)
  row(12, `text ${text} ${problem ? `is told: ${problem}` : 'is fine'}`, async ({ slack, ws, client }) => {
    if (problem) slack.expect(new RegExp(problem));
    assert.equal(scanText(text, ws.known).problems.length > 0, !!problem);
    await client.post(WEST, text);
    await client.post('C0EAST', 'x', { blocks: [{ type: 'section', text: mrkdwn(text, { verbatim: true }) }] });
    if (problem) assert.equal(slack.expected[0].seen, 2);
  });
row(12, 'who was mentioned is listed', async ({ slack, client }) => {
  await client.post(WEST, 'Hello <@U0MARIA> and <@U0JONAS>');
  assert.deepEqual(
    slack.mentions.map((m) => m.users),
    [['U0MARIA', 'U0JONAS']],
  );
});
row(12, 'text that Slack would link by itself is told, unless verbatim', async ({ slack, client }) => {
  const e = slack.expect(/linked by itself/);
  for (const t of ['see https://example.com', 'tell @here', 'in #general'])
    await client.post(WEST, 'x', {
      blocks: [
        { type: 'section', text: mrkdwn(t) },
        { type: 'section', text: mrkdwn(t, { verbatim: true }) },
        { type: 'section', text: plain(t) },
      ],
    });
  assert.equal(e.seen, 3);
});
row(12, 'chat.update without parse none is told where it matters', async ({ slack, client }) => {
  const e = slack.expect(/linked by itself/);
  const { ts } = await client.post(WEST, 'x');
  await client.call('chat.update', { channel: WEST, ts, text: 'tell @here', parse: 'none' });
  assert.equal(e.seen, 0);
  await client.call('chat.update', { channel: WEST, ts, text: 'tell @here' });
  assert.equal(e.seen, 1);
});
row(12, 'a log that holds a token, ticket, response_url or upload_url is found out', async () => {
  const stage = await Stage.open({ members: ['maria'], channels: { '#west': ['maria'] } });
  try {
    const { slack, ws, daemon } = stage;
    ws.responseUrl(ws.user('maria'), ws.channel('#west'));
    slack.newUpload(ws, 'F1');
    daemon.log = 'slack_connected WORKSPACE=acme\n';
    assert.deepEqual(stage.leaks(), []);
    for (const s of slack.secrets) {
      daemon.log = `open ${s}`;
      assert.notDeepEqual(stage.leaks(), []);
    }
    for (const s of ['xoxb-anything', 'wss://x/?ticket=1', 'ERROR: AddressSanitizer: x', 'a.c:1: runtime error: x']) {
      daemon.log = s;
      assert.notDeepEqual(stage.leaks(), [], s);
    }
  } finally {
    await stage.close();
  }
});
row(
  12,
  'a response_url works five times, for JSON without a token',
  async ({ slack, client, maria }) => {
    slack.expect(/used_url/);
    slack.expect(/with Authorization/);
    slack.expect(/invalid_payload/);
    slack.expect(/unknown_url/);
    await client.connect();
    await maria.slash('#west', '/sprint');
    const url = client.seen[0].payload.response_url;
    const send = (body, headers = {}) =>
      client.http('POST', url, {
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    assert.equal((await send({ text: 'x' }, { 'content-type': 'text/plain' })).json.error, 'invalid_payload');
    for (let i = 0; i < 5; i++)
      assert.equal(
        (
          await send(
            { text: `e${i}`, response_type: i === 4 ? 'in_channel' : undefined },
            i === 0 ? { authorization: 'Bearer x' } : {},
          )
        ).json.ok,
        true,
      );
    assert.equal((await send({ text: 'x' })).json.error, 'used_url');
    assert.deepEqual(
      maria.sees('#west').map((m) => m.ephemeral),
      [true, true, true, true, false],
    );
    assert.equal(
      (
        await client.http('POST', `${slack.origin}/response/no`, {
          headers: { 'content-type': 'application/json' },
          body: '{}',
        })
      ).json.error,
      'unknown_url',
    );
  },
  { limits: false },
);

// ---- what a person does and sees
row(
  'member',
  'a typed mention arrives as one, and the three characters are escaped',
  async ({ client, slack, maria }) => {
    await client.connect();
    maria.say('#west', 'ask @jonas if a<b & c');
    await slack.until('it came', () => client.seen.length === 1);
    const { event } = client.seen[0].payload;
    assert.equal(event.text, 'ask <@U0JONAS> if a&lt;b &amp; c');
    assert.deepEqual([event.channel, event.channel_type, event.user], [WEST, 'channel', 'U0MARIA']);
  },
);
row('member', 'a mention of the bot comes as message and app_mention with one ts', async ({ client, slack, maria }) => {
  await client.connect();
  maria.mention('#west', 'status');
  await slack.until('both came', () => client.seen.length === 2);
  const [a, b] = client.seen.map((m) => m.payload);
  assert.deepEqual(
    [a.event.type, b.event.type, a.event.ts === b.event.ts, a.event_id === b.event_id],
    ['message', 'app_mention', true, false],
  );
});
row('member', 'a slash command carries names with its ids', async ({ client, maria }) => {
  await client.connect();
  await maria.slash('#west', '/sprint setup\nlead: @jonas in #east');
  const { payload } = client.seen[0];
  assert.deepEqual(
    [payload.command, payload.text, payload.is_enterprise_install],
    ['/sprint', 'setup\nlead: <@U0JONAS|jonas> in <#C0EAST|east>', 'false'],
  );
});
row('member', 'an answer in the ack is seen by its asker alone', async ({ client, maria, jonas }) => {
  client.answer = () => ({ text: 'only you', response_type: 'ephemeral' });
  await client.connect();
  assert.equal((await maria.slash('#west', '/sprint')).message.text, 'only you');
  assert.deepEqual([maria.sees('#west').length, jonas.sees('#west').length], [1, 0]);
});
row('member', 'bad blocks in an ack are a fault', async ({ slack, client, maria }) => {
  slack.expect(/ack: slash: invalid_blocks/);
  client.answer = () => ({ blocks: [{ type: 'header', text: plain(X(151)) }] });
  await client.connect();
  assert.equal((await maria.slash('#west', '/sprint')).failed, 'invalid_blocks');
});
for (const [name, payload, told] of [
  ['a text that is no text', { text: 7 }, /invalid_payload/],
  ['blocks that are none', { text: 'x', blocks: 'x' }, /invalid_blocks/],
  ['nothing to say', { response_type: 'ephemeral' }, /no_text/],
])
  row('member', `an ack with ${name} is a fault`, async ({ slack, client, maria }) => {
    slack.expect(told);
    client.answer = () => payload;
    await client.connect();
    assert.ok((await maria.slash('#west', '/sprint')).failed);
  });
row('member', 'an edit and a removal are told with what was there', async ({ client, slack, maria }) => {
  await client.connect();
  const m = maria.say('#west', 'one');
  maria.edit(m, 'two');
  maria.remove(m);
  await slack.until('all came', () => client.seen.length === 3);
  const by = (subtype) => client.seen.map((s) => s.payload.event).find((e) => e.subtype === subtype);
  assert.deepEqual(
    [
      by('message_changed').message.text,
      by('message_changed').previous_message.text,
      !!by('message_changed').message.edited,
    ],
    ['two', 'one', true],
  );
  assert.equal(by('message_deleted').deleted_ts, m.ts);
  assert.deepEqual(maria.sees('#west'), []);
});
row('member', "the bot's own messages come back with its bot_id", async ({ ws, client, slack }) => {
  await client.connect();
  await client.post(WEST, 'mine');
  await slack.until('it came', () => client.seen.length === 1);
  assert.deepEqual([client.seen[0].payload.event.bot_id, client.seen[0].payload.event.user], [ws.botId, ws.bot.id]);
});
row('member', 'a button brings its value, the message and a trigger', async ({ client, maria }) => {
  await client.connect();
  await client.post(WEST, 'x', {
    blocks: [{ type: 'section', text: plain('How is it?') }, actions(button('Same as yesterday', { value: 'same' }))],
  });
  const [m] = maria.sees('#west');
  assert.deepEqual(m.lines, ['How is it?', '[Same as yesterday]']);
  assert.equal((await maria.press(m, 'Same as yesterday')).ok, true);
  const { payload } = client.seen[client.seen.length - 1];
  assert.deepEqual(
    [payload.type, payload.actions[0].value, payload.container.message_ts, payload.channel.id],
    ['block_actions', 'same', m.ts, WEST],
  );
  assert.ok(payload.trigger_id && payload.response_url);
  assert.throws(() => maria.press(m, 'No such'), /Same as yesterday/);
});
row('member', 'buttons of an ephemeral message come without the message', async ({ client, maria }) => {
  await client.connect();
  await client.call('chat.postEphemeral', { channel: WEST, user: 'U0MARIA', text: 'x', blocks: [actions(button())] });
  await maria.press(await maria.finds('#west', /Go/), 'Go');
  const { payload } = client.seen[client.seen.length - 1];
  assert.deepEqual([payload.container.is_ephemeral, payload.message], [true, undefined]);
});
const formView = (more) =>
  modalView({
    notify_on_close: true,
    private_metadata: 'p',
    callback_id: 'c',
    blocks: [
      { type: 'section', text: mrkdwn('*Why now?*', { verbatim: true }) },
      input({ type: 'plain_text_input', max_length: 10 }, { block_id: 'objective:1', label: plain('Objective') }),
      input({ type: 'static_select', options: opts(3) }, { block_id: 'trigger:1', label: plain('Trigger') }),
      input({ type: 'checkboxes', options: opts(3) }, { block_id: 'kinds:1', label: plain('Kinds'), optional: true }),
      input({ type: 'users_select' }, { block_id: 'lead:1', label: plain('Lead'), optional: true }),
      input(
        { type: 'number_input', is_decimal_allowed: false, max_value: '10' },
        { block_id: 'conf:1', label: plain('Confidence'), optional: true },
      ),
    ],
    ...more,
  });
async function openForm(t, view = formView()) {
  const r = await t.client.call('views.open', { trigger_id: await triggered(t), view });
  assert.equal(r.ok, true, JSON.stringify(r));
  return t.maria.modal();
}
row('member', 'a form is read, filled in and submitted as a person does', async (t) => {
  const modal = await openForm(t);
  assert.deepEqual(
    [modal.title, modal.lines[0], modal.inputs.map((i) => i.label)],
    ['Sprint', '*Why now?*', ['Objective', 'Trigger', 'Kinds', 'Lead', 'Confidence']],
  );
  assert.deepEqual(Object.keys((await modal.submit()).errors), ['objective:1', 'trigger:1']);
  await modal.fill({ Objective: 'Momentum', trigger: 'o1', Kinds: ['o0', 'v2'], Lead: 'jonas', Confidence: 4 });
  assert.deepEqual(await modal.submit(), { closed: true });
  const { payload } = t.client.seen[t.client.seen.length - 1];
  const held = Object.values(payload.view.state.values).map((v) => v.value);
  assert.deepEqual(
    held.map((v) => v.value ?? v.selected_option?.value ?? v.selected_user ?? v.selected_options.map((o) => o.value)),
    ['Momentum', 'v1', ['v0', 'v2'], 'U0JONAS', '4'],
  );
  assert.deepEqual([payload.type, payload.view.private_metadata, t.maria.modals.length], ['view_submission', 'p', 0]);
});
row('member', "Slack's client holds back what is too long, no number or out of range", async (t) => {
  const modal = await openForm(t);
  const errors = async (v) => {
    await modal.fill({ Objective: 'ok', trigger: 'o1', ...v });
    return Object.keys((await modal.submit()).errors ?? {});
  };
  assert.deepEqual(
    [
      await errors({ Objective: X(11) }),
      await errors({ Confidence: 'x' }),
      await errors({ Confidence: '11' }),
      await errors({ Confidence: '1.5' }),
    ],
    [['objective:1'], ['conf:1'], ['conf:1'], ['conf:1']],
  );
  assert.deepEqual(await modal.submit({ unchecked: true }), { closed: true });
});
const SUBMITS = [
  [
    'errors at their rows',
    () => ({ response_action: 'errors', errors: { 'objective:1': 'Say an outcome.' } }),
    (r, m) => r.errors['objective:1'] === 'Say an outcome.' && m.open && m.input('Objective').error,
  ],
  [
    'an update',
    () => ({ response_action: 'update', view: modalView({ title: plain('Sure?') }) }),
    (r, m) => r.updated && m.title === 'Sure?' && m.open,
  ],
  [
    'a push',
    () => ({ response_action: 'push', view: modalView({ title: plain('More') }) }),
    (r, m) => r.pushed.title === 'More' && !m.open,
  ],
  ['clear', () => ({ response_action: 'clear' }), (r, m) => r.cleared && !m.open],
  ['an empty payload', () => ({}), (r, m) => r.closed && !m.open],
  [
    'errors at no row',
    () => ({ response_action: 'errors', errors: { nowhere: 'x' } }),
    (r, m) => r.failed && m.open,
    /no input block/,
  ],
  ['errors without one', () => ({ response_action: 'errors', errors: {} }), (r) => r.failed, /no input block/],
  [
    'an update with a bad view',
    () => ({ response_action: 'update', view: modalView({ title: plain(X(25)) }) }),
    (r) => r.failed,
    /response_action update/,
  ],
  ['an update without a view', () => ({ response_action: 'update' }), (r) => r.failed, /response_action update/],
  ['an unknown action', () => ({ response_action: 'dance' }), (r) => r.failed, /unknown response_action/],
  ['a message', () => ({ text: 'x' }), (r) => r.failed, /without response_action/],
  ['no ack at all', () => false, (r, m) => r.failed === 'operation_timeout' && m.open, /no ack/],
];
for (const [name, answer, holds, told] of SUBMITS)
  row(
    'member',
    `a submission answered by ${name}`,
    async (t) => {
      if (told) t.slack.expect(told);
      const modal = await openForm(t);
      await modal.fill({ Objective: 'ok', trigger: 'o1' });
      t.client.answer = answer;
      const r = await modal.submit();
      assert.ok(holds(r, modal), JSON.stringify(Object.keys(r)));
    },
    { ackMs: name === 'no ack at all' ? 80 : 3000 },
  );
row('member', 'closing is told where it was asked for, with what was typed', async (t) => {
  const modal = await openForm(t);
  await modal.fill({ Objective: 'half' });
  await modal.close();
  const { payload } = t.client.seen[t.client.seen.length - 1];
  assert.deepEqual(
    [payload.type, payload.is_cleared, payload.view.state.values['objective:1'].value.value],
    ['view_closed', false, 'half'],
  );
});
row('member', 'a button in a modal brings the view, and its update is waited for', async (t) => {
  const modal = await openForm(
    t,
    formView({ blocks: [...formView().blocks, actions(button('One more', { action_id: 'more/kr' }))] }),
  );
  const { version } = modal;
  await modal.press('One more');
  const { payload } = t.client.seen[t.client.seen.length - 1];
  assert.deepEqual([payload.container.view_id, payload.actions[0].action_id], [modal.view.id, 'more/kr']);
  setTimeout(
    () =>
      t.client.call('views.update', {
        view_id: payload.view.id,
        hash: payload.view.hash,
        view: formView({ title: plain('Longer') }),
      }),
    20,
  );
  await modal.updated(version);
  assert.equal(modal.title, 'Longer');
});
row(
  'member',
  'state can be [] where it is empty',
  async (t) => {
    const modal = await openForm(t, modalView({ blocks: [] }));
    await modal.submit();
    assert.deepEqual(t.client.seen[t.client.seen.length - 1].payload.view.state.values, []);
  },
  { emptyStateAsArray: true },
);
row('member', 'Home is asked for, published and read', async ({ client, maria, slack }) => {
  client.answer = (m) => {
    if (m.payload.event?.type === 'app_home_opened')
      client.call('views.publish', {
        user_id: m.payload.event.user,
        view: { type: 'home', blocks: [{ type: 'header', text: plain('Your sprints') }] },
      });
    return undefined;
  };
  await client.connect();
  assert.deepEqual((await maria.home()).lines, ['Your sprints']);
  assert.equal((await maria.home()).version, 2);
  await slack.until('the second carries the view', () => client.seen.filter((m) => m.payload.event?.view).length === 1);
});
row(
  'member',
  'a direct message goes to the bot, and one to a user id is seen there',
  async ({ client, slack, maria, ws }) => {
    await client.connect();
    maria.dm('status');
    await slack.until('it came', () => client.seen.length === 1);
    const { event } = client.seen[0].payload;
    assert.equal(event.channel_type, 'im');
    const r = await client.post('U0MARIA', 'Hello');
    assert.equal(r.channel, event.channel);
    assert.deepEqual(
      maria.sees('dm').map((m) => m.text),
      ['status', 'Hello'],
    );
    assert.equal((await client.call('conversations.open', { users: 'U0MARIA' })).channel.id, ws.im('maria').id);
  },
);
row('member', 'what is waited for and does not come says what was seen', async ({ maria }) => {
  maria.say('#west', 'something else');
  await assert.rejects(
    maria.finds('#west', /summary/, { ms: 40 }),
    /maria sees \/summary\/ in #west[\s\S]*something else/,
  );
});
row('member', 'workspaces are apart', async ({ slack, client, ws }) => {
  const other = slack.workspace({ name: 'other', members: ['maria'], channels: { '#west': ['maria'] } });
  const theirs = new Client(slack, other);
  try {
    await client.connect();
    await theirs.connect();
    other.member('maria').say('#west', 'theirs');
    await slack.until('it came', () => theirs.seen.length === 1);
    assert.equal(client.seen.length, 0);
    assert.notEqual(theirs.seen[0].payload.team_id, ws.teamId);
    slack.rule({ workspace: other, do: '500' });
    assert.equal((await client.call('auth.test')).ok, true);
    assert.equal((await theirs.raw('auth.test')).status, 500);
  } finally {
    theirs.end();
  }
});
row('member', 'text is read as a person reads it', async ({ ws }) => {
  assert.equal(readable('<@U0MARIA> &lt;b&gt; <https://x|here> <#C0WEST>', ws.names), '@maria <b> here #west');
  assert.deepEqual(
    blockLines(
      [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_list',
              style: 'bullet',
              elements: [
                {
                  type: 'rich_text_section',
                  elements: [
                    { type: 'text', text: 'a ' },
                    { type: 'user', user_id: 'U0MARIA' },
                  ],
                },
              ],
            },
          ],
        },
      ],
      ws.names,
    ),
    ['• a @maria'],
  );
});
row(
  'faults',
  'a fault that nobody expected fails the check, and one expected but never seen does',
  async ({ slack }) => {
    slack.fault({ where: 'api', what: 'something' });
    assert.throws(() => slack.check(), /something/);
    slack.expect(/something/);
    slack.check();
    slack.expected.push({ pattern: /never/, seen: 0 });
    assert.throws(() => slack.check(), /never seen/);
    slack.expected.pop();
  },
);
row('faults', 'a thousand messages and calls take no time', async ({ ws, slack, client, maria }) => {
  await client.connect();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const t = performance.now();
  for (let i = 0; i < 1000; i++) maria.say('#west', `m${i}`);
  await slack.until('all are acknowledged', () => ws.socket.counts.acked === 1000, 10000);
  agent.destroy();
  assert.ok(client.seen.length === 1000 && performance.now() > t);
});

// ---- the harness, with a stand-in for the daemon
const program = fileURLToPath(new URL('./standin.mjs', import.meta.url));
const team = { members: ['maria'], channels: { '#west': ['maria'] }, program };
const played = (how, play = async () => {}, options = {}) =>
  playScene({ ...team, env: { STANDIN: how }, ...options }, play);
row('harness', 'the daemon is started, heard, killed, started again and stopped', () =>
  played(
    '',
    async (stage) => {
      const maria = stage.member('maria');
      await maria.slash('#west', '/sprint');
      await maria.finds('#west', /heard at 2025-07-14T07:30:00/);
      stage.advance(86400000);
      await maria.slash('#west', '/sprint');
      const m = await maria.finds('#west', /heard at 2025-07-15T07:30/);
      assert.equal(Math.floor(Number(m.ts) / 60), Date.UTC(2025, 6, 15, 7, 30) / 60000);
      await stage.daemon.kill();
      await stage.until('its connection is gone', () => stage.ws.socket.conns.size === 0);
      assert.equal((await maria.slash('#west', '/sprint')).failed, 'dispatch_failed');
      await stage.daemon.start();
      await stage.daemon.restart();
      await stage.settled();
      assert.equal(stage.daemon.runs, 3);
      assert.match((await stage.daemon.command(['check', '-c', 'x'], { ms: 5000 })).out, /ENOENT/);
    },
    { clock: '2025-07-14T09:30:00+02:00' },
  ),
);
row('harness', 'each workspace has its own tokens and sockets', () =>
  played(
    '',
    async (stage) => {
      for (const ws of stage.slack.workspaces) assert.equal(ws.socket.ready.length, 1);
      await stage.slack.workspaces[1].member('jonas').slash('#east', '/sprint');
      await stage.slack.workspaces[1].member('jonas').finds('#east', /heard/);
      assert.equal(stage.slack.called('chat.postMessage', stage.slack.workspaces[0]).length, 0);
    },
    {
      workspaces: [
        { name: 'one', members: ['maria'] },
        { name: 'two', members: ['jonas'], channels: { '#east': ['jonas'] } },
      ],
    },
  ),
);
const SCENES = [
  ['that ends by itself', 'crash', undefined, /it ended with \{"code":3/],
  ['whose log holds a token', 'leak', undefined, /the log holds/],
  ["with a sanitizer's report", 'report', undefined, /signed integer overflow/],
  ['that does not end well', 'sour', undefined, /ended with \{"code":1/],
  [
    'that does not end at all',
    'stubborn',
    (stage) => stage.daemon.stop({ ms: 100 }),
    /not within 100 ms: the daemon ends on SIGTERM/,
  ],
  [
    'that never connects',
    'deaf',
    (stage) => stage.daemon.start({ ms: 100 }),
    /not within 100 ms: the daemon connects/,
    { start: false },
  ],
  ['that leaves a fault', '', (stage) => stage.slack.fault({ where: 'api', what: 'something' }), /something/],
];
for (const [name, how, play, pattern, options] of SCENES)
  row('harness', `a daemon ${name} fails its scene`, () => assert.rejects(played(how, play, options), pattern));

// ---- the run
async function runRow({ play, options }) {
  const { addScopes = [], tolerate, ...slackOptions } = options;
  const slack = await Slack.start(slackOptions);
  const ws = slack.workspace({
    name: 'acme',
    channels: { '#west': [] },
    members: [
      'maria',
      'jonas',
      'ines',
      { name: 'paul', deleted: true },
      { name: 'helpbot', is_bot: true },
      { name: 'guest', is_restricted: true },
      { name: 'nozone', tz: null },
      { name: 'extern', is_stranger: true },
    ],
  });
  for (const m of ['maria', 'jonas']) ws.channel('#west').members.add(ws.user(m).id);
  ws.addChannel('#east', { members: ['maria'] });
  ws.addChannel('#lounge', { members: ['maria'], bot: false });
  ws.addChannel('#secret', { kind: 'private', members: ['maria'] });
  ws.addChannel('#hidden', { kind: 'private', members: ['maria'], bot: false });
  ws.addChannel('#old', { members: ['maria'], archived: true });
  for (const s of addScopes) ws.scopes.add(s);
  if (tolerate) slack.expect(tolerate, { maybe: true });
  const client = new Client(slack, ws);
  let timer;
  try {
    const late = new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('not within 15 s')), 15000);
    });
    await Promise.race([play({ slack, ws, client, maria: ws.member('maria'), jonas: ws.member('jonas') }), late]);
    slack.check();
  } finally {
    clearTimeout(timer);
    client.end();
    await slack.stop();
  }
}

async function main() {
  const pattern = new RegExp(process.argv[2] ?? '.');
  const rows = ROWS.filter((r) => pattern.test(`${r.point} ${r.name}`));
  const failed = [];
  const queue = [...rows];
  const worker = async () => {
    for (let r = queue.shift(); r; r = queue.shift()) {
      try {
        await runRow(r);
      } catch (e) {
        failed.push([r, e]);
      }
    }
  };
  const t = performance.now();
  await Promise.all(Array.from({ length: 6 }, worker));
  for (const [r, e] of failed)
    console.log(
      `not kept: [${r.point}] ${r.name}\n  ${String(e.stack ?? e)
        .split('\n')
        .slice(0, 12)
        .join('\n  ')}`,
    );
  const points = new Map();
  for (const r of rows) points.set(r.point, (points.get(r.point) ?? 0) + 1);
  console.log([...points].map(([p, n]) => `${p}: ${n}`).join(', '));
  console.log(
    `${rows.length - failed.length} of ${rows.length} promises kept, ${points.size} groups, ${Math.round(performance.now() - t)} ms`,
  );
  process.exitCode = failed.length || !rows.length ? 1 : 0;
}

main();
