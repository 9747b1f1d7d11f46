// What people, and whoever might stand in Slack's place, can send that nobody should: texts that try to mention,
// link and break the markup, frames and fields that are not what they should be, and forged presses. After each
// storm the daemon lives, a normal command works, and nothing that it wrote would trouble a channel.

import assert from 'node:assert/strict';
import {
  ASKED, begin, chances, FORM, form, MORNING, NASTY, notMentioned, PEOPLE, play, prompt, reads, say, scene, sleep,
  stranger, west, workspace,
} from './slack.mjs';

const logBounded = (stage, bytes) => assert.ok(stage.daemon.log.length < bytes, `${stage.daemon.log.length} bytes of log`);

scene('no text can mention, link or break the markup, wherever it is written', { ...west, channels: { '#west': PEOPLE, '#other': PEOPLE }, slack: { limits: false }, timeout: 150000 }, async (stage) => {
  const { ws, slack } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  stranger(slack);
  await begin(maria);
  stage.clock(ASKED);
  const first = await prompt(maria);
  for (const text of NASTY) {
    for (const line of [
      `/sprint checkin ${text}`,
      `/sprint checkin kr1 23% blocked: ${text.replaceAll('U0LENA', 'U0JONAS')}`,
      `/sprint learnings ${text}`,
      `/sprint help ${text}`,
      `/sprint ${text}`,
      `/okr kr ${text}`,
      form('/okr objective', { objective: text, period: `P ${text}` }),
      form('/sprint open', { ...FORM, objective: text, situation: `1 ${text}`, initiative: text }),
      form('/sprint open', { ...FORM, kr: [text, `Increase ${text} from 1% to 2%`, text] }),
      form('/sprint setup', { name: text, timezone: text, lead: text, words: text }),
    ]) {
      const answer = await jonas.slash('#west', line, { raw: true });
      assert.ok(answer.ok, `${JSON.stringify(line.slice(0, 80))}: ${JSON.stringify(answer)}`);
    }
    // Whom a blocker names in earnest is to know of it: so nobody is named there.
    jonas.say('#west', `kr1 24%\nlearned: ${text}\nblocked: ${text.replaceAll('U0LENA', 'U0JONAS')}`, { thread: first, raw: true });
    jonas.say('#other', `<@${ws.bot.id}> ${text}`, { raw: true });
    jonas.say('dm', text, { raw: true });
    await jonas.slash('#west', '/sprint status');
  }
  await stage.settled({ ms: 30000 });
  stage.clock('2025-07-14T09:45:30+02:00');
  await maria.finds('#west', /^What moved/m, { ms: 75000 }); // behind one answer a second
  for (const line of ['/sprint status', '/sprint show 1', '/sprint learnings', '/okr list']) await say(maria, '#west', line);
  await maria.home();
  await stage.settled();
  notMentioned(slack, ws, 'lena');
  logBounded(stage, 400000);
});

scene('a form takes any text, says what is wrong, and stays a form', { ...west, slack: { limits: false }, timeout: 90000 }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  stranger(slack);
  await begin(maria);
  for (const text of NASTY) {
    await say(maria, '#west', '/sprint open');
    const modal = await maria.modal({ title: /Open a sprint/ });
    const values = {};
    for (const input of modal.inputs)
      if (/text_input$/.test(input.type)) values[input.block_id] = text.slice(0, input.element.max_length ?? 3000);
    await modal.fill(values);
    const sent = await modal.submit({ unchecked: true });
    assert.ok(!sent.failed, `${JSON.stringify(text.slice(0, 40))}: ${sent.failed}`);
    if (modal.open) await modal.close();
  }
  await stage.settled();
  await reads(maria, ['22%', '0', '12 days']);
  notMentioned(slack, ws, 'lena');
});

scene('a team, people and channels with names that try it too', {
  clock: MORNING,
  workspaces: [workspace('acme', {
    members: [
      ...PEOPLE.filter((n) => n !== 'maria'),
      { name: 'maria', real_name: '<!channel> *maria*', profile: { display_name: '<!here|x> `maria`', real_name: '<!channel>' } },
    ],
  })],
}, async (stage) => {
  const { ws } = stage;
  const maria = ws.member('maria');
  await begin(maria, '#west', { team: { name: 'West', lead: '@maria' } });
  await say(maria, '#west', '/sprint setup\nname: *W* `est` &lt;!channel&gt;');
  stage.clock(ASKED);
  await prompt(maria);
  await maria.press(maria.sees('#west').find((m) => m.buttons.includes('Check in')), /^Same/);
  await say(maria, '#west', '/sprint status');
  await maria.home();
});

