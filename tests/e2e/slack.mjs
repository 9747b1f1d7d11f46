// What the scenes against Slack share: a workspace with a team, the worked example's sprint by its text form, and
// what its members can tell afterwards: how often they were asked, and which numbers stand.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { scene as playOne } from '../peers/slack/harness.mjs';

export { freePort } from '../peers/port.mjs';
export { sleep };

export const PEOPLE = ['maria', 'jonas', 'lena'];
export const MORNING = '2025-07-14T08:00:00+02:00';
export const ASKED = '2025-07-14T09:30:00+02:00';
export const SUMMED = '2025-07-14T09:45:30+02:00';

export const workspace = (name = 'acme', more = {}) => ({
  name,
  members: PEOPLE,
  channels: { '#west': PEOPLE },
  ...more,
});
export const west = { clock: MORNING, ...workspace() };

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

// The text form: a line for each value of each key.
export const form = (command, fields) =>
  [command, ...Object.entries(fields).flatMap(([k, v]) => [v].flat().map((one) => `${k}: ${one}`))].join('\n');

// A command that is answered; resolves to the text of its answer.
export async function say(member, where, line) {
  const answer = await member.slash(where, line);
  assert.ok(answer.ok, `${line.split('\n')[0]}: ${JSON.stringify(answer)}`);
  return answer.message?.text ?? '';
}

// Without the weekly check-in, whose prompt would come beside the sprint's.
export async function setUp(member, where = '#west', { name = 'West', timezone = 'Europe/Berlin', weekly = 'never', ...more } = {}) {
  await say(member, where, form('/sprint setup', { name, timezone, weekly, ...more }));
  return member.finds(where, new RegExp(`${name} lives here now`), { ms: 10000 });
}

export async function openSprint(member, where = '#west', fields = {}) {
  await say(member, where, form('/sprint open', { ...FORM, ...fields }));
  return member.finds(where, /^Sprint \d+: /m, { ms: 15000 });
}

export async function anchorKr(member, where = '#west') {
  await say(
    member,
    where,
    form('/okr objective', {
      objective: 'Build the pipeline that carries the year',
      period: 'FY Q3, 2025-06-02 - 2025-08-31',
    }),
  );
  await say(member, where, '/okr kr Increase qualified B2B pipeline from $20M to $30M by Q3 close');
  await say(member, where, '/okr update 1 $21.2M confidence 4');
}

// A team with its objective, its tactical KR and an open sprint; resolves to the sprint's card.
export async function begin(member, where = '#west', { team = {}, sprint = {} } = {}) {
  await setUp(member, where, team);
  await anchorKr(member, where);
  return openSprint(member, where, sprint);
}

export const isPrompt = (m) => m.buttons.includes('Check in');
export const prompt = (member, where = '#west', how = {}) => member.finds(where, isPrompt, { ms: 10000, ...how });

// Whatever asked or summed up a check-in; the summary takes the prompt's place.
export const checkins = (member, where = '#west') =>
  member.sees(where).filter((m) => m.bot && !m.ephemeral && /^(Check-in|What moved), /m.test(m.text));

// The current values as `/sprint show` prints them: ["22%", "0", "12 days"].
export async function readings(member, where = '#west', sprint = 1) {
  const shown = await say(member, where, `/sprint show ${sprint}`);
  return [...shown.matchAll(/\*KR\d\*[^\n]*\n[^\n]*?→ \*([^*\n]+)\*/g)].map((m) => m[1]);
}

// Waits until the values read so.
export async function reads(member, wanted, { where = '#west', ms = 8000 } = {}) {
  const until = Date.now() + ms;
  let got;
  for (;;) {
    const answer = await member.slash(where, '/sprint show 1');
    if (answer.ok)
      got = [...(answer.message?.text ?? '').matchAll(/\*KR\d\*[^\n]*\n[^\n]*?→ \*([^*\n]+)\*/g)].map((m) => m[1]);
    if (JSON.stringify(got) === JSON.stringify(wanted)) return got;
    if (Date.now() > until) break;
    await sleep(100);
  }
  assert.deepEqual(got, wanted, `what ${where} of ${member.ws.name} reads`);
  return got;
}

