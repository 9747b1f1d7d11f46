// What the peers promise: the emulator answers as a homeserver does and refuses what it would refuse, each fault does
// what it is named for, the proxy behaves as the real one, and a member sees what people see. Where Synapse is
// installed, the promises about homeservers are kept by it as well: so the emulator stands for the real thing.

import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { Account, C, ask, dial, part } from './client.mjs';
import { Homeserver } from './emulator.mjs';
import { Member } from './member.mjs';
import { Synapse, missing } from './synapse.mjs';
import { contentProblems, htmlProblems, numberProblems } from './validate.mjs';
import { buttonsOf, duplicatesOf, messagesOf } from './view.mjs';
import { WsProxy } from './wsproxy.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const V1 = '/_matrix/client/v1';

// ---- what a member sees
const BOT = '@bot:x';
let clock = 0;
const event = (type, sender, content, id = `$${(clock += 1)}`) => ({
  type,
  sender,
  content,
  event_id: id,
  origin_server_ts: (clock += 1),
});
const said = (sender, body, more = {}, id) => event('m.room.message', sender, { msgtype: 'm.text', body, ...more }, id);
const edited = (sender, of, body) =>
  said(sender, `* ${body}`, {
    'm.new_content': { msgtype: 'm.text', body },
    'm.relates_to': { rel_type: 'm.replace', event_id: of },
  });
const reacted = (sender, to, key, id) =>
  event('m.reaction', sender, { 'm.relates_to': { rel_type: 'm.annotation', event_id: to, key } }, id);
const redacted = (sender, of) => event('m.room.redaction', sender, { redacts: of });
const P = 'org.matrix.msc3381.poll';
const text = (t) => ({ 'org.matrix.msc1767.text': t });
const poll = (id) =>
  event(
    `${P}.start`,
    BOT,
    {
      ...text('How?'),
      [`${P}.start`]: {
        kind: `${P}.undisclosed`,
        max_selections: 1,
        question: text('How?'),
        answers: [
          { id: 'a', ...text('1') },
          { id: 'b', ...text('2') },
        ],
      },
    },
    id,
  );
const voted = (sender, on, answers) =>
  event(`${P}.response`, sender, {
    'm.relates_to': { rel_type: 'm.reference', event_id: on },
    [`${P}.response`]: { answers },
  });
const sees = (...events) => messagesOf(events, { bot: BOT });

describe('a member sees', () => {
  test('the latest edit, of the same sender only', () => {
    const [m] = sees(said('@a:x', 'one', {}, '$e1'), edited('@a:x', '$e1', 'two'), edited('@b:x', '$e1', 'three'));
    assert.deepEqual([m.text, m.edits], ['two', 1]);
  });
  test('an edit taken back no more', () => {
    const edit = edited('@a:x', '$e2', 'two');
    assert.equal(sees(said('@a:x', 'one', {}, '$e2'), edit, redacted('@a:x', edit.event_id))[0].text, 'one');
  });
  test('nothing of what was redacted', () => {
    const [m] = sees(said('@a:x', 'one', {}, '$e3'), redacted('@a:x', '$e3'));
    assert.deepEqual([m.text, m.redacted], ['', true]);
  });
  test('a reaction of one person once, and not after it was taken back', () => {
    const [m] = sees(
      said('@a:x', 'one', {}, '$e4'),
      reacted('@b:x', '$e4', '✅'),
      reacted('@c:x', '$e4', '✅', '$r4'),
      redacted('@c:x', '$r4'),
    );
    assert.deepEqual([...m.reactions.get('✅')], ['@b:x']);
  });
  test('threads and replies apart', () => {
    const inThread = {
      'm.relates_to': {
        rel_type: 'm.thread',
        event_id: '$e5',
        is_falling_back: true,
        'm.in_reply_to': { event_id: '$e5' },
      },
    };
    const reply = { 'm.relates_to': { 'm.in_reply_to': { event_id: '$e5' } } };
    const [, a, b] = sees(said('@a:x', 'root', {}, '$e5'), said('@a:x', 'in', inThread), said('@a:x', 'to', reply));
    assert.deepEqual([a.thread, a.replyTo, b.thread, b.replyTo], ['$e5', undefined, undefined, '$e5']);
  });
  test('a reply without the quote', () =>
    assert.equal(sees(said('@a:x', '> <@b:x> one\n> two\n\nthree'))[0].text, 'three'));
  test('the last vote of each, none that is withdrawn or names what is not there', () => {
    const { poll: p } = sees(
      poll('$p'),
      voted('@a:x', '$p', ['a']),
      voted('@a:x', '$p', ['b']),
      voted('@b:x', '$p', ['a']),
      voted('@b:x', '$p', []),
      voted('@c:x', '$p', ['z']),
    )[0];
    assert.deepEqual([...p.votes], [['@a:x', ['b']]]);
  });
  test("a poll ended by its sender's end alone", () => {
    const end = (who) => event(`${P}.end`, who, { 'm.relates_to': { rel_type: 'm.reference', event_id: '$q' } });
    assert.deepEqual(
      [sees(poll('$q'), end('@a:x'))[0].poll.ended, sees(poll('$q'), end(BOT))[0].poll.ended],
      [false, true],
    );
  });
  test('what the buttons mean, beside their emoji', () => {
    const ours = {
      anchord: { row: 'i/1', buttons: { '✅': { action: 'a', value: '1' }, '🙈': { action: 'b', value: '2' } } },
    };
    assert.deepEqual(
      buttonsOf(sees(said(BOT, 'Ready?\n✅ Yes · 🙈 No', ours))[0]).map((b) => [b.key, b.label]),
      [
        ['✅', 'Yes'],
        ['🙈', 'No'],
      ],
    );
  });
  test('a card that stands twice', () => {
    const card = (id) => said(BOT, `card ${id}`, { anchord: { row: 'i/1' } }, id);
    assert.equal(duplicatesOf(sees(card('$c1'), card('$c2'))).length, 1);
  });
  test('the same words twice in a row, and not when somebody spoke or pressed between', () => {
    const again = [said(BOT, 'x', {}, '$x'), said(BOT, 'x')];
    assert.equal(duplicatesOf(sees(...again)).length, 1);
    assert.equal(duplicatesOf(sees(again[0], reacted(BOT, '$x', '✅'), again[1])).length, 1);
    for (const between of [said('@a:x', 'y'), reacted('@a:x', '$x', '✅')])
      assert.equal(duplicatesOf(sees(again[0], between, again[1])).length, 0);
  });
  test('the same words to one message, and not to two', () => {
    const to = (id) => said(BOT, 'x', { 'm.relates_to': { rel_type: 'm.thread', event_id: '$r', 'm.in_reply_to': { event_id: id } } });
    assert.equal(duplicatesOf(sees(to('$a'), to('$a'))).length, 1);
    assert.equal(duplicatesOf(sees(to('$a'), to('$b'))).length, 0);
  });
});

