// The framework's worked example in Slack, from setup to closed, as its members live it: the modal, the
// button, plain text in the thread, edits, the summary with its chart, the retrospective in two sittings.

import assert from 'node:assert/strict';
import { scene } from '../peers/slack/harness.mjs';

const KRS = [
  'Increase ICP meeting acceptance rate from 22% to 35%',
  'Progress 6 stalled accounts from Discovery stage to Proposal stage',
  'Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days',
];

const show = process.env.SHOW ? (what, text) => console.log(`--- ${what}\n${text}\n`) : () => {};

const west = {
  clock: '2025-07-14T08:00:00+02:00',
  members: ['maria', 'jonas', 'lena'],
  channels: { '#west': ['maria', 'jonas', 'lena'] },
};

async function said(member, line) {
  const answer = await member.slash('#west', line);
  assert.ok(answer.ok, `${line}: ${JSON.stringify(answer)}`);
  show(line.split('\n')[0], answer.message?.text ?? '');
  return answer.message?.text ?? '';
}

// The team, its objective and its tactical KR, through the setup modal and one-line commands.
async function setUp(maria) {
  await said(maria, '/sprint setup');
  const modal = await maria.modal({ title: /Set up/ });
  show('setup modal', modal.text);
  assert.equal(modal.input('timezone').value, 'Europe/Berlin', 'the zone is guessed from the members');
  await modal.fill({ name: 'West', weekly: 'never', lead: 'lena' });
  const sent = await modal.submit();
  assert.ok(sent.closed, JSON.stringify(sent));
  show('announcement', (await maria.finds('#west', /West lives here now/)).text);
  await said(maria, '/okr objective\nobjective: Build the pipeline that carries the year\nperiod: FY Q3, 2025-06-02 - 2025-08-31');
  await said(maria, '/okr kr Increase qualified B2B pipeline from $20M to $30M by Q3 close');
  await said(maria, '/okr update 1 $21.2M confidence 4');
}

async function openByModal(maria) {
  await said(maria, '/sprint open');
  const modal = await maria.modal({ title: /Open a sprint/ });
  show('open modal', modal.text);
  assert.match(modal.input('anchor').options[0], /\$21\.2M/);
  await modal.fill({
    trigger: 'KR at Risk',
    situation: 'It does not go well.',
    window: '14 July - 28 July',
    objective: 'Restore qualified pipeline momentum and close the trajectory gap before Q3 mid-review',
    'kr:1': KRS[0],
    'kr:2': KRS[1],
    'kr:3': KRS[2],
    initiative: 'Run pipeline review with 3 key account managers',
  });
  await modal.fill({ anchor: modal.input('anchor').options[0] });

  const refused = await modal.submit();
  if (!refused.errors) show('not refused at the field', modal.text);
  assert.match(Object.values(refused.errors ?? {}).join(), /no number in it/, 'the mistake stands at its field');
  await modal.fill({ situation: 'Qualified pipeline stands at $21.2M against a $30M target at week 6 of Q3.' });

  const before = modal.version;
  await modal.press(/key result/i);
  await modal.updated(before);
  await modal.fill({ 'kr:4': 'Conduct 30 targeted outreach calls' });
  const challenged = await modal.submit();
  show('challenged modal', modal.text);
  assert.ok(challenged.updated, `an activity is challenged: ${Object.keys(challenged)}`);
  assert.match(modal.text, /calls/);
  const answer = modal.inputs.find((i) => i.block_id.endsWith(':answer'));
  await modal.fill({ [answer.block_id]: answer.options.find((o) => /initiatives/.test(o)) });
  const opened = await modal.submit();
  assert.ok(opened.closed, JSON.stringify(opened));
}

