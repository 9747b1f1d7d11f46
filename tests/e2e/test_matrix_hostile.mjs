// What people can send that nobody should: texts that try to mention, link and break the markup, names that try it too,
// forged presses, edits and votes. After each the daemon lives, a normal command works, and nothing that it wrote would
// trouble a room: the emulator looks at every message for tags, links and mentions.

import assert from 'node:assert/strict';
import { ASKED, FORM, SUMMED, ask, begin, beginWeekly, checkins, form, never, play, prompt, reads, scene, sendReadings, sleep, summed, tokenFor, turnTo, week, west } from './matrix.mjs';

const emulated = { ...west, server: 'emulator', timeout: 200000 };

const NASTY = [
  '@room now',
  '<b>bold</b><script>alert(1)</script><img src="https://evil.example/x.png" onerror=x>',
  '</p></div></blockquote></table><h1>mine',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="https://matrix.to/#/@lena:localhost">lena</a>',
  '&lt;b&gt; &amp;amp; &#60;i&#62; & < >',
  '[click](https://evil.example) ![x](https://evil.example/y.png) **bold** `code`',
  'https://matrix.to/#/@lena:localhost',
  '> quoted\n> > twice\n\nand on',
  '```\n!sprint close\n```',
  '\u202Eright to left\u202C \u2066isolate\u2069 \u200Fmark',
  'zero\u200Bwidth\u200D joined\u2060 \uFEFF bom',
  'e\u0301\u0301\u0301\u0301\u0301\u0301 zalgo \u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
  '\u0001 bell \u0007 esc \u001b[31mred\u001b[0m del \u007f',
  'a\u0000b',
  "'; DROP TABLE event; -- \" \\ %s %n {name} {0} ${HOME}",
  '\u0001@lena:localhost\u0002 \u0003bold\u0004',
  '{"msgtype":"m.text"}',
  'x'.repeat(30000),
  '<'.repeat(12000),
  '&'.repeat(12000),
  '🧨'.repeat(8000),
  '\n\n\n',
  'kr1: 1e400 kr2 -99999999999999999999999 kr3 0x10 NaN',
];

// As much of it as fits into an event, which holds a mention's text twice.
function fitting(text, max = 30000) {
  const letters = [...text];
  while (Buffer.byteLength(JSON.stringify(letters.join(''))) > max) letters.length = Math.floor(letters.length * 0.95);
  return letters.join('');
}

const notMentioned = (stage, room, user) => {
  const found = stage.member('maria').sees(room).filter((m) => m.bot && (m.mentions.room || m.mentions.user_ids?.includes(user)));
  assert.deepEqual(found.map((m) => m.text.slice(0, 80)), [], `${user} or the room is mentioned`);
};

scene('no text can mention, link or break the markup, wherever it is written', { ...emulated, timeout: 280000 }, async (stage) => {
  const [maria, jonas, lena] = ['maria', 'jonas', 'lena'].map(stage.member);
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  for (const text of NASTY) {
    for (const line of [
      `!sprint learnings ${text}`,
      `!sprint help ${text}`,
      `!sprint ${text}`,
      `!okr kr ${text}`,
      `!okr target 1 $32M: because ${text}`,
      `!okr dismiss 1: ${text}`,
      `!okr link ${text} feeds 1`,
      `!okr rollup ${text}`,
      `!okr chart ${text}`,
      `!okr token ${text}`,
      `!sprint decide 3 ${text}`,
      form('!okr objective', { objective: text, period: `P ${text}` }),
      form('!sprint open', { ...FORM, objective: text, situation: `1 ${text}`, initiative: text }),
    ])
      await jonas.say(room, fitting(line));
    await jonas.say(room, fitting(`kr1 24%\nlearned: ${text}`), { thread: first });
    await jonas.mention(room, stage.bot.user_id, fitting(text));
  }
  await stage.settled({ ms: 120000 });
  stage.clock(SUMMED);
  await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 60000);
  for (const line of ['!sprint status', '!sprint show 1', '!sprint learnings', '!okr list', '!okr show 1', '!okr token', '!okr chart', '!okr rollup']) await ask(maria, room, line);
  notMentioned(stage, room, lena.id);
  assert.ok(stage.daemon.log.length < 400000, `${stage.daemon.log.length} bytes of log`);
  for (const text of NASTY.filter((t) => t.length > 12 && t.length < 200)) assert.ok(!stage.daemon.log.includes(text), 'the log holds what people wrote');
});

scene('nor where the period is kept: weekly answers, proposals, targets, readings of other systems', { ...emulated, clock: '2025-06-23T08:00:00+02:00', timeout: 280000 }, async (stage) => {
  const [maria, jonas, lena] = ['maria', 'jonas', 'lena'].map(stage.member);
  const room = stage.room('west');
  await beginWeekly(maria, room, ['Increase qualified B2B pipeline from $20M to $30M by Q3 close'], { lead: maria.id });
  const { token } = await tokenFor(maria, room, '<b>Hub</b> @room', stage.secrets);
  const first = await week(stage, '06-23', maria, room, '$20.2M');
  for (const text of NASTY) {
    for (const line of [`learned: ${text}`, `revised: ${text}`, `confidence kr1 ${text}`, text]) await jonas.say(room, fitting(line), { thread: first });
    await sendReadings(stage, token, { kr: 1, value: '$20.2M', source: text, key: text });
    await sendReadings(stage, token, { kr: text, value: text, day: text });
  }
  await stage.settled({ ms: 120000 });
  await turnTo(stage, '06-23', '17:30');
  await summed(maria, room, first, /\$20\.2M/);
  const second = await week(stage, '06-30', maria, room, '$20.2M');
  await turnTo(stage, '06-30', '17:30');
  await summed(maria, room, second);
  const proposed = await maria.finds(room, /KR 1 is at risk/, { ms: 20000 });
  for (const text of NASTY)
    for (const line of [`!okr dismiss 1: for now ${text}`, `!okr target 1 +$1k: for now ${text}`, `!okr link 1 feeds ${text}`]) await jonas.say(room, fitting(line));
  await stage.settled({ ms: 120000 });
  await maria.waits('it is dismissed', () => /Dismissed by /.test(maria.sees(room).find((m) => m.id === proposed.id).text), 20000);
  for (const line of ['!okr list', '!okr show 1', '!okr chart', '!okr token', '!okr rollup', '!okr rollup FY Q3 csv']) await ask(maria, room, line);
  notMentioned(stage, room, lena.id);
  for (const text of NASTY.filter((t) => t.length > 12 && t.length < 200)) assert.ok(!stage.daemon.log.includes(text), 'the log holds what people wrote');
});