// ---- what is wrong with a message
describe('a message is not let pass with', () => {
  const world = { media: new Map() };
  const known = said('@a:x', 'one', {}, '$k');
  const room = { byId: new Map([['$k', known]]) };
  const fine = { msgtype: 'm.text', body: 'x', 'm.mentions': {} };
  const html = (formatted_body) => ({ ...fine, format: 'org.matrix.custom.html', formatted_body });
  const CASES = {
    'a tag that clients do not show': [html('<script>x</script>'), /script/],
    'a tag left open': [html('<b>x'), /left open/],
    'tags that cross': [html('<b><i>x</b></i>'), /closes nothing/],
    'an attribute that is not allowed': [html('<b onclick="x">y</b>'), /onclick/],
    'a link that runs something': [html('<a href="javascript:x">y</a>'), /javascript/],
    'a picture from elsewhere': [html('<img src="https://x/y.png" alt="z">'), /picture/],
    'an ampersand that stands for itself': [html('a & b'), /&/],
    'half a tag': [html('a < b'), /< or >/],
    'no m.mentions': [{ msgtype: 'm.text', body: 'x' }, /m\.mentions/],
    'a NUL': [{ ...fine, body: 'a\u0000b' }, /control/],
    'half a character': [{ ...fine, body: 'a\ud800b' }, /half/],
    'formatted_body alone': [{ ...fine, formatted_body: 'x' }, /without its format/],
    "an edit of another's message": [
      { ...fine, 'm.new_content': fine, 'm.relates_to': { rel_type: 'm.replace', event_id: '$k' } },
      /another's/,
    ],
    'a relation to nothing': [
      { ...fine, 'm.relates_to': { rel_type: 'm.thread', event_id: '$none' } },
      /not in the room/,
    ],
    'a picture never uploaded': [
      { ...fine, msgtype: 'm.image', url: 'mxc://x/y', info: { size: 1, w: 1, h: 1 } },
      /not uploaded/,
    ],
  };
  for (const [name, [content, wanted]] of Object.entries(CASES))
    test(name, () => assert.match(contentProblems('m.room.message', content, BOT, room, world).join('\n'), wanted));
  test('and a proper one passes', () => {
    assert.deepEqual(
      contentProblems(
        'm.room.message',
        html('<p>a &amp; <a href="https://matrix.to/#/%40a%3Ax">a</a><br/><b>b</b></p>'),
        BOT,
        room,
        world,
      ),
      [],
    );
    assert.deepEqual(htmlProblems('<table><thead><tr><th>x</th></tr></thead></table>'), []);
  });
  test('numbers that are no integers', () => {
    assert.equal(numberProblems({ a: 1.5 }, '{"a":1.5}').length, 1);
    assert.equal(numberProblems({ a: 1 }, '{"a":1.0}').length, 1);
    assert.equal(numberProblems({ a: 2 ** 53 }, '{"a":9007199254740992}').length, 1);
    assert.equal(numberProblems({ a: 'v1.5, 2.5}' }, '{"a":"v1.5, 2.5}"}').length, 0);
  });
});

