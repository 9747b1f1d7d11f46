// What the scenes on Matrix share: a room with a team, the worked example's sprint by its text form, and what its
// members can tell afterwards: how often they were asked, and which numbers stand.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { scene as playOne } from '../peers/matrix/harness.mjs';

export { needSynapse } from '../peers/matrix/harness.mjs';
export { sleep };

export const PEOPLE = ['maria', 'jonas', 'lena'];
export const MORNING = '2025-07-14T08:00:00+02:00';
export const ASKED = '2025-07-14T09:30:00+02:00';
export const SUMMED = '2025-07-14T09:45:30+02:00';
export const west = { clock: MORNING, rooms: { west: PEOPLE } };

export const FORM = {
  trigger: 'KR at Risk',
  situation: 'Qualified pipeline stands at $21.2M against a $30M target at week 6 of Q3',
  anchor: '1',
  window: '14 July - 28 July',
  objective: 'Restore qualified pipeline momentum and close the trajectory gap before Q3 mid-review',
  kr: [
    'Increase ICP meeting acceptance rate from 22% to 35%',
    'Progress 6 stalled accounts from Discovery stage to Proposal stage',
    'Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days',
  ],
  initiative: ['Conduct 30 targeted outreach calls'],
};

// SHOW=1 prints what members read on the way.
export const show = process.env.SHOW ? (what, text) => console.log(`--- ${what}\n${text}\n`) : () => {};

// The text form: a line for each value of each key.
export const form = (command, fields) =>
  [command, ...Object.entries(fields).flatMap(([k, v]) => [v].flat().map((one) => `${k}: ${one}`))].join('\n');

// Says it and resolves to the answer, which stands in its thread (or in that of `thread`).
export async function ask(member, room, text, wanted = /./, { thread, ms = 15000, ...how } = {}) {
  const said = await member.say(room, text, { thread, ...how });
  return member.finds(room, wanted, { thread: thread ?? said, after: said, ms });
}

// A form as a conversation in a thread: the first line opens it, each step is [question, answer].
export async function converse(member, room, opening, steps) {
  const opened = await member.say(room, opening);
  let after = opened;
  for (const [question, answer] of steps) {
    await member.finds(room, question, { thread: opened, after, ms: 15000 });
    after = await member.say(room, answer, { thread: opened });
  }
  return { thread: opened, after };
}

// Without the weekly check-in, whose prompt would come beside the sprint's.
export async function setUp(member, room, { name = 'West', timezone = 'Europe/Berlin', weekly = 'never', ...more } = {}) {
  await member.say(room, form('!sprint setup', { name, timezone, weekly, ...more }));
  return member.finds(room, new RegExp(`${name} lives here now`), { ms: 15000 });
}

export async function openSprint(member, room, fields = {}) {
  await member.say(room, form('!sprint open', { ...FORM, ...fields }));
  return member.finds(room, /^Sprint \d+: /m, { thread: null, ms: 15000 });
}

// An objective of the period, and its key results.
export async function keepBooks(member, room, krs) {
  const objective = { objective: 'Build the pipeline that carries the year', period: 'FY Q3, 2025-06-02 - 2025-08-31' };
  await ask(member, room, form('!okr objective', objective), /Objective 1/);
  for (const kr of krs) await ask(member, room, `!okr kr ${kr}`, /KR \d/);
}

export async function anchorKr(member, room) {
  await keepBooks(member, room, ['Increase qualified B2B pipeline from $20M to $30M by Q3 close']);
  await ask(member, room, '!okr update 1 $21.2M confidence 4', /\$21\.2M/);
}

// A team with its objective, its tactical KR and an open sprint; resolves to the sprint's card.
export async function begin(member, room, { team = {}, sprint = {} } = {}) {
  await setUp(member, room, team);
  await anchorKr(member, room);
  return openSprint(member, room, sprint);
}

// ---- the weekly check-in

// The daemon has seen where the clock stands now.
export async function turnTo(stage, day, time) {
  stage.clock(`2025-${day}T${time}:00+02:00`);
  await sleep(250);
}

// The prompts of that day, in each of the rooms, and answered there: [member, room, values].
export async function weeks(stage, day, ...rooms) {
  const before = rooms.map(([member, room]) => member.sees(room).at(-1));
  const isAsked = (m) => !m.thread && /^Weekly check-in, /m.test(m.text);
  await turnTo(stage, day, '09:30');
  return Promise.all(
    rooms.map(async ([member, room, values], i) => {
      const asked = await member.finds(room, isAsked, { after: before[i], ms: 20000 });
      if (values) await ask(member, room, values, /Weekly check-in, /, { thread: asked });
      return asked;
    }),
  );
}

