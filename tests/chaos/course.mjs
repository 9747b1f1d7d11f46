// A team's way from a channel that nobody has set up, through its sprints, to what follows from them. What its members
// say on the way are rows: each is a command and its fields, what it leaves in an export (`keys`, ledger.mjs), what the
// channel shows of it once (`shows`), and the fields that a form shows to fill in, where it may be said by one (`modal`).

import { action, cause, followUp, keyResult, objective, opened, reading, step, tactical, target, team, told, update } from './ledger.mjs';

// Each has a sprint: what is read of one is said of no other.
const ANCHORS = ['qualified direct pipeline', 'qualified partner pipeline'];
const RUNS = 27; // days: whatever stays open does so beyond the last of the days
const OBJECTIVE = 'Build the pipeline that carries the year';
const KRS = [
  'Increase ICP meeting acceptance rate from 22% to 35%',
  'Progress 6 stalled accounts from Discovery stage to Proposal stage',
  'Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days',
];

const millions = (n) => `$${n.toFixed(4)}M`;
const dayOf = (date) => date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
function windowFrom(day) {
  const first = new Date(`${day}T00:00:00Z`);
  return `${dayOf(first)} - ${dayOf(new Date(first.getTime() + RUNS * 86400000))}`;
}

// The text form: a line for each value of each key.
export const textForm = ({ command, fields }) =>
  [command, ...Object.entries(fields).flatMap(([k, v]) => [v].flat().map((one) => `${k}: ${one}`))].join('\n');

// Of a sprint's retrospective, each by somebody.
const retro = (sprint, fields, ...keys) => ({ command: 'sprint retro', fields: { sprint, ...fields }, keys });

function lesson({ sprint, value }) {
  const learned = `figures open ${value()} doors`;
  return { ...retro(sprint, { learned }, told(sprint, 'learned', learned)), modal: { learned } };
}

const RETRO = {
  'final values': ({ sprint, day, value }) => {
    const kr1 = 31 + value();
    const keys = [reading(day, sprint, 1, kr1), reading(day, sprint, 2, 5), reading(day, sprint, 3, 8)];
    return retro(sprint, { kr1: `${kr1.toFixed(4)}%`, kr2: '5', kr3: '8 days' }, ...keys);
  },
  'an anchor at the close': ({ name, kr, sprint, value }) => {
    const anchor = 24 + value();
    const close = Math.round(anchor * 1e6);
    const keys = [told(sprint, 'anchor', close), tactical('retrospective', name, kr, close)];
    return retro(sprint, { anchor: millions(anchor) }, ...keys);
  },
  'what moved': ({ sprint, value }) => {
    const how = `accounts ${value()} slipped`;
    return { ...retro(sprint, { moved: `partly, ${how}` }, told(sprint, 'moved', how)), modal: { moved: 'partly', how } };
  },
  'a lesson': lesson,
  'a cause': ({ sprint }) => retro(sprint, { 'cause kr1': 'dependency' }, cause(sprint, 1, 'dependency')),
  'follow-up actions': ({ sprint, value, owner }) => {
    const said = [1, 2].map(() => `Hand ${value()} over`);
    const lines = said.map((text) => `${text}; owner: ${owner}; by: 2025-08-29`);
    const keys = said.map((text, i) => action(sprint, i + 1, text));
    return retro(sprint, { action: lines }, ...keys);
  },
  'a tactical change': ({ sprint, value }) => {
    const change = `to ${millions(32 + value())}`;
    return { ...retro(sprint, { change: `raise ${change}` }, told(sprint, 'change', change)), modal: { change: `raise ${change}` } };
  },
};

const BEFORE = {
  'a team set up': ({ name }) => ({
    command: 'sprint setup',
    fields: { name, timezone: 'Europe/Berlin', weekly: 'never' },
    keys: [team(name)],
    first: true, // whoever made the channel
    shows: new RegExp(`^${name} lives here now`, 'm'),
  }),
  'an objective': ({ name }) => ({
    command: 'okr objective',
    fields: { objective: OBJECTIVE, period: 'FY Q3, 2025-06-02 - 2025-08-31' },
    keys: [objective(name, OBJECTIVE)],
  }),
};

const OPENING = {
  'a key result': ({ name, kr }) => ({
    command: 'okr kr',
    fields: { kr: `Increase ${ANCHORS[kr - 1]} from $20M to $30M by Q3 close` },
    keys: [keyResult(name, kr)],
  }),
  'its first value': ({ name, kr, value }) => {
    const now = 21 + value();
    return { command: 'okr update', fields: { kr, value: millions(now) }, keys: [update(name, kr, now * 1e6)] };
  },
  'a sprint opened': ({ name, kr, day, value, words }) => {
    const situation = `Qualified pipeline stands at ${millions(21 + value())} against a $30M target`;
    const whole = { trigger: 'KR at Risk', situation, window: windowFrom(day), objective: words };
    const [kr1, kr2, kr3] = KRS;
    return {
      command: 'sprint open',
      fields: { ...whole, anchor: kr, kr: KRS },
      modal: { ...whole, anchor: new RegExp(ANCHORS[kr - 1]), 'kr:1': kr1, 'kr:2': kr2, 'kr:3': kr3 },
      keys: [opened(name, situation)],
      shows: new RegExp(`^Sprint \\d+: ${words}$`, 'm'),
    };
  },
};