// ---- a homeserver, emulated and real
function promises(kind, open) {
  const row = (name, play) =>
    test(`${kind}: ${name}`, { timeout: 30000 }, async () => {
      const hs = await open();
      const stamp = Math.random().toString(36).slice(2, 8);
      const account = async (n) =>
        new Account(hs, hs.register ? await hs.register(`${n}-${stamp}`) : hs.account(`${n}-${stamp}`));
      const [maria, bot] = [await account('maria'), await account('bot')];
      const made = await maria.call('POST', `${C}/createRoom`, {
        preset: 'private_chat',
        name: 'West',
        invite: [bot.id],
      });
      await play({
        hs,
        maria,
        bot,
        room: made.json.room_id,
        join: () => bot.call('POST', `${C}/rooms/${part(made.json.room_id)}/join`),
      });
    });

  row('an invitation tells who invites', async ({ maria, bot, room }) => {
    const { rooms } = await bot.sync();
    const mine = rooms.invite[room].invite_state.events.find(
      (e) => e.type === 'm.room.member' && e.state_key === bot.id,
    );
    assert.deepEqual([mine.sender, mine.content.membership], [maria.id, 'invite']);
  });
  row('a join brings what was said before it, marked as such', async ({ maria, bot, room, join }) => {
    await maria.text(room, 'before');
    const { next_batch: since } = await bot.sync();
    assert.equal((await join()).status, 200);
    assert.equal((await join()).status, 200); // again
    await maria.text(room, 'after');
    const { timeline } = (await bot.sync(since)).rooms.join[room];
    const of = (body) => timeline.events.find((e) => e.content.body === body)?.unsigned.membership;
    assert.deepEqual([of('before'), of('after')], ['invite', 'join']);
  });
  row('the same since brings the same again', async ({ maria, bot, room, join }) => {
    await join();
    const { next_batch: since } = await bot.sync();
    await maria.text(room, 'x');
    const ids = async () => (await bot.sync(since)).rooms.join[room].timeline.events.map((e) => e.event_id);
    assert.deepEqual(await ids(), await ids());
  });
  row('a poll waits for news, and ends without any', async ({ maria, bot, room, join }) => {
    await join();
    const { next_batch: since } = await bot.sync();
    const idle = await bot.sync(since, { timeout: 100 });
    assert.equal(idle.rooms, undefined);
    const polled = bot.sync(idle.next_batch, { timeout: 10000 });
    await sleep(100);
    await maria.text(room, 'now');
    assert.equal((await polled).rooms.join[room].timeline.events[0].content.body, 'now');
  });
  row('more than the limit is limited, and /messages has the rest', async ({ maria, bot, room, join }) => {
    await join();
    const { next_batch: since } = await bot.sync();
    for (let i = 0; i < 8; i++) await maria.text(room, `${i}`);
    const filter = JSON.stringify({ room: { timeline: { limit: 3 } } });
    const { timeline } = (await bot.sync(since, { filter })).rooms.join[room];
    assert.deepEqual([timeline.limited, timeline.events.map((e) => e.content.body)], [true, ['5', '6', '7']]);
    const query = new URLSearchParams({ dir: 'b', from: timeline.prev_batch, to: since, limit: 100 });
    const page = (await bot.call('GET', `${C}/rooms/${part(room)}/messages?${query}`)).json;
    assert.deepEqual(
      page.chunk.map((e) => e.content.body),
      ['4', '3', '2', '1', '0'],
    );
    const ahead = new URLSearchParams({ dir: 'f', from: since, to: timeline.prev_batch, limit: 2 });
    assert.deepEqual(
      (await bot.call('GET', `${C}/rooms/${part(room)}/messages?${ahead}`)).json.chunk.map((e) => e.content.body),
      ['0', '1'],
    );
  });
  row('state inside a gap is told beside the timeline', async ({ maria, bot, room, join }) => {
    await join();
    const { next_batch: since } = await bot.sync();
    await maria.call('PUT', `${C}/rooms/${part(room)}/state/m.room.name/`, { name: 'East' });
    for (let i = 0; i < 3; i++) await maria.text(room, `${i}`);
    const filter = JSON.stringify({ room: { timeline: { limit: 2 } } });
    const { state } = (await bot.sync(since, { filter })).rooms.join[room];
    assert.deepEqual(
      state.events.filter((e) => e.type === 'm.room.name').map((e) => e.content.name),
      ['East'],
    );
  });
  row('an unknown since is 400', async ({ bot }) => {
    const answer = await bot.call('GET', `${C}/sync?since=rubbish`);
    assert.deepEqual([answer.status, answer.json.errcode], [400, 'M_UNKNOWN']);
  });
  row('a filter is kept, and an unknown one is 400', async ({ bot }) => {
    const made = await bot.call('POST', `${C}/user/${part(bot.id)}/filter`, { room: { timeline: { limit: 50 } } });
    assert.equal((await bot.call('GET', `${C}/sync?filter=${made.json.filter_id}`)).status, 200);
    assert.equal((await bot.call('GET', `${C}/sync?filter=99`)).status, 400);
  });
  row('a transaction id is one event, whatever comes with it', async ({ maria, room }) => {
    const [a, b] = [await maria.text(room, 'one', { txn: 'x/1' }), await maria.text(room, 'two', { txn: 'x/1' })];
    assert.equal(a.json.event_id, b.json.event_id);
  });
  row('only the sender gets the transaction id back', async ({ maria, bot, room, join }) => {
    await join();
    await maria.text(room, 'one', { txn: 'mine' });
    const id = async (who) =>
      (await who.sync()).rooms.join[room].timeline.events.find((e) => e.content.body === 'one').unsigned.transaction_id;
    assert.deepEqual([await id(maria), await id(bot)], ['mine', undefined]);
  });
  row('a second reaction of the same kind is refused, a redaction twice is not', async ({ maria, room }) => {
    const { event_id } = (await maria.text(room, 'x')).json;
    const react = () =>
      maria.send(room, { 'm.relates_to': { rel_type: 'm.annotation', event_id, key: '✅' } }, { type: 'm.reaction' });
    const first = await react();
    assert.deepEqual([first.status, (await react()).json.errcode], [200, 'M_DUPLICATE_ANNOTATION']);
    const redact = (n) => maria.call('PUT', maria.room(room, 'redact', first.json.event_id, n), {});
    assert.deepEqual([(await redact('r1')).status, (await redact('r2')).status], [200, 200]);
  });
  row('a redacted message has no content, and says by what', async ({ maria, room }) => {
    const { event_id } = (await maria.text(room, 'x')).json;
    await maria.call('PUT', maria.room(room, 'redact', event_id, 'r'), { reason: 'y' });
    const { json } = await maria.call('GET', maria.room(room, 'event', event_id));
    assert.deepEqual([json.content, json.unsigned.redacted_because.type], [{}, 'm.room.redaction']);
  });
  row("an edit is bundled with the message, another's is not", async ({ maria, bot, room, join }) => {
    await join();
    const { event_id } = (await maria.text(room, 'one')).json;
    const edit = (who, body) =>
      who.send(room, {
        msgtype: 'm.text',
        body: `* ${body}`,
        'm.new_content': { msgtype: 'm.text', body, 'm.mentions': {} },
        'm.mentions': {},
        'm.relates_to': { rel_type: 'm.replace', event_id },
      });
    await edit(maria, 'two');
    await edit(bot, 'three');
    const { json } = await maria.call('GET', maria.room(room, 'event', event_id));
    assert.equal(json.unsigned['m.relations']['m.replace'].content['m.new_content'].body, 'two');
  });
  row('the root of a thread has no relation', async ({ maria, room }) => {
    const { event_id } = (await maria.text(room, 'one')).json;
    const thread = (root) =>
      maria.send(room, {
        msgtype: 'm.text',
        body: 'x',
        'm.mentions': {},
        'm.relates_to': { rel_type: 'm.thread', event_id: root },
      });
    const inside = await thread(event_id);
    assert.deepEqual([inside.status, (await thread(inside.json.event_id)).status], [200, 400]);
  });
  for (const [name, raw, status] of [
    ['a float', '{"msgtype":"m.text","body":"x","n":1.5}', 400],
    ['2^53', '{"msgtype":"m.text","body":"x","n":9007199254740992}', 400],
    ['no JSON', '{"msgtype"', 400],
    ['an array', '[]', 400],
    ['no body', '{"msgtype":"m.text"}', 400],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"msgtype":"m.text","body":"'), Buffer.from([0xff]), Buffer.from('"}')]),
      400,
    ],
    ['70,000 bytes', JSON.stringify({ msgtype: 'm.text', body: 'x'.repeat(70000) }), 413],
  ])
    row(`an event with ${name} is ${status}`, async ({ maria, room }) => {
      assert.equal((await maria.send(room, undefined, { raw })).status, status);
    });
  row('60,000 bytes are taken', async ({ maria, room }) => {
    assert.equal((await maria.text(room, 'x'.repeat(60000))).status, 200);
  });
  row('who is kicked may not send, and may come back when invited', async ({ maria, bot, room, join }) => {
    await join();
    const { next_batch: since } = await bot.sync();
    await maria.call('POST', `${C}/rooms/${part(room)}/kick`, { user_id: bot.id });
    assert.equal((await bot.text(room, 'x')).status, 403);
    assert.ok((await bot.sync(since)).rooms.leave[room]);
    assert.equal((await join()).status, 403);
    await maria.call('POST', `${C}/rooms/${part(room)}/invite`, { user_id: bot.id });
    assert.equal((await join()).status, 200);
  });
  row('who is banned is told so', async ({ maria, bot, room, join }) => {
    await maria.call('POST', `${C}/rooms/${part(room)}/ban`, { user_id: bot.id });
    const answer = await join();
    assert.equal(answer.status, 403);
  });
  row('power decides who may set state', async ({ bot, room, join }) => {
    await join();
    assert.equal(
      (await bot.call('PUT', `${C}/rooms/${part(room)}/state/m.room.name/`, { name: 'x' })).json.errcode,
      'M_FORBIDDEN',
    );
  });
  row('an upgrade leaves a tombstone, and the new room names the old', async ({ maria, room }) => {
    const { replacement_room: next } = (
      await maria.call('POST', `${C}/rooms/${part(room)}/upgrade`, { new_version: '11' })
    ).json;
    const state = async (r, type) => (await maria.call('GET', `${C}/rooms/${part(r)}/state/${type}/`)).json;
    assert.equal((await state(room, 'm.room.tombstone')).replacement_room, next);
    assert.equal((await state(next, 'm.room.create')).predecessor.room_id, room);
  });
  row('room version 12 has ids without a server, and creators beyond power levels', async ({ maria }) => {
    const { room_id: room } = (await maria.call('POST', `${C}/createRoom`, { room_version: '12' })).json;
    assert.doesNotMatch(room, /:/);
    const levels = (await maria.call('GET', `${C}/rooms/${part(room)}/state/m.room.power_levels/`)).json;
    assert.equal(levels.users?.[maria.id], undefined);
    assert.equal((await maria.call('PUT', `${C}/rooms/${part(room)}/state/m.room.name/`, { name: 'x' })).status, 200);
  });
  row('m.direct is not there until it is set', async ({ bot }) => {
    const path = `${C}/user/${part(bot.id)}/account_data/m.direct`;
    assert.equal((await bot.call('GET', path)).status, 404);
    await bot.call('PUT', path, { '@a:x': ['!r'] });
    assert.deepEqual((await bot.call('GET', path)).json, { '@a:x': ['!r'] });
    assert.deepEqual((await bot.sync()).account_data.events.find((e) => e.type === 'm.direct').content, {
      '@a:x': ['!r'],
    });
  });
  row('media comes back to who has a token', async ({ hs, maria }) => {
    const bytes = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.from('rest')]);
    const { content_uri: uri } = (
      await maria.call('POST', '/_matrix/media/v3/upload', undefined, {
        raw: bytes,
        headers: { 'content-type': 'image/png' },
      })
    ).json;
    const path = `${V1}/media/download/${uri.slice(6)}`;
    assert.equal((await maria.call('GET', path)).status, 200);
    assert.equal((await ask(hs.url, 'GET', path)).status, 401);
  });
  row('what it does not know is 404 M_UNRECOGNIZED, without a token 401', async ({ hs, maria }) => {
    const answer = await maria.call('GET', `${C}/nothing`);
    assert.deepEqual([answer.status, answer.json.errcode], [404, 'M_UNRECOGNIZED']);
    assert.equal((await ask(hs.url, 'GET', `${C}/account/whoami`)).json.errcode, 'M_MISSING_TOKEN');
    assert.equal((await ask(hs.url, 'GET', `${C}/account/whoami`, { token: 'no' })).json.errcode, 'M_UNKNOWN_TOKEN');
  });
  row(
    'a member of the library lives in it: invited, in a thread, edited, reacted, taken back, voted',
    async ({ hs, maria, bot }) => {
      const home = { url: hs.url, bot: bot.id, until: hs.until.bind(hs), changed: () => hs.changed() };
      const enter = (a) => Member.enter(home, { user_id: a.id, access_token: a.token });
      const [m, b] = [await enter(maria), await enter(bot)];
      const room = await m.createRoom({ name: 'Own', invite: [bot.id] });
      await b.waits('it is invited', () => b.invited.has(room));
      await b.join(room);
      const asked = await m.say(room, '!sprint status');
      await b.finds(room, 'status', { by: maria.id });
      await b.say(room, 'one', { thread: asked });
      const answer = await m.finds(room, 'one', { thread: asked });
      await b.edit(room, answer, 'two');
      assert.equal((await m.finds(room, 'two', { thread: asked })).id, answer.id);
      await m.react(room, answer, '✅');
      await m.unreact(room, answer, '✅');
      await m.waits('the reaction is gone', () => m.sees(room).find((x) => x.id === answer.id).reactions.size === 0);
      const start = poll().content;
      const question = await b.send(room, `${P}.start`, start);
      await m.finds(room, 'How?');
      await m.vote(room, question, '2');
      await b.waits('it is voted', () => b.sees(room).find((x) => x.id === question).poll.votes.size === 1);
      assert.deepEqual(
        (await m.readRoom(room)).map((x) => [x.id, x.text]),
        m.sees(room).map((x) => [x.id, x.text]),
      );
      assert.deepEqual(m.duplicates(room), []);
      for (const one of [m, b]) one.stop();
    },
  );
}

