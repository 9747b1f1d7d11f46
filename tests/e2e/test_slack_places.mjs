// Where people meet the bot: direct messages, mentions, their Home; and what happens to a team's home, its people and
// their time zones while a sprint runs.

import assert from 'node:assert/strict';
import {
  ASKED, begin, checkins, form, freePort, isPrompt, MORNING, onceOnly, PEOPLE, play, prompt, reads, readyz, revive,
  say, scene, setUp, sleep, west, workspace,
} from './slack.mjs';

const never = async (what, member, where, pattern, ms = 700) => {
  await sleep(ms);
  assert.ok(!member.sees(where).some((m) => pattern.test(m.text)), what);
};

scene('a direct message is a command, an answer to whoever wrote it, and nothing to anybody else', { ...west }, async (stage) => {
  const { ws, clock } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  maria.dm('help');
  await maria.finds('dm', /\/sprint open/);
  await begin(maria);
  clock(ASKED);
  const first = await prompt(maria);
  maria.dm('status');
  await maria.finds('dm', /Sprint 1: Restore/);
  maria.dm('How are you today?');
  await stage.settled();
  assert.equal(jonas.sees('dm').length, 0);
  maria.dm('sprint checkin kr1 25%');
  await reads(maria, ['25%', '0', '12 days']);
  assert.equal(first.thread_ts, undefined);
});

scene('a mention is a command once, in the channel and in a thread, and talk about the bot is none', { ...west }, async (stage) => {
  const { ws, slack, clock } = stage;
  const maria = ws.member('maria');
  await begin(maria);
  clock(ASKED);
  const first = await prompt(maria);
  const before = () => maria.sees('#west').filter((m) => m.ephemeral && /check-in answered|check-ins answered|Day 1 of/.test(m.text)).length;
  const at = before();
  maria.mention('#west', 'status');
  await slack.until('it is answered', () => before() > at);
  await stage.settled();
  assert.equal(before(), at + 1, 'the message and its app_mention are one');
  maria.mention('#west', 'status', { thread: first });
  await slack.until('it is answered in the thread', () => before() > at + 1);
  maria.mention('#west', 'checkin kr2 +2', { thread: first });
  await reads(maria, ['22%', '2', '12 days']);
  maria.say('#west', 'I think @anchord is asking at half past nine, kr1 99%');
  maria.say('#west', 'kr1 98%');
  await stage.settled();
  await reads(maria, ['22%', '2', '12 days']);
  maria.mention('#west', 'dance');
  await maria.finds('#west', (m) => m.ephemeral && /dance/.test(m.text));
});

scene('Home shows the day, and its button answers from there', { ...west }, async (stage) => {
  const { ws, slack, clock } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  const empty = await jonas.home();
  assert.ok(empty.lines.length > 0);
  await begin(maria);
  clock(ASKED);
  await prompt(maria);
  const home = await jonas.home();
  assert.match(home.text, /Sprint 1.*Restore/s);
  assert.match(home.text, /waits for you/);
  const button = home.buttons.find((b) => /same/i.test(b)) ?? home.buttons.find((b) => /check in/i.test(b));
  assert.ok(button, `a button to answer with, beside ${home.buttons}`);
  await home.press(button);
  if (/same/i.test(button)) {
    await jonas.finds('dm', /KR1 22%, confirmed/);
  } else {
    const modal = await jonas.modal({ title: /Check in/ });
    await modal.fill({ 'kr:1': '24' });
    assert.ok((await modal.submit()).closed);
    await reads(maria, ['24%', '0', '12 days']);
  }
  const again = await jonas.home();
  assert.match(again.text, /have checked in/);
  await slack.until('quiet', () => ws.socket.pending === 0);
});

scene("only a channel's people set it up", { ...west, channels: { '#west': ['maria'] } }, async (stage) => {
  const { ws } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  const tried = await jonas.slash('#west', form('/sprint setup', { name: 'West', timezone: 'Europe/Berlin' }));
  assert.ok(tried.ok);
  await jonas.finds('#west', /not in this channel/);
  await never('nobody lives there', maria, '#west', /lives here now/);
  jonas.join('#west');
  await stage.settled();
  await setUp(jonas);
});

