// The weekly check-in in Matrix: text in the thread, the poll, one reaction and its removal, and the summary that comes
// as soon as everybody has answered.

import assert from 'node:assert/strict';
import { ASKED, anchorKr, ask, play, scene, setUp, show, west } from './matrix.mjs';

const WEEK = /^Weekly check-in, Mon 14 July: FY Q3, week 7 of 13/m;

scene('a week of a team', { ...west, server: 'emulator', timeout: 120000 }, async (stage) => {
  const [maria, jonas, lena] = ['maria', 'jonas', 'lena'].map(stage.member);
  const room = stage.room('west');

  await setUp(maria, room, { weekly: 'Monday' });
  await anchorKr(maria, room);
  stage.clock(ASKED);
  const prompt = await maria.finds(room, WEEK, { ms: 15000 });
  show('prompt', `${prompt.text}\n${JSON.stringify(maria.buttons(room, prompt))}`);
  await ask(maria, room, '$21.6M, confidence 6, initiatives revised', /KR1 \$21\.2M → \$21\.6M/, { thread: prompt });

  const poll = await jonas.finds(room, (m) => m.poll && !m.poll.ended, { ms: 15000 });
  assert.equal(poll.thread, prompt.id, 'the poll stands in the thread of its check-in');
  await jonas.vote(room, poll, '3');

  const { key } = await lena.button(room, prompt, 'Same');
  assert.equal(key, '✅');
  await lena.press(room, prompt, 'Same');
  await lena.finds(room, /KR1 \$21\.6M, confirmed/, { thread: prompt });
  const summary = await maria.waits('everybody has answered, and it is summed up', () =>
    maria.sees(room).find((m) => m.id === prompt.id && /^What moved this week/m.test(m.text)), 20000);
  show('summary', summary.text);
  assert.match(summary.text, /\$21\.6M/);
  assert.match(summary.text, /Confidence: 3 to 6 of 10, median 4 \(2 answers\)/);
  assert.match(summary.text, /Initiatives: revised since the last check-in/);
  await lena.unreact(room, prompt, key);
  await lena.finds(room, /Taken back/, { thread: prompt, after: prompt });
  await maria.waits('the poll is over', () => maria.sees(room).find((m) => m.id === poll.id).poll.ended);
  assert.deepEqual(maria.duplicates(room), [], 'a card stands twice');
});

play('Matrix: the weekly check-in', 1);