let emulator;
promises('emulator', async () => (emulator ??= await Homeserver.start()));
let real;
if (missing()) test('Synapse keeps the same promises', { skip: missing() }, () => {});
else promises('Synapse', async () => (real ??= Synapse.start({})).then((hs) => hs));
after(async () => {
  await emulator?.stop();
  await (await real)?.stop();
});

// ---- the emulator's faults
const row = (name, play) =>
  test(`emulator: ${name}`, { timeout: 20000 }, async () => {
    const hs = await Homeserver.start();
    try {
      const [maria, bot] = [
        new Account(hs, hs.account('maria')),
        new Account(hs, hs.account('anchord', { strict: true, password: 'p' })),
      ];
      const room = hs.world.room(maria.id, { name: 'West' });
      hs.world.invite(room, maria.id, bot.id);
      hs.world.enter(room, bot.id);
      await play({ hs, maria, bot, room: room.id, held: room });
      hs.check();
    } finally {
      await hs.stop();
    }
  });

const whoami = `${C}/account/whoami`;
const FAULTS = [
  [
    '429 with Retry-After in seconds',
    { do: '429', retryAfter: 7 },
    (r) => r.status === 429 && r.headers['retry-after'] === '7',
  ],
  [
    '429 with Retry-After as a date',
    { do: '429', retryAfter: 'Sun, 06 Nov 2094 08:49:37 GMT' },
    (r) => /2094/.test(r.headers['retry-after']),
  ],
  [
    '429 with retry_after_ms alone',
    { do: '429', retryMs: 1500 },
    (r) => r.json.retry_after_ms === 1500 && !('retry-after' in r.headers),
  ],
  [
    '429 without any hint',
    { do: '429', retryAfter: null },
    (r) => r.json.errcode === 'M_LIMIT_EXCEEDED' && !('retry-after' in r.headers),
  ],
  ['429 in HTML', { do: '429', retryAfter: 1, html: true }, (r) => r.status === 429 && !r.json],
  ['500', { do: '500' }, (r) => r.status === 500 && r.json.errcode === 'M_UNKNOWN'],
  ['403 with a code', { do: '403', errcode: 'M_USER_DEACTIVATED' }, (r) => r.json.errcode === 'M_USER_DEACTIVATED'],
  ["a proxy's page", { do: 'html' }, (r) => r.status === 502 && /html/.test(r.headers['content-type'])],
  ['JSON that does not end', { do: 'garbage' }, (r) => r.status === 200 && !r.json],
  ['nothing', { do: 'empty' }, (r) => r.status === 200 && r.text === ''],
  ['JSON of another shape', { do: 'wrong', json: ['x'] }, (r) => r.json[0] === 'x'],
  [
    'an answer changed on its way',
    { do: 'change', with: (a) => ({ ...a, user_id: '@other:x' }) },
    (r) => r.json.user_id === '@other:x',
  ],
  ['a redirect', { do: 'redirect' }, (r) => r.status === 302],
  ['a cut', { do: 'cut' }, (r) => r.cut],
  ['half an answer', { do: 'half' }, (r) => r.cut],
  ['silence', { do: 'hang' }, (r) => r.silent],
  ['a soft logout', { do: 'unknown-token', soft: true }, (r) => r.status === 401 && r.json.soft_logout === true],
  ['a hard logout', { do: 'unknown-token' }, (r) => r.status === 401 && !('soft_logout' in r.json)],
];
for (const [name, rule, holds] of FAULTS)
  row(`a request can be answered by ${name}, once`, async ({ hs, bot }) => {
    const made = hs.rule({ path: /whoami/, times: 1, ...rule });
    const answer = await bot.call('GET', whoami, undefined, { ms: 300 });
    assert.ok(holds(answer), JSON.stringify(answer));
    assert.equal(made.hits, 1);
    if (rule.do === '429') return;
    assert.equal((await bot.call('GET', whoami)).status, rule.do === 'unknown-token' ? 401 : 200);
  });