// ---- frames

scene('frames that no Slack would send are survived', { ...west, timeout: 90000 }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  slack.expect(/broken websocket|an ack of an unknown envelope/, { maybe: true });
  await begin(maria);
  const again = () => slack.until('it is connected', () => ws.socket.ready.some((c) => !c.warned && c.open), 45000);
  const raw = (bytes, how = { binary: false }) => ws.socket.connection.ws.send(bytes, how);
  const frames = [
    Buffer.from([0xff, 0xfe, 0x80]),
    Buffer.concat([Buffer.from('{"envelope_id":"a","type":"events_api","payload":{"x":"'), Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80]), Buffer.from('"}}')]),
    Buffer.from('{"envelope_id":"a\\u0000b","type":"slash_commands","payload":{}}'),
    Buffer.from('{"type":"hello","num_connections":-1e99,"debug_info":[],"connection_info":7}'),
    Buffer.from('{"type":"disconnect"}'),
    Buffer.from(`{"a":${'['.repeat(100000)}`),
    Buffer.from(`{"a":${'{"a":'.repeat(50000)}1${'}'.repeat(50000)}}`),
    Buffer.from('{"type":"events_api","type":"slash_commands","envelope_id":1,"envelope_id":null}'),
    Buffer.from(`{"type":"${'t'.repeat(100000)}"}`),
    Buffer.from('\u0000'),
    Buffer.from('{}'.repeat(1000)),
  ];
  for (const frame of frames) {
    raw(frame);
    await sleep(60);
    await again();
  }
  raw(Buffer.alloc(70000, 0x41), { binary: true });
  for (const kind of ['empty', 'text', 'binary', 'number', 'array', 'null', 'half', 'unknown', 'deep']) {
    ws.socket.connection?.rubbish(kind);
    await again();
  }
  assert.match(await say(maria, '#west', '/sprint status'), /Sprint 1/);
  logBounded(stage, 60000);
});

scene('messages of 250 kB, 1 MB and 10 MB stop nothing', { ...west, timeout: 90000 }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  slack.expect(/no ack/, { maybe: true }); // one that is too large to be read cannot be acknowledged
  await begin(maria);
  stage.clock(ASKED);
  const first = await prompt(maria);
  for (const size of [250, 1000, 10000]) {
    maria.say('#west', `kr1 ${'9'.repeat(size * 1000)}%`, { thread: first, raw: true });
    await sleep(300);
    await slack.until('it is connected', () => ws.socket.ready.length > 0, 45000);
  }
  ws.socket.chaos.fragment = 1;
  maria.say('#west', `kr1 24% ${'word '.repeat(30)}`, { thread: first });
  maria.say('#west', 'kr1 25%', { thread: first });
  await reads(maria, ['25%', '0', '12 days'], { ms: 20000 });
});

// ---- payloads

const HARMLESS = /api: .*(channel_not_found|user_not_found|user_not_in_channel|not_in_channel|invalid_arguments|invalid_trigger_id|exchanged_trigger_id|not_found|hash_conflict)|response_url: /;
const WRONG = [null, [], {}, 1, '', -1e308, true, 'y'.repeat(5000), '<!channel>'];

function* paths(value, at = []) {
  if (at.length) yield at;
  if (value === null || typeof value !== 'object') return;
  for (const key of Object.keys(value)) yield* paths(value[key], [...at, key]);
}