export const week = async (stage, day, ...room) => (await weeks(stage, day, room))[0];

// A message as it stands now.
export const now = (member, room, message) => member.sees(room).find((m) => m.id === message.id);

// The summary has taken the prompt's place, and reads so.
export const summed = (member, room, asked, wanted = /./) =>
  member.waits(
    `the week is summed up: ${wanted}`,
    () => {
      const { text } = now(member, room, asked);
      if (!/^What moved this week, /m.test(text) || !wanted.test(text)) throw new Error(text);
      return text;
    },
    20000,
  );

// A team whose key results are asked about each week.
export async function beginWeekly(member, room, krs, team = {}) {
  await setUp(member, room, { weekly: 'Monday 09:30', ...team });
  await keepBooks(member, room, krs);
}

// ---- readings from other systems

// The lead's token for a system, from the room of the two.
export async function tokenFor(member, room, system, secrets) {
  await ask(member, room, `!okr token ${system}`, /in a message to you alone/);
  const direct = await member.accepts(20000);
  const alone = await member.finds(direct, /anchord_[0-9a-f]{64}/, { ms: 15000 });
  const [token] = alone.text.match(/anchord_[0-9a-f]{64}/);
  secrets.add(token);
  return { token, direct };
}

export async function sendReadings(stage, token, body) {
  const answer = await fetch(`http://127.0.0.1:${stage.port}/api/v1/readings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...(await answer.json()) };
}

// ---- the daily check-in

export const isPrompt = (m) => !m.thread && /^Check-in, /m.test(m.text);
export const prompt = (member, room, how = {}) => member.finds(room, isPrompt, { ms: 15000, ...how });

// Whatever asked or summed up a check-in; the summary takes the prompt's place.
export const checkins = (member, room) =>
  member.sees(room).filter((m) => m.bot && !m.thread && /^(Check-in|What moved), /m.test(m.text));

const values = (text) => [...text.matchAll(/KR\d\b[\s\S]*?→\s*[*_]*([^→\n·*_]+?)[*_]*\s*→/g)].map((m) => m[1].trim());

// The current values as `!sprint show` prints them: ["22%", "0", "12 days"].
export async function readings(member, room, sprint = 1) {
  return values((await ask(member, room, `!sprint show ${sprint}`, /→/)).text);
}

// Waits until the values read so.
export async function reads(member, room, wanted, { ms = 15000, sprint = 1 } = {}) {
  const until = Date.now() + ms;
  let got;
  do {
    got = await readings(member, room, sprint);
    if (JSON.stringify(got) === JSON.stringify(wanted)) return got;
    await sleep(200);
  } while (Date.now() < until);
  assert.deepEqual(got, wanted, `what ${member.name} reads`);
  return got;
}

// Every check-in was asked for once, and no card stands twice.
export function onceOnly(member, room, count = 1) {
  assert.deepEqual(member.duplicates(room), [], 'a card stands twice');
  assert.equal(checkins(member, room).length, count, `how often ${member.name} was asked`);
}

// The daemon's clock stands where it stood when it starts again.
export async function revive(stage, how) {
  await stage.daemon.kill();
  await stage.daemon.start(how);
}

// Nothing of the kind comes.
export async function never(what, member, room, wanted, ms = 1500) {
  const before = member.sees(room).length;
  await sleep(ms);
  const found = member
    .sees(room)
    .slice(before)
    .filter((m) => m.bot && wanted.test(m.text));
  assert.deepEqual(
    found.map((m) => m.text),
    [],
    what,
  );
}

// Numbers that come in the same order each time: mulberry32.
export function chances(seed) {
  let at = seed >>> 0;
  const next = () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let t = at;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { next, below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] };
}

// Scenes that mostly wait, several at a time: what `scene` collects, `play` runs; ONLY=words those of that name alone.
const collected = [];
export const scene = (...one) => collected.push(one);
export const play = (name, concurrency = 3) =>
  describe(name, { concurrency }, () => {
    for (const one of collected.filter(([name]) => name.includes(process.env.ONLY ?? ''))) playOne(...one);
  });
