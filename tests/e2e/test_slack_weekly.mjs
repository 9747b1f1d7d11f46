// The weekly check-in in Slack: the modal, plain text in the thread, an edit, one press, and the summary that comes as
// soon as everybody has answered.

import assert from 'node:assert/strict';
import { scene } from '../peers/slack/harness.mjs';
import { ASKED, anchorKr, setUp, west } from './slack.mjs';

const show = process.env.SHOW ? (what, text) => console.log(`--- ${what}\n${text}\n`) : () => {};

scene('a week of a team', { ...west, timeout: 60000 }, async (stage) => {
  const { ws, slack, clock } = stage;
  const [maria, jonas, lena] = ['maria', 'jonas', 'lena'].map((n) => ws.member(n));

  await setUp(maria, '#west', { weekly: 'Monday' });
  await anchorKr(maria);
  jonas.say('#west', 'good morning');
  clock(ASKED);
  const prompt = await maria.finds('#west', /^Weekly check-in, Mon 14 July: FY Q3, week 7 of 13/m, { ms: 10000 });
  show('prompt', `${prompt.text}\n${prompt.buttons}`);
  assert.deepEqual(prompt.buttons, ['Check in', 'Same as last week']);

  await maria.press(prompt, 'Check in');
  const form = await maria.modal({ title: /Weekly check-in/ });
  show('modal', form.text);
  assert.equal(form.input('kr:1').value, '21.2', 'the last value is filled in');
  await form.fill({ 'kr:1': '21.6', confidence: '6', revised: 'Yes' });
  assert.ok((await form.submit()).closed);
  show('echo', (await maria.finds('#west', /initiatives were revised/)).text);

  const answer = jonas.say('#west', 'confidence 9', { thread: prompt });
  await jonas.finds('#west', /confidence 9/, { thread: prompt });
  jonas.edit(answer, 'confidence 3');
  await jonas.finds('#west', /Corrected/, { thread: prompt });
  assert.doesNotMatch(maria.sees('#west').find((m) => m.ts === prompt.ts).text, /Confidence: /, 'hidden while one is missing');
  const home = await lena.home();
  assert.match(home.text ?? home.lines.join('\n'), /This week's check-in .* waits for you/);

  await lena.press(prompt, 'Same as last week');
  const summary = await slack.until("the summary takes the prompt's place", () =>
    maria.sees('#west').find((m) => m.ts === prompt.ts && /What moved this week/.test(m.text) && m.buttons.length === 0), 10000);
  show('summary', summary.text);
  assert.match(summary.text, /\$21\.6M/);
  assert.match(summary.text, /3 to 6 of 10, median 4 \(2 answers\)/);
  assert.match(summary.text, /revised since the last check-in/);
  assert.deepEqual(slack.duplicates(), [], 'a card stands twice');
});