scene('a private channel without the bot says how to invite it, and goes on once it is there', { ...west }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  ws.addChannel('secret', { kind: 'private', members: ['maria', 'jonas'], bot: false });
  slack.expect(/conversations\.\w+: channel_not_found/, { maybe: true });
  slack.expect(/chat\.\w+: channel_not_found/, { maybe: true });
  const tried = await maria.slash('#secret', form('/sprint setup', { name: 'Secret', timezone: 'Europe/Berlin' }));
  assert.ok(tried.ok);
  await maria.finds('#secret', /\/invite/);
  ws.join('#secret', ws.bot, { inviter: maria.id });
  await stage.settled();
  await setUp(maria, '#secret', { name: 'Secret' });
});

scene('a channel that is renamed and gets another id keeps its sprint', { ...west }, async (stage) => {
  const { ws, clock } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  await begin(maria);
  ws.rename('#west', 'far-west');
  await stage.settled();
  clock(ASKED);
  const first = await prompt(maria, '#far-west');
  ws.changeId('#far-west', 'C0ELSEWHERE');
  await stage.settled();
  jonas.say('#far-west', 'kr1 24%', { thread: first });
  await reads(maria, ['24%', '0', '12 days'], { where: '#far-west' });
  await jonas.press(maria.sees('#far-west').find(isPrompt), /^Same/);
  clock('2025-07-14T09:45:30+02:00');
  await maria.finds('#far-west', /^What moved/m);
  clock('2025-07-15T09:30:00+02:00');
  await prompt(maria, '#far-west', { after: first });
  onceOnly(stage, maria, '#far-west', 2);
});

scene('an archived home: the facilitator is told once, and it goes on when it is back', { ...west, start: false }, async (stage) => {
  const { ws, slack, clock } = stage;
  const port = await freePort();
  stage.settings.listen = `127.0.0.1:${port}`;
  await stage.daemon.start();
  const maria = ws.member('maria');
  await begin(maria);
  await readyz(port, 200);
  ws.archive('#west');
  slack.expect(/is_archived/, { maybe: true });
  clock(ASKED);
  await maria.finds('dm', /archived/, { ms: 15000 });
  clock('2025-07-14T09:45:30+02:00');
  clock('2025-07-15T09:30:00+02:00');
  await sleep(2000);
  await stage.settled();
  assert.equal(maria.sees('dm').filter((m) => /archived/.test(m.text)).length, 1, 'told once');
  await readyz(port, 200, /acme: .*archived/);
  ws.archive('#west', false);
  await stage.settled();
  clock('2025-07-16T09:30:00+02:00');
  await prompt(maria, '#west', { ms: 15000 });
});

scene(
  'a user group is a team: who comes to it is asked, who goes from it is not waited for',
  { ...west, members: [...PEOPLE, 'nora'], channels: { '#west': [...PEOPLE, 'nora'] } },
  async (stage) => {
    const { ws, slack, clock } = stage;
    const [maria, nora] = ['maria', 'nora'].map((n) => ws.member(n));
    const group = ws.setGroup('westies', ['maria', 'jonas']);
    const read = () => slack.called('usergroups.users.list').filter((c) => c.args.usergroup === group && !c.error).length;
    slack.rule({ method: 'users.info', times: 2, do: 'slow', ms: 600 });
    const begun = begin(maria, '#west', { team: { members: '@westies' } });
    await slack.until('the group is read', () => read() === 1);
    ws.setGroup('westies', ['maria', 'nora']); // while its people are still looked up
    await begun;
    await slack.until('it is read again', () => read() === 2, 20000);
    await stage.settled();
    clock(ASKED);
    const first = await prompt(maria);
    await nora.press(first, /^Same/);
    await nora.finds('#west', /KR1 22%, confirmed/);
    assert.match((await nora.home()).text, /Sprint 1/);
    assert.doesNotMatch((await ws.member('jonas').home()).text, /waits for you/);
  },
);

