// Where people meet the bot: commands in a room, mentions, plain replies, direct rooms; and what happens to a team's room
// and its people while a sprint runs.

import assert from 'node:assert/strict';
import { ASKED, SUMMED, ask, begin, checkins, form, isPrompt, never, onceOnly, play, prompt, reads, scene, setUp, show, sleep, west } from './matrix.mjs';

const emulated = { ...west, server: 'emulator', timeout: 120000 };

async function asked(stage) {
  const [maria, jonas, lena] = ['maria', 'jonas', 'lena'].map(stage.member);
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  return { room, maria, jonas, lena, first: await prompt(maria, room), bot: stage.bot.user_id };
}

scene('a command is answered in a thread of its own, a mention too, and talk about the bot is none', emulated, async (stage) => {
  const { room, maria, first, bot } = await asked(stage);
  const answer = await ask(maria, room, '!SPRINT Status', /Restore/);
  assert.equal(answer.msgtype, 'm.notice');
  const mention = await maria.mention(room, bot, 'status');
  await maria.finds(room, /Restore/, { thread: mention });
  const inside = await maria.mention(room, bot, 'checkin kr2 +2', { thread: first });
  await maria.finds(room, /KR2 0 → 2/, { thread: first, after: inside });
  await maria.say(room, 'I think anchord asks at half past nine, kr1 99%');
  await maria.say(room, 'kr1 98%');
  await never('talk is answered', maria, room, /./);
  await reads(maria, room, ['22%', '2', '12 days']);
  await maria.mention(room, bot, 'dance');
  await maria.finds(room, /dance/);
});

scene('a plain reply to a check-in counts as said in its thread', emulated, async (stage) => {
  const { room, maria, jonas, first } = await asked(stage);
  await jonas.say(room, `> <${first.sender}> Check-in\n\nkr1 24%`, { replyTo: first });
  await reads(maria, room, ['24%', '0', '12 days']);
});

scene('each button does what stands beside it, and the same one pressed by two counts for both', emulated, async (stage) => {
  const { room, jonas, lena, first } = await asked(stage);
  const buttons = await jonas.waits('its buttons', () => jonas.buttons(room, first).length && jonas.buttons(room, first));
  assert.ok(buttons.length >= 2 && buttons.every((b) => b.label), JSON.stringify(buttons));
  await jonas.waits('its own reactions stand ready', () => buttons.every((b) => jonas.sees(room).find((m) => m.id === first.id).reactions.get(b.key)?.has(stage.bot.user_id)), 20000);
  await jonas.press(room, first, 'away');
  await jonas.finds(room, /not asked today/, { thread: first });
  await lena.press(room, first, 'Same');
  await lena.finds(room, /confirmed/, { thread: first });
});

scene('whoever a blocker waits for hears of it alone, in one room, and can answer there', emulated, async (stage) => {
  const { room, maria, jonas, lena, first } = await asked(stage);
  await ask(maria, room, `kr1 24%, blocked: legal review ${jonas.id}`, /legal review/, { thread: first });
  stage.clock('2025-07-15T09:31:00+02:00');
  const direct = await jonas.accepts(20000);
  await jonas.finds(direct, /Blocker 1/, { ms: 15000 });
  await jonas.say(direct, 'status');
  await jonas.finds(direct, /Restore/, { ms: 15000 });
  await jonas.say(direct, 'How are you today?');
  await sleep(1000);
  assert.equal(lena.invited.size + maria.invited.size, 0, 'nobody else is asked into a room');
  const rooms = (await jonas.request('GET', '/_matrix/client/v3/joined_rooms')).joined_rooms;
  assert.equal(rooms.length, 2);
  const marked = stage.hs.world.users.get(stage.bot.user_id).accountData.get('m.direct').content;
  assert.deepEqual(marked[jonas.id], [direct]);
});

scene('a direct room that a member opens is theirs: commands need no name', emulated, async (stage) => {
  const { maria, room } = await asked(stage);
  const direct = await maria.createRoom({ direct: true, invite: [stage.bot.user_id] });
  await stage.until('it comes', () => stage.isIn(maria, direct, stage.bot.user_id), 15000);
  await maria.say(direct, 'mine');
  const page = await maria.finds(direct, /Sprint 1/, { ms: 15000 });
  assert.equal(page.thread, undefined, 'a direct room needs no threads');
  await maria.say(direct, 'sprint checkin kr1 25%');
  await reads(maria, room, ['25%', '0', '12 days']);
});