const CLOSING = {
  'a sprint ended early': ({ sprint, value }) => {
    const reason = `the chance is gone, ${value()} of it`;
    return {
      command: 'sprint close',
      fields: { sprint, reason },
      modal: { reason },
      keys: [told(sprint, 'early', reason), step(sprint, 'closing', reason)],
      shows: new RegExp(`^Sprint ${sprint} is in closing: `, 'm'),
    };
  },
};

const CLOSED = {
  'a sprint closed': ({ sprint }) => ({
    ...retro(sprint, { complete: 'yes' }, step(sprint, 'closed', 'the retrospective is complete')),
    shows: new RegExp(`^Sprint ${sprint} is closed: `, 'm'),
  }),
};

const AFTER = {
  'a target': ({ name, kr, value }) => {
    const [now, reason] = [33 + value(), `two deals of ${value()} moved`];
    return {
      command: 'okr target',
      fields: { kr, target: millions(now), reason },
      keys: [target(name, kr, now * 1e6, reason)],
      shows: new RegExp(reason),
    };
  },
  'an action done': ({ sprint }) => ({ command: `sprint actions ${sprint}.1 done`, fields: {}, keys: [action(sprint, 1, 'done')] }),
  'an action dropped': ({ sprint, value }) => {
    const reason = `no time, ${value()} of it`;
    return { command: `sprint actions ${sprint}.2 dropped: ${reason}`, fields: {}, keys: [action(sprint, 2, 'dropped:', reason)] };
  },
};

// Two weeks after a close, to whoever asks where the anchor stands now.
export const later = ({ name, kr, sprint, value }) => {
  const now = 25 + value();
  return {
    command: 'sprint followup',
    fields: { sprint, value: millions(now) },
    modal: { 'value:1': millions(now) },
    keys: [followUp(sprint, now * 1e6), update(name, kr, now * 1e6)],
  };
};

// The change that the retrospective decided on is made by a button of the closed sprint's card.
export const applied = ({ name, kr, sprint }, { keys: [change] }) => ({
  keys: [target(name, kr, Number(change.match(/\$([\d.]+)M$/)[1]) * 1e6, `sprint ${sprint}`)],
  shows: new RegExp(`^KR ${kr} was changed after sprint ${sprint} by`, 'm'),
});

// A sprint's objective has no figures.
const WORDS = 'ba be bi bo bu da de di do du'.split(' ');
const spelled = (n) => [...String(n)].map((digit) => WORDS[digit]).join('');

// `c.tells(kind, row, statement)` resolves to its version once that is acknowledged, with a statement as a later word of
// it; `c.sees(pattern)` to the card that the channel shows; `c.applies(card, row)` presses its button.
async function inTurn(c, rows) {
  for (const [kind, row] of Object.entries(rows)) await c.tells(kind, row);
}

async function atOnce(c, rows) {
  const said = await Promise.all(Object.entries(rows).map(async ([kind, row]) => [kind, await c.tells(kind, row)]));
  return Object.fromEntries(said);
}

async function sprintOf(c) {
  c.words = `Restore the pipeline by way of ${spelled(Math.round(c.value() * 10000))}`;
  await inTurn(c, OPENING);
  const card = await c.sees(new RegExp(`^Sprint \\d+: ${c.words}$`, 'm'));
  c.sprint = Number(card.text.match(/Sprint (\d+)/)[1]);
  await inTurn(c, CLOSING);
  await c.sees(new RegExp(`^Sprint ${c.sprint} is in closing: `, 'm'));
  const said = await atOnce(c, RETRO);
  await c.tells('a lesson', lesson, said['a lesson'].statement);
  await inTurn(c, CLOSED);
  const closed = await c.sees(new RegExp(`^Sprint ${c.sprint} is closed: `, 'm'));
  await Promise.all([c.applies(closed, applied(c, said['a tactical change'])), atOnce(c, AFTER)]);
  c.closed();
}

export async function walk(c) {
  await c.tells('a team set up', BEFORE['a team set up']);
  await c.sees(new RegExp(`^${c.name} lives here now`, 'm'));
  await c.tells('an objective', BEFORE['an objective']);
  for (c.kr = 1; c.kr <= c.sprints; c.kr++) await sprintOf(c);
}