scene('who joins the home is asked with the others, who leaves is not, and neither loses an answer', { ...west, channels: { '#west': ['maria', 'jonas'] } }, async (stage) => {
  const { ws, clock } = stage;
  const [maria, jonas, lena] = PEOPLE.map((n) => ws.member(n));
  await begin(maria);
  lena.join('#west');
  await stage.settled();
  clock(ASKED);
  const first = await prompt(maria);
  lena.say('#west', 'kr1 24%', { thread: first });
  jonas.say('#west', 'kr2 1', { thread: first });
  await reads(maria, ['24%', '1', '12 days']);
  jonas.leave('#west');
  ws.changeUser('lena', { deleted: true });
  await stage.settled();
  await reads(maria, ['24%', '1', '12 days']);
  await revive(stage);
  await reads(maria, ['24%', '1', '12 days']);
  clock('2025-07-14T09:45:30+02:00');
  await maria.finds('#west', /^What moved/m);
  onceOnly(stage, maria);
});

const ZONES = { berlin: 'Europe/Berlin', york: 'America/New_York', tokyo: 'Asia/Tokyo' };

scene(
  'three teams in three zones are each asked at their own half past nine',
  {
    clock: '2025-07-14T00:10:00Z',
    members: PEOPLE,
    channels: Object.fromEntries(Object.keys(ZONES).map((n) => [`#${n}`, PEOPLE])),
  },
  async (stage) => {
    const { ws, clock } = stage;
    const maria = ws.member('maria');
    for (const [name, timezone] of Object.entries(ZONES)) await begin(maria, `#${name}`, { team: { name, timezone } });
    const count = (name) => checkins(maria, `#${name}`).length;
    for (const [time, home, others] of [
      ['2025-07-14T00:30:00Z', 'tokyo', { berlin: 0, york: 0 }],
      ['2025-07-14T07:30:00Z', 'berlin', { tokyo: 1, york: 0 }],
      ['2025-07-14T13:30:00Z', 'york', { tokyo: 1, berlin: 1 }],
    ]) {
      clock(new Date(Date.parse(time) - 60000).toISOString());
      await sleep(300);
      assert.equal(count(home), 0, `${home} is not asked a minute early`);
      clock(time);
      await prompt(maria, `#${home}`);
      for (const [other, n] of Object.entries(others)) assert.equal(count(other), n, `${other} while ${home} is asked`);
    }
    await stage.settled();
    assert.deepEqual(stage.slack.duplicates(), []);
  },
);

scene('by three connections every answer counts once', { clock: MORNING, workspaces: [workspace('acme', { settings: { connections: 3 } })], start: false }, async (stage) => {
  const { ws, clock, slack } = stage;
  await stage.daemon.start({ connections: 3 });
  const people = PEOPLE.map((n) => ws.member(n));
  const [maria] = people;
  await begin(maria);
  clock(ASKED);
  const first = await prompt(maria);
  Object.assign(ws.socket.chaos, { duplicateEnvelope: 0.3, duplicateEvent: 0.3, reorder: 0.3 });
  for (let i = 0; i < 30; i++) people[i % 3].say('#west', 'kr1 +0.5', { thread: first });
  ws.socket.connection.cut();
  for (let i = 0; i < 10; i++) people[i % 3].say('#west', 'kr3 -0.25', { thread: first });
  await slack.until('there are three again', () => ws.socket.ready.length === 3, 15000);
  await reads(maria, ['37%', '0', '9.5 days']);
  assert.ok(ws.socket.most <= 4, `${ws.socket.most} connections at once`);
  onceOnly(stage, maria);
});

scene('two workspaces with the same names are kept apart', { clock: MORNING, workspaces: [workspace('north'), workspace('south')] }, async (stage) => {
  const [north, south] = stage.slack.workspaces;
  await begin(north.member('maria'));
  assert.match(await say(south.member('maria'), '#west', '/sprint status'), /./);
  await say(south.member('maria'), '#west', '/sprint list').then((t) => assert.doesNotMatch(t, /Restore/));
  await begin(south.member('maria'));
  stage.clock(ASKED);
  const first = await prompt(north.member('maria'));
  await prompt(south.member('maria'));
  north.member('jonas').say('#west', 'kr1 30%', { thread: first });
  await reads(north.member('maria'), ['30%', '0', '12 days']);
  await reads(south.member('maria'), ['22%', '0', '12 days']);
});

play('places');