scene('who joins and who leaves is known', { ...emulated, rooms: { west: ['maria', 'jonas'] } }, async (stage) => {
  const maria = stage.member('maria');
  const jonas = stage.member('jonas');
  const room = stage.room('west');
  await begin(maria, room);
  const lena = await stage.enter('lena');
  await maria.invite(room, lena.id);
  await lena.join(room);
  await jonas.leave(room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  await lena.say(room, 'kr1 24%', { thread: first });
  await reads(maria, room, ['24%', '0', '12 days']);
});

scene('banned from its home, it stops, the others go on, and it is back when it is let in', { ...emulated, rooms: { west: ['maria'], east: ['lena'] } }, async (stage) => {
  const [maria, lena] = ['maria', 'lena'].map(stage.member);
  const [room, east] = ['west', 'east'].map(stage.room);
  const bot = stage.bot.user_id;
  await begin(maria, room);
  await setUp(lena, east, { name: 'East' });
  await maria.ban(room, bot);
  stage.clock(ASKED);
  const direct = await maria.accepts(20000);
  const told = await maria.finds(direct, /could not be delivered/, { ms: 15000 });
  show('not delivered', told.text);
  show('nothing there', (await ask(lena, east, '!sprint status', /has no open sprint/)).text);
  const tries = () => stage.hs.calls.filter((c) => c.user === bot && c.status === 403).length;
  const before = tries();
  await sleep(3000);
  assert.ok(tries() - before <= 2, 'it keeps trying');
  await maria.unban(room, bot);
  await maria.invite(room, bot);
  await stage.until('it is back', () => stage.isIn(maria, room, bot), 20000);
  stage.clock('2025-07-15T09:30:00+02:00');
  await prompt(maria, room, { ms: 20000 });
});

scene('a sprint card is pinned where it may pin, and edited in its place when the sprint goes into closing', emulated, async (stage) => {
  const maria = stage.member('maria');
  const room = stage.room('west');
  const levels = await maria.state(room, 'm.room.power_levels');
  await maria.setState(room, 'm.room.power_levels', { ...levels, users: { ...levels.users, [stage.bot.user_id]: 50 } });
  const card = await begin(maria, room);
  const now = () => maria.sees(room).find((m) => m.id === card.id);
  await maria.waits('it is pinned', () => now().pinned, 15000);
  stage.clock(ASKED);
  await ask(maria, room, 'kr1 24%', /KR1 22% → 24%/, { thread: await prompt(maria, room) });
  stage.clock('2025-07-29T09:30:00+02:00');
  await maria.waits('it says so, with the last values', () => /In closing/.test(now().text) && /22% → 24%/.test(now().text), 20000);
  assert.ok(now().pinned);
  assert.equal(maria.sees(room).filter((m) => /^Sprint 1: /.test(m.text)).length, 1, 'there is one');
  onceOnly(maria, room);
});

scene('what the room may not do costs nothing else', { ...emulated, rooms: {} }, async (stage) => {
  await stage.furnish('west', ['maria', 'jonas'], { power: { events: { 'm.reaction': 50, 'm.room.pinned_events': 100, 'm.room.redaction': 50 } } });
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  await maria.say(room, 'kr1 24%', { thread: first });
  stage.clock(SUMMED);
  await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 20000);
  assert.equal(maria.sees(room).filter(isPrompt).length, 0, 'the summary took its place');
});

scene('what a member takes back counts no more, also after a restart', emulated, async (stage) => {
  const { room, maria, jonas, first } = await asked(stage);
  const said = await jonas.say(room, 'kr1 30%', { thread: first });
  await reads(maria, room, ['30%', '0', '12 days']);
  await stage.daemon.kill();
  await jonas.redact(room, said);
  await stage.daemon.start();
  await reads(maria, room, ['22%', '0', '12 days'], { ms: 20000 });
  await ask(maria, room, form('!sprint away', {}), /./);
});

play('Matrix: places', 3);