row('a slow answer comes late, a slow body in parts', async ({ hs, bot }) => {
  for (const rule of [
    { do: 'slow', ms: 120 },
    { do: 'trickle', ms: 20, parts: 6 },
  ]) {
    hs.rule({ path: /whoami/, times: 1, ...rule });
    const begun = Date.now();
    assert.equal((await bot.call('GET', whoami)).json.user_id, bot.id);
    assert.ok(Date.now() - begun >= 90);
  }
});
row('what is done before the fault is done', async ({ hs, bot, held }) => {
  for (const [i, how] of ['cut', 'html', '500', 'hang'].entries()) {
    hs.rule({ path: /send/, times: 1, do: how, after: true });
    const content = { msgtype: 'm.text', body: how, 'm.mentions': {} };
    await bot.send(held.id, content, { txn: `a${i}`, ms: 200 });
    assert.equal((await bot.send(held.id, content, { txn: `a${i}` })).status, 200);
    assert.equal(held.events.filter((e) => e.content.body === how).length, 1, how);
  }
});
row('a gap is made by a rule, and filled page by page', async ({ hs, maria, bot, room }) => {
  const { next_batch: since } = await bot.sync();
  for (let i = 0; i < 9; i++) await maria.text(room, `${i}`);
  hs.rule({ path: /sync/, user: bot.id, times: 1, do: 'limit', limit: 1 });
  hs.rule({ path: /messages/, user: bot.id, do: 'limit', limit: 3 });
  const { timeline } = (await bot.sync(since)).rooms.join[room];
  assert.deepEqual([timeline.limited, timeline.events.length], [true, 1]);
  const found = [];
  for (let from = timeline.prev_batch; from;) {
    const page = (await bot.call('GET', `${C}/rooms/${part(room)}/messages?dir=b&from=${from}&to=${since}`)).json;
    found.push(...page.chunk.map((e) => e.content.body));
    from = page.chunk.length ? page.end : null;
  }
  assert.deepEqual(found, ['7', '6', '5', '4', '3', '2', '1', '0']);
});
row('events of any kind and size can be put into a room', async ({ bot, maria, held }) => {
  const { next_batch: since } = await bot.sync();
  held.put({ type: 'org.example.odd', sender: maria.id, content: { deep: [[[{}]]], n: 1 } });
  held.put({ type: 'm.room.message', sender: maria.id, content: { body: 7, msgtype: [] } });
  held.put({ type: 'm.room.message', sender: maria.id, content: { msgtype: 'm.text', body: 'x'.repeat(1 << 20) } });
  held.put({ type: 'm.room.power_levels', sender: maria.id, state_key: '', content: {} });
  const { timeline } = (await bot.sync(since)).rooms.join[held.id];
  assert.equal(timeline.events.length, 4);
});
row('ten sends, then one in five seconds; asking again too early is a fault', async ({ hs, bot, room }) => {
  hs.options.limits = true;
  hs.expect(/repeated before Retry-After/);
  const answers = [];
  for (let i = 0; i < 11; i++) answers.push(await bot.text(room, `${i}`));
  const last = answers[10];
  assert.equal(last.json.errcode, 'M_LIMIT_EXCEEDED');
  assert.ok(last.json.retry_after_ms > 4000 && Number(last.headers['retry-after']) >= last.json.retry_after_ms / 1000);
  await sleep(250);
  await bot.text(room, 'too early');
});
row('a member waits out a limit, as a person would', async ({ hs, maria, room, held }) => {
  Object.assign(hs.options, { limits: true, limitScale: 100 });
  const member = await Member.enter(
    { url: hs.url, until: hs.until.bind(hs), changed() {} },
    { user_id: maria.id, access_token: maria.token },
  );
  for (let i = 0; i < 13; i++) await member.say(room, `${i}`);
  assert.equal(held.events.filter((e) => /^\d+$/.test(e.content.body)).length, 13);
  assert.ok(hs.calls.some((c) => c.status === 429));
  member.stop();
});
row('the sixth login is refused for minutes', async ({ hs, bot }) => {
  hs.options.limits = true;
  const login = () =>
    ask(hs.url, 'POST', `${C}/login`, {
      body: {
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user: 'anchord' },
        password: 'p',
        device_id: 'D',
      },
    });
  for (let i = 0; i < 5; i++) assert.equal((await login()).json.device_id, 'D');
  const sixth = await login();
  assert.ok(sixth.status === 429 && sixth.json.retry_after_ms > 300000);
  assert.equal(hs.logins.length, 6);
  assert.equal(
    (
      await ask(hs.url, 'POST', `${C}/login`, {
        body: { type: 'm.login.password', identifier: { type: 'm.id.user', user: bot.id }, password: 'wrong' },
      })
    ).status,
    429,
  );
});
row('whoever asks for the state after the timeline gets it', async ({ hs, maria, bot, room }) => {
  hs.options.stateAfter = true;
  const { next_batch: since } = await bot.sync();
  await maria.call('PUT', `${C}/rooms/${part(room)}/state/m.room.name/`, { name: 'East' });
  const told = (await bot.sync(since, { use_state_after: 'true' })).rooms.join[room];
  assert.deepEqual([told.state, told.state_after.events.map((e) => e.content.name)], [undefined, ['East']]);
  assert.ok((await bot.sync(since)).rooms.join[room].state);
});
row('it goes away and comes back on its port, knowing what it knew', async ({ hs, bot, room }) => {
  const { url } = hs;
  await hs.pause();
  assert.ok((await ask(url, 'GET', whoami)).cut);
  await hs.resume();
  assert.equal((await bot.text(room, 'x')).status, 200);
});
const MISTAKES = [
  [
    'a path that is not encoded',
    (bot, room) =>
      bot.call('PUT', `${C}/rooms/${room}/send/m.room.message/1`, { msgtype: 'm.text', body: 'x', 'm.mentions': {} }),
    /percent-encoded/,
  ],
  ['a token in the URL', (bot) => bot.call('GET', `${whoami}?access_token=${bot.token}`), /token in a URL/],
  ['a body that is no JSON', (bot, room) => bot.send(room, undefined, { raw: '{' }), /M_NOT_JSON/],
  [
    'an empty body',
    (bot, room) => bot.call('POST', `${C}/rooms/${part(room)}/join`, undefined, { raw: '' }),
    /M_NOT_JSON/,
  ],
  ['an event too large', (bot, room) => bot.text(room, 'x'.repeat(70000)), /M_TOO_LARGE/],
  [
    'a transaction id for something else',
    async (bot, room) => {
      await bot.text(room, 'one', { txn: 't' });
      await bot.text(room, 'two', { txn: 't' });
    },
    /transaction id used again/,
  ],
  ['an address that nobody knows', (bot) => bot.call('GET', `${C}/nothing`), /M_UNRECOGNIZED/],
  [
    'a filter with an unknown key',
    (bot) => bot.call('POST', `${C}/user/${part(bot.id)}/filter`, { rooms: {} }),
    /filter/,
  ],
  [
    'an upload without its type',
    (bot) => bot.call('POST', '/_matrix/media/v3/upload', undefined, { raw: 'x' }),
    /Content-Type/,
  ],
];
for (const [name, act, wanted] of MISTAKES)
  row(`${name} is a fault of who sent it`, async ({ hs, bot, room }) => {
    hs.expect(wanted);
    await act(bot, room);
  });