function changed(payload, at, value) {
  const copy = structuredClone(payload);
  const last = at[at.length - 1];
  const parent = at.slice(0, -1).reduce((o, k) => o[k], copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

scene('any field missing or of another kind is survived and acknowledged', { ...west, channels: { '#west': PEOPLE, '#other': PEOPLE }, slack: { limits: false }, timeout: 200000 }, async (stage) => {
  const { ws, slack } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  slack.expect(HARMLESS, { maybe: true });
  await begin(maria);
  stage.clock(ASKED);
  const first = await prompt(maria);

  // One valid envelope of each kind.
  const kept = new Map();
  const { route } = ws.socket;
  ws.socket.route = (e) => {
    const { payload } = e;
    const kind = `${e.type} ${payload.event?.type ?? payload.type ?? ''} ${payload.event?.subtype ?? ''}`;
    if (!kept.has(kind)) kept.set(kind, { type: e.type, payload: structuredClone(payload), accepts: e.accepts });
    route.call(ws.socket, e);
  };
  await say(jonas, '#other', '/sprint status');
  const said = jonas.say('#west', 'just talking', { thread: first });
  jonas.edit(said, 'just talking, again');
  jonas.remove(said);
  jonas.mention('#other', 'status');
  await jonas.home();
  ws.changeUser('lena', { tz: 'Europe/Paris' });
  ws.setGroup('all', ['maria']);
  ws.setGroup('all', ['maria', 'jonas']);
  ws.event('channel_id_changed', { old_channel_id: 'C0NOWHERE', new_channel_id: 'C0ELSEWHERE' });
  ws.archive('#other');
  ws.archive('#other', false);
  ws.member('lena').leave('#other');
  ws.member('lena').join('#other');
  ws.event('tokens_revoked', { tokens: { oauth: [], bot: ['U0SOMEBODY'] } });
  await maria.press(first, /away/);
  await say(maria, '#other', '/sprint setup');
  const modal = await maria.modal();
  await modal.fill({ name: 'W' });
  await modal.submit();
  await modal.close();
  slack.sendRateLimited(ws);
  await stage.settled();
  ws.socket.route = route;
  assert.ok(kept.size >= 18, `kinds: ${[...kept.keys()]}`);

  const chance = chances(5);
  let serial = 0;
  let sent = 0;
  const fresh = (payload) => {
    serial += 1;
    const p = structuredClone(payload);
    if (p.event_id) p.event_id = `EvHOSTILE${serial}`;
    if (p.trigger_id) p.trigger_id = `${serial}.forged`;
    if (p.event?.ts) p.event.ts = ws.ts();
    return p;
  };
  for (const [kind, { type, payload, accepts }] of kept) {
    const ways = [...paths(payload)].flatMap((at) => [...WRONG, undefined].map((value) => ({ at, value })));
    const some = ways.length > 350 ? ways.filter(() => chance.next() < 350 / ways.length) : ways;
    const answers = [];
    for (const { at, value } of some) {
      answers.push(ws.socket.deliver(type, changed(fresh(payload), at, value), { accepts }));
      if (answers.length % 50 === 0) await Promise.all(answers.slice(-50));
    }
    for (const value of [null, [], 1, '', 'text', [[]], { type: payload.type }])
      answers.push(ws.socket.deliver(type, value ?? {}, { accepts }));
    const got = await Promise.all(answers);
    sent += got.length;
    assert.ok(got.every((a) => !a.failed), `${kind}: ${got.find((a) => a.failed)?.failed}`);
    assert.ok(stage.daemon.child, `it lives after ${kind}`);
  }
  for (const type of ['surprise', '', 'goodbye', 'disconnected', 'events_api2']) {
    const answer = await ws.socket.deliver(type, { type, text: 'x' });
    assert.ok(!answer.failed, `an envelope of type ${JSON.stringify(type)} is acknowledged`);
  }
  await stage.settled({ ms: 60000 });
  assert.ok(sent > 2000, `${sent} envelopes`);
  assert.match(await say(maria, '#west', '/sprint status'), /Sprint 1/);
  await stage.daemon.stop();
  const lines = stage.daemon.log.split('\n').length;
  assert.ok(lines < 1000, `${lines} lines of log for ${sent} envelopes`);
  await stage.daemon.start();
});

// ---- forged

scene('forged buttons and forms change nothing', { ...west, channels: { '#west': PEOPLE, '#east': PEOPLE }, slack: { limits: false }, timeout: 90000 }, async (stage) => {
  const { ws, slack } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  slack.expect(HARMLESS, { maybe: true });
  slack.expect(/expired_trigger_id/, { maybe: true });
  await begin(maria);
  stage.clock(ASKED);
  const first = await prompt(maria);
  const block = first.raw.blocks.find((b) => b.type === 'actions');
  const press = (element, more = {}) =>
    ws.socket.deliver('interactive', {
      ...jonas.common('block_actions'),
      trigger_id: ws.trigger(jonas.user),
      ...jonas.fromMessage(first.channel, first.raw),
      actions: [{ type: 'button', block_id: block.block_id, action_ts: ws.ts(), text: element.text, action_id: element.action_id, value: element.value }],
      ...more,
    });
  const numbers = ['0', '-1', '7', '99999', '9223372036854775807', '9223372036854775808', '99999999999999999999999999', '1e9', ' 1', '1;', ''];
  const names = ['checkin', 'same', 'away', 'open', 'retro', 'apply', 'resume', 'remove', 'close', 'x'.repeat(255), '', '/', '|', 'sprint setup'];
  for (const element of block.elements) {
    for (const n of numbers) await press({ ...element, value: element.value.replace(/\d+$/, n) });
    for (const value of ['', '|', '||||', 'C0EAST', element.value.replace(/C0WEST/, 'C0EAST'), element.value.replace(/C0WEST/, 'C0NOWHERE'), element.value.replace(/C0WEST/, '<!channel>'), 'z'.repeat(2000), element.value + element.value])
      await press({ ...element, value });
  }
  for (const name of names)
    for (const value of [block.elements[0].value, '1', 'C0WEST|1', `C0WEST ${name}`]) await press({ text: block.elements[0].text, action_id: name, value });
  await press(block.elements[1], { actions: Array.from({ length: 500 }, () => ({ type: 'button', action_id: 'x', value: 'y' })) });
  await press(block.elements[1], { actions: 'button' });

  await say(jonas, '#west', '/sprint open');
  const modal = await jonas.modal();
  const view = modal.payload();
  const submit = (change, type = 'view_submission') =>
    ws.socket.deliver('interactive', { ...jonas.common(type), trigger_id: ws.trigger(jonas.user), view: { ...structuredClone(view), ...change }, response_urls: [] }, { accepts: true });
  for (const change of [
    { callback_id: 'nothing' },
    { callback_id: '' },
    { callback_id: `${view.callback_id}x` },
    { private_metadata: 'C0EAST' },
    { private_metadata: '' },
    { private_metadata: view.private_metadata.replace(/C0WEST/, 'C0NOWHERE') },
    { private_metadata: 'p'.repeat(3000) },
    { private_metadata: '{"channel":{"a":[]}}' },
    { state: { values: [] } },
    { state: { values: { nothing: { of: { type: 'plain_text_input', value: 'ours' } } } } },
    { state: { values: { 'kr:99999999999': { value: { type: 'plain_text_input', value: 'Increase x from 1% to 2%' } } } } },
    { state: { values: { objective: [] } } },
    { state: [] },
    { state: null },
    { blocks: [] },
    { blocks: 'blocks' },
    { blocks: Array.from({ length: 3000 }, (_, i) => ({ type: 'input', block_id: `b${i}` })) },
    { id: '', hash: '' },
    { type: 'home' },
    { type: 'workflow_step' },
  ]) {
    for (const type of ['view_submission', 'view_closed']) {
      const answer = await submit(change, type);
      assert.ok(!answer.failed, `${JSON.stringify(change).slice(0, 80)}: ${answer.failed}`);
    }
  }
  await modal.close();
  await stage.settled({ ms: 30000 });
  await reads(maria, ['22%', '0', '12 days']);
  assert.doesNotMatch(await say(maria, '#east', '/sprint list'), /Restore/);
});

scene('other workspaces, bots, the bot itself and guests are who they are', { ...west, members: [...PEOPLE, { name: 'robot', is_bot: true }, { name: 'guest', is_restricted: true, is_ultra_restricted: true }], channels: { '#west': [...PEOPLE, 'robot', 'guest'] } }, async (stage) => {
  const { ws } = stage;
  const [maria, robot, guest] = ['maria', 'robot', 'guest'].map((n) => ws.member(n));
  await begin(maria);
  stage.clock(ASKED);
  const first = await prompt(maria);
  robot.say('#west', 'kr1 90%', { thread: first, extra: { bot_id: 'B0ROBOT' } });
  robot.say('#west', 'kr1 91%', { thread: first, extra: { subtype: 'bot_message', bot_id: 'B0ROBOT' } });
  ws.messageEvent(ws.channel('#west'), { ...ws.fromBot({ text: 'kr1 92%', thread_ts: first.ts }) });
  ws.systemMessage(ws.channel('#west'), 'channel_topic', ws.user('jonas'), 'kr1 93%');
  // Somebody of another workspace, as it would come for another installation of the app.
  for (const team of ['T0OTHER', 'T0NORTH']) {
    const payload = ws.eventPayload({ type: 'message', channel: 'C0WEST', channel_type: 'channel', user: 'U0JONAS', text: 'kr1 94%', ts: ws.ts(), thread_ts: first.ts, event_ts: ws.ts() }, ws.id('Ev'));
    ws.socket.deliver('events_api', { ...payload, team_id: team, context_team_id: team, authorizations: [{ ...payload.authorizations[0], team_id: team }] });
  }
  await stage.settled();
  await reads(maria, ['22%', '0', '12 days']);
  guest.say('#west', 'kr1 25%', { thread: first });
  await reads(maria, ['25%', '0', '12 days']);
});

play('hostile');