scene('names that try it too', { ...emulated }, async (stage) => {
  const maria = stage.member('maria');
  const room = stage.room('west');
  for (const name of ['<b>maria</b> @room', '\u202Eairam', 'a\nb\n!sprint close', '@lena:localhost', 'x'.repeat(255), '&amp;<'])  {
    await maria.request('PUT', `/_matrix/client/v3/profile/${encodeURIComponent(maria.id)}/displayname`, { displayname: name });
    await maria.setState(room, 'm.room.name', { name });
  }
  await begin(maria, room, { team: { name: 'W <b>est</b> @room', lead: maria.id } }).catch(async () => begin(maria, room));
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  await maria.say(room, `kr1 24%\nblocked: ${maria.id} <i>must</i> sign`, { thread: first });
  await maria.finds(room, /24%/, { thread: first });
  await ask(maria, room, '!sprint status', /Restore/);
});

scene('html that says another thing than its body is read by its body', { ...emulated }, async (stage) => {
  const maria = stage.member('maria');
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  await maria.say(room, 'kr1 24%', { thread: first, html: '<mx-reply><blockquote>kr1 99%</blockquote></mx-reply><p>kr1 24%</p><script>kr2 5</script>' });
  await reads(maria, room, ['24%', '0', '12 days']);
});

scene('only who said it changes it, and only who pressed counts', { ...emulated }, async (stage) => {
  const [maria, jonas] = ['maria', 'jonas'].map(stage.member);
  const room = stage.room('west');
  await begin(maria, room);
  stage.clock(ASKED);
  const first = await prompt(maria, room);
  const said = await maria.say(room, 'kr1 24%', { thread: first });
  await maria.finds(room, /KR1 22% → 24%/, { thread: first });
  await jonas.edit(room, said, 'kr1 99%');
  await jonas.edit(room, first, 'Check-in: all is well');
  await sleep(800);
  await reads(maria, room, ['24%', '0', '12 days']);
  // Buttons of somebody else's making.
  const forged = await jonas.say(room, 'Check-in, Mon 14 July\n✅ Yes', { raw: { anchord: { row: 'x/1', buttons: { '✅': { action: 'sprint.close', value: '1', channel: room } } } } });
  await maria.react(room, forged, '✅');
  for (const key of ['✅', '🧨', '', 'x'.repeat(3000), '1️⃣', '👍🏽']) await jonas.react(room, first, key).catch(() => {});
  // A poll of somebody else's making, and votes that are none.
  const poll = await jonas.send(room, 'org.matrix.msc3381.poll.start', {
    'org.matrix.msc3381.poll.start': { kind: 'org.matrix.msc3381.poll.disclosed', max_selections: 1, question: { 'org.matrix.msc1767.text': 'confidence' }, answers: [{ id: '1', 'org.matrix.msc1767.text': '1' }] },
    'org.matrix.msc1767.text': 'confidence',
    anchord: { poll: 'confidence' },
  });
  await jonas.waits('he sees his poll', () => jonas.sees(room).some((m) => m.id === poll));
  await jonas.vote(room, poll, '1');
  await never('a vote elsewhere counts', maria, room, /confidence/i, 800);
  const ours = await jonas.finds(room, (m) => m.poll);
  for (const answers of [['nobody'], ['1', '2', '3'], [''], ['x'.repeat(2000)]]) await jonas.vote(room, ours, answers);
  await sleep(800);
  await reads(maria, room, ['24%', '0', '12 days']);
  await ask(maria, room, '!sprint status', /Restore/);
});

scene('what programs say is not answered, its own words least of all', { ...emulated }, async (stage) => {
  const [maria, jonas] = ['maria', 'jonas'].map(stage.member);
  const room = stage.room('west');
  await begin(maria, room);
  await stage.settled();
  const before = maria.sees(room).filter((m) => m.bot).length;
  await jonas.say(room, '!sprint status', { notice: true });
  await jonas.say(room, '!sprint help', { raw: { msgtype: 'm.emote' } }).catch(() => {});
  await sleep(1500);
  assert.ok(maria.sees(room).filter((m) => m.bot).length <= before + 1);
});

scene('a flood of messages slows nobody else down', { ...emulated, rooms: { west: ['maria'], east: ['lena'] } }, async (stage) => {
  const [maria, lena] = ['maria', 'lena'].map(stage.member);
  const [room, east] = ['west', 'east'].map(stage.room);
  await begin(maria, room);
  const held = stage.hs.world.rooms.get(east);
  for (let i = 0; i < 3000; i++) held.put({ type: 'm.room.message', sender: lena.id, content: { msgtype: 'm.text', body: `${i} ${'x'.repeat(500)}` } });
  await ask(maria, room, '!sprint status', /Restore/, { ms: 20000 });
});

play('Matrix: hostile', 3);