scene('from setup to closed', { ...west, timeout: 120000 }, async (stage) => {
  const { ws, slack, clock } = stage;
  const [maria, jonas, lena] = ['maria', 'jonas', 'lena'].map((n) => ws.member(n));
  const at = (day, time) => clock(`2025-07-${day}T${time}:00+02:00`);

  await setUp(maria);
  await openByModal(maria);
  const card = await maria.finds('#west', /Sprint 1: Restore/);
  show('sprint card', card.text);
  assert.match(card.text, /Conduct 30 targeted outreach calls/);
  await slack.until('the sprint card is pinned', () => maria.sees('#west').some((m) => m.ts === card.ts && m.pinned));
  await maria.finds('#west', /Sprint 1 is open until/);

  // Monday: the button and its modal; plain text in the thread; an edit.
  at(14, '09:30');
  const prompt = await maria.finds('#west', /Same as yesterday|What moved|check-in/i, { after: card.ts });
  show('prompt', `${prompt.text}\n${prompt.buttons}`);
  assert.deepEqual(prompt.buttons, ['Check in', 'Same as yesterday', "I'm away"]);
  await maria.press(prompt, 'Check in');
  const form = await maria.modal({ title: /Check in/ });
  show('check-in modal', form.text);
  assert.equal(form.input('kr:1').value, '22', 'the last value is filled in');
  assert.match(form.input('kr:1').label, /KR1 ICP meeting acceptance rate \(%\)/);
  await form.fill({ 'kr:1': '24', 'kr:3': '11.5', confidence: '6', blocked: 'legal review @jonas' });
  assert.ok((await form.submit()).closed);
  show('echo', (await maria.finds('#west', /24%/)).text);

  const answer = jonas.say('#west', 'kr2 +2', { thread: prompt });
  show('echo of text', (await jonas.finds('#west', /KR2/, { thread: prompt })).text);
  jonas.edit(answer, 'kr2 +1');
  await jonas.finds('#west', /0 → 1|→ 1/, { thread: prompt });
  lena.say('#west', 'I made 12 calls', { thread: prompt });
  show('a task', (await lena.finds('#west', /note/i, { thread: prompt })).text);

  at(14, '09:45');
  const summary = await slack.until('the summary takes the prompt\'s place', () =>
    maria.sees('#west').find((m) => m.ts === prompt.ts && /24%/.test(m.text) && m.buttons.length === 0), 10000);
  show('summary', summary.text);
  assert.match(summary.text, /legal review/);
  await slack.until('the chart stands in the summary', () =>
    ws.channel('#west').byTs.get(prompt.ts).blocks.some((b) => b.type === 'image' && b.slack_file && b.alt_text), 10000);

  // Tuesday: one press.
  at(15, '09:30');
  const second = await maria.finds('#west', /Tue/, { after: prompt.ts });
  await jonas.press(second, 'Same as yesterday');
  show('same', (await jonas.finds('#west', /same|unchanged/i, { after: prompt.ts })).text);
  const home = await jonas.home();
  show('home', home.text ?? home.lines.join('\n'));

  // The window ends; the retrospective in two sittings.
  at(29, '09:30');
  const asked = await maria.finds('#west', /in closing/, { after: second.ts, ms: 10000 });
  show('retro asked', `${asked.text}\n${asked.buttons}`);
  await said(maria, '/sprint retro');
  const retro = await maria.modal({ title: /Retrospective/ });
  show('retro modal', retro.text);
  await retro.fill({ 'kr:1': '31', 'kr:2': '5', 'kr:3': '8', anchor: '24.1', moved: 'partly', how: 'two large accounts slipped into the next quarter' });
  assert.ok((await retro.submit()).closed);
  await maria.finds('#west', /learned/);
  await said(jonas, '/sprint retro');
  const rest = await jonas.modal({ title: /Retrospective/ });
  assert.equal(rest.input('moved').value.text.text, 'partly', 'another member sees what is answered');
  await rest.fill({ learned: "acceptance rose once the invitation named the account's own figures", change: 'raise to $32M' });
  for (const i of rest.inputs.filter((x) => x.block_id.startsWith('cause')))
    await rest.fill({ [i.block_id]: 'dependency' });
  await rest.fill({ complete: [rest.input('complete').options[0]] });
  assert.ok((await rest.submit()).closed);

  const closed = await maria.finds('#west', /Sprint 1 is closed/, { ms: 10000 });
  show('closed', `${closed.text}\n${closed.buttons}`);
  assert.match(closed.text, /Lift/);
  await maria.press(closed, 'Apply to the anchor');
  show('applied', (await maria.finds('#west', /was changed after sprint 1/)).text);

  await stage.settled();
  assert.deepEqual(slack.duplicates(), [], 'nothing was posted twice');
});