// ---- the proxy
const SECRETS = { asToken: 'as-token', hsToken: 'hs-token' };
const wire = (name, play, options = {}) =>
  test(`wsproxy: ${name}`, { timeout: 20000 }, async () => {
    const proxy = await WsProxy.start({ ...SECRETS, ...options });
    const hs = await Homeserver.start();
    try {
      const service = hs.appservice({ url: proxy.origin, user: '@testbot:localhost', ...SECRETS });
      const maria = hs.account('maria');
      const room = hs.world.room(maria.user_id);
      const say = (body) =>
        room.put({ type: 'm.room.message', sender: maria.user_id, content: { msgtype: 'm.text', body } });
      const joined = () => {
        hs.world.invite(room, maria.user_id, service.user);
        hs.world.enter(room, service.user);
      };
      await play({ proxy, hs, service, room, say, joined });
      proxy.check();
    } finally {
      await hs.stop();
      await proxy.stop();
    }
  });
const heard = (ws) => ws.frames.flatMap((f) => f.events ?? []).map((e) => e.content.body);
const push = (proxy, how = {}) =>
  ask(proxy.origin, 'PUT', how.path ?? '/_matrix/app/v1/transactions/7', {
    token: SECRETS.hsToken,
    body: { events: [] },
    ...how,
  });