// Every check-in was asked for once, and no card stands twice.
export function onceOnly(stage, member, where = '#west', count = 1) {
  assert.deepEqual(stage.slack.duplicates(), [], 'a card stands twice');
  assert.equal(checkins(member, where).length, count, `how often ${where} of ${member.ws.name} was asked`);
}

// The daemon's clock stands where Slack's does when it starts again.
export async function start(stage, how) {
  stage.clock(Math.round(stage.slack.wall()));
  await stage.daemon.start(how);
}

export async function revive(stage, how) {
  await stage.daemon.kill();
  await start(stage, how);
}

// GET of what the daemon itself serves: {status, text}.
export async function served(port, path = '/readyz') {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5000) });
  return { status: answer.status, text: await answer.text() };
}

export async function readyz(port, status, pattern = /./, ms = 8000) {
  const until = Date.now() + ms;
  let last;
  do {
    last = await served(port).catch((e) => ({ status: 0, text: e.message }));
    if (last.status === status && pattern.test(last.text)) return last.text;
    await sleep(50);
  } while (Date.now() < until);
  assert.fail(`/readyz says ${last.status} ${JSON.stringify(last.text)}, not ${status} ${pattern}`);
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

// Scenes that mostly wait, several at a time: what `scene` collects, `play` runs.
const collected = [];
export const scene = (...one) => collected.push(one);
export const play = (name, concurrency = 4) =>
  describe(name, { concurrency }, () => {
    for (const one of collected) playOne(...one);
  });

// Texts that try to mention, to link and to break the markup.
const LONG = 'x'.repeat(2990);
export const NASTY = [
  '<!channel> now',
  '<!here|here> and <!everyone>',
  '@channel @here @everyone',
  '<!subteam^S0ALL|@all>',
  '<@U0LENA> <@U0LENA|lena> <@W0NOBODY>',
  '<#C0WEST|west> <#C0NOWHERE>',
  '<https://evil.example|click here>',
  '<https://evil.example/?a=1&b=2>',
  'https://evil.example and www.evil.example and evil.example',
  '<mailto:a@evil.example|mail> tel:+49123',
  '<javascript:alert(1)|x>',
  '&lt;!channel&gt; &amp;lt;!here&amp;gt;',
  '`code` and ``double`` and ```fence```',
  '```\n/sprint close\n```',
  '> quoted\n> > twice\n&gt; thrice',
  '*bold* _italic_ ~struck~ *half _crossed* over_',
  ':smile: :skull_and_crossbones: :not-an-emoji: :+1::skin-tone-2:',
  '\u202Eright to left\u202C \u2066isolate\u2069 \u200Fmark',
  'zero\u200Bwidth\u200D joined\u2060 \uFEFF bom',
  'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 zalgo \u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
  '\u0000 nul \u0001 bell \u0007 esc \u001b[31mred\u001b[0m del \u007f',
  '\ud800 lone \udc00 surrogates \ud83d',
  '<!date^1392734382^{date}|x> <!date^0^{time}^https://evil.example|y>',
  '{"blocks":[{"type":"section"}]}',
  "'; DROP TABLE event; -- \" \\ %s %n {name} {0} ${HOME}",
  '\u0001U0LENA\u0002 \u0003bold\u0004',
  LONG,
  `<!channel> ${'<@U0LENA>'.repeat(300)}`,
  '\n\n\n',
  '<<<<>>>>&&&&',
  '<!channel',
  'kr1: 1e400 kr2 -99999999999999999999999 kr3 0x10 NaN',
];

// Whoever nobody named in earnest is not mentioned.
export const notMentioned = (slack, ws, name) =>
  assert.deepEqual(slack.mentions.filter((m) => m.users.includes(ws.user(name).id)).map((m) => m.at), [], `${name} is mentioned`);

// Somebody who was never there is asked for once.
export const stranger = (slack) => slack.expect(/users\.info: user_not_found/, { maybe: true });
