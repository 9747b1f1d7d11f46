// Thirty days of twenty teams, in a few minutes: memory, descriptors and threads stay flat, every prompt comes once, and
// the store is sound afterwards. One daemon on a clock of its own, Slack and Matrix beside each other, connections lost
// on the way.
//
//   ANCHORD=build/release/anchord node tests/chaos/soak.mjs [--days 30]

import assert from 'node:assert/strict';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { form, FORM, PEOPLE, sleep, workspace } from '../e2e/slack.mjs';
import { scene } from '../peers/matrix/harness.mjs';
import { hasSanitizer, held, judge, more, share, table } from './gauge.mjs';
import { teamsOf } from './office.mjs';

const DAYS = Number(parseArgs({ options: { days: { type: 'string', default: '30' } } }).values.days);
const DAYS_MAX = 80; // the period of the teams' key results ends then
assert.ok(DAYS >= 5 && DAYS <= DAYS_MAX, `between 5 and ${DAYS_MAX} days`);

// How much more the last days may hold than the first. Idle connections come and go, and so does a thread that looks up
// a name. Caches with an end (remembered messages, pictures) still fill a little after weeks, and in a few days a lot.
const IS_LONG = DAYS >= 20;
const DESCRIPTORS = { files: more(1), sockets: more(8), threads: more(1) };
const MEMORY = IS_LONG
  ? { heap: share(0.15), RssAnon: share(0.15), VmData: share(0.05) }
  : { heap: share(0.5), RssAnon: share(0.5), VmData: share(0.5) };

// Slack lets an app change 50 messages a minute in each workspace, and the daemon keeps to that; so there are several.
const WORKSPACES = 4;
const ROOMS = 8;
const CHANNELS = { '#one': PEOPLE, '#two': PEOPLE, '#three': PEOPLE };
const LATER = 5; // teams begin on one of the first five days

const office = {
  clock: '2025-06-02T08:00:00+02:00',
  server: 'emulator',
  wire: true,
  rooms: Object.fromEntries(Array.from({ length: ROOMS }, (_, i) => [`east-${i + 1}`, PEOPLE])),
  slack: { workspaces: Array.from({ length: WORKSPACES }, (_, i) => workspace(`acme-${i + 1}`, { channels: CHANNELS })) },
  timeout: 30 * 60000,
};