wire('the first frame has a status and no command', async ({ proxy }) => {
  const ws = await dial(proxy);
  await proxy.until('a frame', () => ws.frames.length);
  assert.deepEqual(ws.frames[0], { status: 'connected' });
});
wire(
  'a transaction comes as a frame without an id, without membership or transaction id',
  async ({ proxy, say, joined }) => {
    const ws = await dial(proxy);
    joined();
    say('hello');
    await proxy.until('it is heard', () => heard(ws).includes('hello'));
    const frame = ws.frames.find((f) => f.events?.some((e) => e.content.body === 'hello'));
    const told = frame.events.find((e) => e.content.body === 'hello');
    assert.deepEqual(
      [frame.id, frame.command, typeof frame.txn_id, told.unsigned.membership, typeof told.room_id],
      [undefined, undefined, 'string', undefined, 'string'],
    );
  },
);
wire('the invitation of the service reaches it before it is in the room', async ({ proxy, hs, room, service }) => {
  const ws = await dial(proxy);
  hs.world.invite(room, room.creator, service.user);
  await proxy.until('it is invited', () =>
    ws.frames.some((f) => f.events?.some((e) => e.type === 'm.room.member' && e.state_key === service.user)),
  );
});
wire(
  'without a client the homeserver tries again, with the same id and body, and in order',
  async ({ proxy, service, say, joined }) => {
    joined();
    say('one');
    await proxy.until('it was refused twice', () => proxy.transactions.filter((t) => t.status === 502).length >= 2);
    say('two');
    const ws = await dial(proxy);
    await proxy.until('both are heard', () => heard(ws).includes('two'));
    const [a, b] = service.sent;
    assert.deepEqual([a.id, a.events, a.status], [b.id, b.events, 502]);
    assert.deepEqual(heard(ws).filter(Boolean), ['one', 'two']);
  },
);
wire('the homeserver is answered before the client has read', async ({ proxy, say, joined }) => {
  const ws = await dial(proxy);
  joined();
  await proxy.until('it is quiet', () => heard(ws).length >= 2);
  proxy.silence();
  say('lost');
  await proxy.until('it counts as delivered', () =>
    proxy.lost.some((t) => t.events.some((e) => e.content.body === 'lost')),
  );
  await sleep(100);
  assert.ok(!heard(ws).includes('lost'));
  assert.equal(ws.readyState, 1);
});
wire('a transaction can be lost, and one be sent twice', async ({ proxy, say, joined }) => {
  const ws = await dial(proxy);
  joined();
  await proxy.until('it is quiet', () => heard(ws).length >= 2);
  proxy.lose(1);
  say('lost');
  await proxy.until('it is lost', () => proxy.lost.length === 1);
  proxy.repeat = 2;
  say('twice');
  await proxy.until('it is heard twice', () => heard(ws).filter((b) => b === 'twice').length === 2);
  assert.ok(!heard(ws).includes('lost'));
  assert.equal(
    new Set(ws.frames.filter((f) => f.events?.some((e) => e.content.body === 'twice')).map((f) => f.txn_id)).size,
    1,
  );
});
for (const [length, wanted] of [
  [100, [[1, true]]],
  [
    5000,
    [
      [1, false],
      [0, true],
    ],
  ],
  [
    20000,
    [
      [1, false],
      [0, true],
    ],
  ],
])
  wire(
    `a message of ${length} bytes comes in ${wanted.length === 1 ? 'one frame' : 'two'}${length > 8164 ? ', the last one empty' : ''}`,
    async ({ proxy, say, joined }) => {
      const ws = await dial(proxy);
      const pieces = [];
      joined();
      await proxy.until('it is quiet', () => heard(ws).length >= 2);
      ws._socket.on('data', (d) => pieces.push(d));
      say('é'.repeat(length / 2));
      await proxy.until('it is heard', () => heard(ws).some((b) => b?.length === length / 2));
      const frames = [];
      for (let all = Buffer.concat(pieces), at = 0; at < all.length;) {
        let size = all[at + 1] & 127;
        const head = size === 126 ? 4 : 2;
        if (size === 126) size = all.readUInt16BE(at + 2);
        frames.push([all[at] & 15, !!(all[at] & 128), size]);
        at += head + size;
      }
      assert.deepEqual(
        frames.map(([op, fin]) => [op, fin]),
        wanted,
      );
      if (length > 8164) assert.equal(frames[1][2], 0);
    },
  );
