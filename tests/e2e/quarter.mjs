// What the scenes of the tactical layer in Slack share: a quarter's objective with its key results, and a week of it.

import { form, say, sleep } from './slack.mjs';

export const at = (day, time = '08:00') => `${day}T${time}:00+02:00`;

export const JUNE = at('2025-06-02');
export const PIPELINE = 'Increase qualified B2B pipeline from $20M to $30M by Q3 close';
export const WINS = 'Raise win rate from 18% to 25%';
export const CYCLE = 'Reduce median sales cycle from 60 days to 45 days';

export const OBJECTIVE = {
  objective: 'Build the pipeline that carries the year',
  period: 'FY Q3, 2025-06-02 - 2025-08-31',
};

// Moves on to a time at which nothing is said; the daemon looks at its clock a moment later.
export async function later(stage, to) {
  stage.clock(to);
  await sleep(100);
}

export async function objective(member, where = '#west', krs = [PIPELINE, WINS, CYCLE], fields = OBJECTIVE) {
  await say(member, where, form('/okr objective', fields));
  for (const kr of krs) await say(member, where, `/okr kr ${kr}`);
}

// The newest prompt, and the summary that takes its place.
export const weekly = (member, where = '#west', how = {}) =>
  member.finds(where, (m) => m.buttons.includes('Check in') && /^Weekly check-in, /.test(m.text), { ms: 10000, ...how });
export const summary = (stage, member, prompt, pattern = /^What moved this week, /) =>
  stage.slack.until('the summary takes the place of the prompt', () => {
    const shown = member.sees(prompt.channel).find((m) => m.ts === prompt.ts);
    return pattern.test(shown.text) && !shown.buttons.length && shown;
  }, 10000);
export const proposals = (member, where = '#west') => member.sees(where).filter((m) => /A sprint\?/.test(m.text));

// A week in one channel: the prompt, one answer in its thread, the summary. Resolves to the summary.
export async function week(stage, member, day, text, where = '#west') {
  stage.clock(at(day, '09:30'));
  const asked = await weekly(member, where);
  const said = member.say(where, `${text}\nrevised: yes`, { thread: asked });
  await member.finds(where, (m) => m.bot && m.ts > said.ts && /initiatives were revised/.test(m.text), { thread: asked });
  stage.clock(at(day, '17:30'));
  return summary(stage, member, asked);
}