// ---- the calendar: day 0 is a Monday
const DAY_MS = 24 * 3600 * 1000;
const date = (day) => new Date(Date.UTC(2025, 5, 2) + day * DAY_MS);
const named = (day, how = {}) => date(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC', ...how }).replace(',', '');
const isWorking = (day) => day % 7 < 5;
const isMonday = (day) => day % 7 === 0;
const turn = (stage, day, time) => stage.clock(`${date(day).toISOString().slice(0, 10)}T${time}:00+02:00`);
const each = (teams, what) => Promise.all(teams.map(what));

// ---- what goes wrong on the way; a row is a day's, in turn
const slack = (stage) => stage.beside.slack;
const sockets = (stage) => slack(stage).workspaces.map((ws) => ws.socket);
const TROUBLES = [
  function nothing() {},
  function slackCuts(stage) {
    for (const socket of sockets(stage)) socket.connection?.cut();
  },
  function matrixCuts(stage) {
    stage.wire.cut();
  },
  function slackRefreshes(stage) {
    for (const socket of sockets(stage)) socket.disconnect('refresh_requested', { closeMs: 500 });
  },
  async function matrixIsAway(stage) {
    await stage.wire.shut();
    await sleep(300);
    await stage.wire.open();
  },
  function slackIsBusy(stage) {
    slack(stage).rule({ method: 'chat.postMessage', do: '429', retryAfter: 1, times: WORKSPACES });
  },
  function matrixFails(stage) {
    stage.hs.rule({ method: 'PUT', path: /\/send\//, user: stage.bot.user_id, do: '502', times: ROOMS });
  },
  function slackLosesAnswers(stage) {
    slack(stage).rule({ method: 'chat.postMessage', do: 'cut-after', times: WORKSPACES });
  },
  function reloaded(stage) {
    stage.daemon.signal('SIGHUP');
  },
];

// ---- a team's day
const LENGTH = 7; // of a sprint, in days
const window = (day) => `${named(day)} - ${named(day + LENGTH)}`;
const isOver = (team, day) => team.opened !== null && day > team.opened + LENGTH;

async function opens(team, day) {
  if (team.opened !== null || day < team.first) return;
  if (team.sprint) await team.command('maria', form('/sprint open', { ...FORM, window: window(day) }));
  else await team.begin({ window: window(day) });
  const card = await team.sees(/^Sprint \d+: /m);
  team.opened = day;
  team.sprint = Number(team.text(card).match(/^Sprint (\d+): /m)[1]);
}

// Three members answer, each in a way of their own; by a form while nothing is wrong, since nobody sends that again.
async function fillsIn(team, day) {
  const asked = await team.sees(/^Check-in, /m);
  team.asked.push(day);
  await team.fills('lena', asked, { kr1: 23 + day - team.opened, confidence: 6 });
  return asked;
}

async function tellsTheDay(team, day, asked, trouble) {
  const at = day - team.opened;
  const said = await team.tells('maria', `kr2 ${at}`, asked, trouble);
  await team.corrects('maria', said, `kr2 ${at + 1}`, asked);
  await team.tells('jonas', `kr3 ${11 - at / 2} days`, asked);
}

async function isSummedUp(team, asked) {
  await team.turns(asked, /^What moved, /m);
  await team.until('the chart stands with the summary', () => team.hasChart(asked));
}

async function looksBack(team) {
  const retro = {
    sprint: team.sprint,
    kr1: '31%',
    kr2: '5',
    kr3: '8 days',
    anchor: '$24.1M',
    moved: 'partly, two large accounts slipped into the next quarter',
    learned: "acceptance rose once the invitation named the account's own figures",
    'cause kr1': 'dependency',
    'cause kr2': 'dependency',
    'cause kr3': 'dependency',
    change: 'keep',
    complete: 'yes',
  };
  await team.command('maria', form('/sprint retro', retro));
  await team.sees(new RegExp(`Sprint ${team.sprint} is closed`));
  team.opened = null;
}

async function tellsTheWeek(team, day) {
  const asked = await team.sees(/^Weekly check-in, /m);
  await team.tells('maria', `$${(21.5 + day / 10).toFixed(1)}M, confidence 6, initiatives revised`, asked);
  await team.press('jonas', team.now(asked), 'Same as last week');
  await team.press('lena', team.now(asked), 'Same as last week');
  await team.turns(asked, /^What moved this week, /m);
}

// The daemon remembers the last 4000 messages of a homeserver that were its own, or that somebody reacted to. That is
// filled first, so that what grows afterwards is something else; but its own take more room each.
const REMEMBERED = 4000;

async function chat(stage) {
  const lines = REMEMBERED / stage.rooms.size;
  await each([...stage.rooms.values()], async (room) => {
    const jonas = stage.member('jonas');
    for (let i = 0; i < lines; i++) await jonas.react(room, await jonas.say(room, 'good morning'), '👍');
  });
  const looked = () => stage.hs.called(/^GET .*\/event\//, stage.bot.user_id).length;
  await stage.until('it has looked at what was reacted to', () => looked() >= REMEMBERED, 300000);
}

// ---- a day of all
async function workingDay(stage, teams, day) {
  const trouble = TROUBLES[day % TROUBLES.length];
  let troubled; // by the first who answers
  turn(stage, day, '08:00');
  await each(teams, (team) => opens(team, day));
  turn(stage, day, '09:30');
  const working = teams.filter((team) => team.opened !== null);
  if (isMonday(day)) await each(working, (team) => tellsTheWeek(team, day));
  const [over, open] = [working.filter((team) => isOver(team, day)), working.filter((team) => !isOver(team, day))];
  const asked = await each(open, (team) => fillsIn(team, day));
  await each(open, (team, i) => tellsTheDay(team, day, asked[i], () => (troubled ??= Promise.resolve(trouble(stage)))));
  turn(stage, day, '09:46');
  await each(open, (team, i) => isSummedUp(team, asked[i]));
  await each(over, looksBack);
  const looking = teams[day % teams.length];
  if (looking.sprint) await looking.looksAround();
  return trouble.name;
}

const metrics = async (stage) => (await stage.served('/metrics')).text;

async function isDelivered(stage) {
  const waiting = async () => /^anchord_outbox_cards\{.*\} [1-9]/m.test(await metrics(stage));
  for (const until = Date.now() + 120000; await waiting(); await sleep(100)) assert.ok(Date.now() < until, 'cards still wait');
}

// The evening: nothing is on its way any more. Asking for that reads the store; after a last question the daemon rests,
// and lets go of what it read.
async function evening(stage, teams, day) {
  slack(stage).clearRules();
  stage.hs.clearRules();
  turn(stage, day, '20:00');
  await sleep(500); // or a question that comes before the daemon has looked is answered hours too late
  await isDelivered(stage);
  await teams.at(-1).command('lena', '/sprint help');
  await stage.beside.settled({ quietMs: 400, ms: 60000 });
  await stage.settled({ quietMs: 400, ms: 60000 });
  return held(stage.daemon.child.pid, await metrics(stage));
}

// ---- judging
// Every prompt that was due stands there, once.
function promptsOf(team) {
  const dayOf = (m) => team.text(m).match(/^(?:Check-in|What moved), (\w+ \d+ \w+)/)?.[1];
  return team.since(0).filter((m) => m.bot && !m.thread).map(dayOf).filter(Boolean);
}

async function isSound(stage, teams) {
  for (const team of teams)
    assert.deepEqual(promptsOf(team), team.asked.map((day) => named(day, { weekday: 'short' })), `the prompts of ${team.name}`);
  assert.deepEqual(slack(stage).duplicates(), [], 'nothing stands twice');
  const { code, out } = await stage.daemon.command(['verify', '--db', path.join(stage.folder, 'anchord.db')]);
  assert.equal(code, 0, out);
}

scene(`${DAYS} days`, office, async (stage) => {
  slack(stage).expect(/socket: no ack|ratelimited|repeated before Retry-After/, { maybe: true });
  const teams = teamsOf(stage);
  teams.forEach((team, i) => Object.assign(team, { first: i % LATER, opened: null, asked: [] }));
  const samples = [];
  if (IS_LONG) await chat(stage);
  for (let day = 0; day < DAYS; day++) {
    const began = Date.now();
    for (const team of teams) team.newDay();
    const what = isWorking(day) ? await workingDay(stage, teams, day) : 'weekend';
    const sample = await evening(stage, teams, day);
    samples.push({ day: day + 1, ...sample, seconds: Math.round((Date.now() - began) / 1000), what });
    if (IS_LONG) console.log(table(samples.slice(-1), { head: day === 0 }));
  }
  if (!IS_LONG) console.log(table(samples, { head: true }));
  const bounds = { ...DESCRIPTORS, ...(hasSanitizer(stage.daemon.child.pid) ? {} : MEMORY) };
  if (!bounds.heap) console.log('left out: memory, which sanitizers keep after it was freed');
  assert.deepEqual(judge(samples, bounds), [], 'what is not flat');
  await isSound(stage, teams);
});