wire('a second client replaces the first, which is told 4001', async ({ proxy }) => {
  const first = await dial(proxy);
  const second = await dial(proxy);
  await proxy.until('the first is closed', () => first.closed);
  assert.deepEqual(
    [first.closed.code, JSON.parse(first.closed.reason).status, second.readyState],
    [4001, 'conn_replaced', 1],
  );
});
wire('it can go with 1001, or without a word', async ({ proxy }) => {
  const first = await dial(proxy);
  proxy.shutdown();
  await proxy.until('it is closed', () => first.closed);
  assert.equal(first.closed.code, 1001);
  const second = await dial(proxy);
  proxy.cut();
  await proxy.until('it is cut', () => second.closed);
  assert.equal(second.closed.code, 1006);
});
wire('it comes back on its port', async ({ proxy }) => {
  await proxy.restart();
  assert.equal((await dial(proxy)).readyState, 1);
});
wire('tokens are asked for on both sides', async ({ proxy }) => {
  proxy.expect(/without a token/);
  assert.deepEqual(
    [(await dial(proxy, { token: '' })).json.errcode, (await dial(proxy, { token: 'no' })).json.errcode],
    ['M_MISSING_TOKEN', 'M_UNKNOWN_TOKEN'],
  );
  proxy.expect(/without a token/);
  assert.equal((await push(proxy, { token: 'no' })).json.errcode, 'M_UNKNOWN_TOKEN');
  assert.equal(
    (await push(proxy, { path: `/transactions/7?access_token=${SECRETS.hsToken}`, token: undefined })).json.errcode,
    'FI.MAU.WS_NOT_CONNECTED',
  );
  assert.equal((await push(proxy, { path: '/_matrix/app/v1/ping' })).status, 404);
});
wire('an Origin of another host is refused', async ({ proxy }) => {
  assert.equal((await dial(proxy, { headers: { origin: 'https://elsewhere.example' } })).status, 403);
  proxy.expect(/Origin/);
});
wire('an upgrade can be refused', async ({ proxy }) => {
  proxy.refusing.push(503);
  assert.equal((await dial(proxy)).status, 503);
  assert.equal((await dial(proxy)).readyState, 1);
});
wire('a ping is answered, an unknown command with an id refused', async ({ proxy }) => {
  const ws = await dial(proxy);
  ws.send('{"id":1,"command":"ping","data":{"timestamp":1}}');
  ws.send('{"id":2,"command":"start_sync"}');
  ws.send('{"id":0,"command":"ping"}');
  ws.send('{"id":3,"command":"odd"}');
  await proxy.until('it answers', () => ws.frames.length === 4);
  assert.deepEqual(
    ws.frames.slice(1).map((f) => [f.command, f.id]),
    [
      ['response', 1],
      ['error', 2],
      ['error', 3],
    ],
  );
  proxy.expect(/unknown command/);
});
for (const rubbish of ['{', '[]', '{"id":"x"}', '7'])
  wire(`${rubbish} ends the connection without a close frame`, async ({ proxy }) => {
    const ws = await dial(proxy);
    ws.send(rubbish);
    await proxy.until('it is cut', () => ws.closed);
    assert.equal(ws.closed.code, 1006);
    proxy.expect(/rubbish/);
  });
wire(
  'newer: a transaction has an id, and who does not acknowledge is closed with 4002',
  async ({ proxy, say, joined }) => {
    const ws = await dial(proxy);
    joined();
    say('one');
    await proxy.until('it is closed', () => ws.closed);
    assert.deepEqual(
      [ws.frames[0].command, ws.frames[1].command, ws.frames[1].id, ws.closed.code],
      ['connect', 'transaction', 1, 4002],
    );
  },
  { dialect: 'newer', ackMs: 100 },
);
wire(
  'newer: an acknowledgement names its transaction, and comes once',
  async ({ proxy, say, joined }) => {
    const ws = await dial(proxy);
    joined();
    say('one');
    await proxy.until('it is heard', () => ws.frames.length > 1);
    const { id, txn_id } = ws.frames[1];
    const ack = () => ws.send(JSON.stringify({ id, command: 'response', data: { txn_id } }));
    ack();
    await proxy.until('it is acknowledged', () => proxy.acked.includes(txn_id));
    ack();
    await proxy.until('the second is a fault', () => proxy.faults.length === 1);
    proxy.expect(/nobody waits for/);
  },
  { dialect: 'newer' },
);
