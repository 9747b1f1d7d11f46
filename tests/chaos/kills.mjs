// A thousand times `kill -9`, at instants by chance, while teams hold their check-ins, and others are set up and go
// through their sprints (course.mjs); after each, the store is looked at before the daemon starts again. Several lives go
// on side by side, each from its first start on a store of its own. The platform's part is a town: its teams, the ways in
// which they speak, and what they see (kills_slack.mjs, kills_matrix.mjs).
//
//   stage, teams, ways [{what, weight, when(team), act({team, member, today, value})}], people(team)
//   furnish()            the teams are set up, each with an open sprint, whose number is team.sprint
//   found(name)          a team in another channel, not set up yet; founded: these; all: the teams, and these
//   say(team, member, text, version, thread), edit(team, member, message, text, version)
//   command(team, member, line, version), tell(team, member, row, version): a row of course.mjs
//   called(member)       as a line names somebody; pins(team): the ids of what is pinned there
//   card(team, pattern)  the newest message of the daemon's there, {text, …}; cards(team): all of them
//   messages()           whatever the daemon said to anybody, [{place, text}]; posted(): what the platform saw twice
//   under()              {unheard, calls, waiting}: what is on its way to the daemon and from it this instant, and what
//                        waits for it
//   counts()             {sent, again, posted}
//   settle(), close()

import { later, walk } from './course.mjs';
import { autopsy, chances, comes, print, sleep } from './kit.mjs';
import { Ledger, blocker, dismissed, keysOf, reading, update, weekly } from './ledger.mjs';

const LIVES = 6; // of more than
const FEW = 100; // kills
const FIRST = 0.03; // of them, in the first start
const STARTING = 0.2; // killed before it is connected
const STOPPING = 0.1; // killed after SIGTERM, so long at most
const STOP_MS = 25;
// Otherwise so long after it is connected, at most; one in five lasts, since what became of a post is looked for after
// some seconds (where there are few, that is left to the end).
const WORK_MS = 400;
const LASTING = 0.2;
const LASTS_MS = 12000;
const FEW_LAST_MS = 3000;
// Nobody goes on talking to who does not listen: what came while it was dead is read in one piece, which takes its time.
const OPEN_MAX = 40;
const SHOWN_MS = 60000;
// Nor about a week all week long: each late answer edits its summary.
const WEEK_MAX = 8;

// As many teams are on their way at once; in each life they are called by the numbers from the first on.
const COURSES = 2;
const FIRST_COURSE = 5;

export const PEOPLE = ['maria', 'jonas', 'lena', 'ines', 'tom'];
const NAMES = ['West 1', 'West 2', 'West 3', 'West 4', 'East 1', 'East 2'];
// East 2 answers "same as yesterday" only.
export const teams = ({ few }) =>
  NAMES.map((name, i) => ({ name, same: name === 'East 2', weekly: i % 2 === 0 })).slice(few ? -3 : 0);

// ---- days
const MONDAY = Date.UTC(2025, 6, 14);
// The working days of the sprints; on Mondays the week is asked for, too.
const DAYS = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25].map((n) => {
  const date = new Date(MONDAY + n * 86400000);
  const say = (how) => date.toLocaleDateString('en-GB', { ...how, timeZone: 'UTC' });
  const label = `${say({ weekday: 'short' })} ${date.getUTCDate()} ${say({ month: 'long' })}`;
  return { day: date.toISOString().slice(0, 10), label, n: n + 1, weekly: n % 7 === 0 };
});
// The weeks before them, in which key results stand still until a sprint is proposed for each.
const STILL = ['2025-06-30', '2025-07-07'];
export const MORNING = `${STILL[0]}T08:00:00+02:00`;
export const WINDOW = '14 July - 8 August';

const asked = ({ label }) => new RegExp(`^(Check-in|What moved), ${label}:`);
const summed = ({ label }) => new RegExp(`^What moved, ${label}:`);
const askedWeekly = ({ label }) => new RegExp(`^(Weekly check-in|What moved this week), ${label}`);
const summedWeekly = ({ label }) => new RegExp(`^What moved this week, ${label}`);

const PROPOSED = /^KR (\d) is at risk\. A sprint\?/m;
const READ_AGAIN = /^14 days after sprint (\d+) closed: where/m;

const text = (card) => card?.text.replaceAll('*', '') ?? '';

// Nobody can tell whether it was heard, so its author gives up.
class Lost extends Error {}

// Words that hold a number which was said once are said back once.
function repeated(messages) {
  const seen = new Set();
  const again = ({ place, text }) => /\d\.\d{3}|no budget/.test(text) && seen.size === seen.add(`${place} ${text}`).size;
  return messages.filter(again).map(({ place, text }) => `said twice in ${place}: ${text}`);
}

// ---- one life
class Life {
  constructor(town, { ledger, seed, kills, few, totals }) {
    Object.assign(this, { town, ledger, kills, totals, serial: 0, dead: 0, talking: false, startMs: 20, asked: [] });
    this.lastsMs = few ? FEW_LAST_MS : LASTS_MS;
    this.days = few ? DAYS.slice(0, 1) : DAYS;
    this.share = kills / this.days.length;
    this.few = few;
    this.courses = FIRST_COURSE;
    this.instants = chances(seed);
    this.chance = chances(seed + 1);
  }

  get daemon() {
    return this.town.stage.daemon;
  }

  turn({ day }, time) {
    this.town.stage.clock(`${day}T${time}+02:00`);
  }

  // ---- what members do: each value is said once in a life
  value() {
    this.serial += 1;
    return this.serial / 10000;
  }

  act() {
    const { town, chance, today, ledger } = this;
    if (ledger.open.length > OPEN_MAX) return;
    const able = (team) => town.ways.filter((way) => way.when(team, today));
    const team = chance.pick(town.all.filter((t) => able(t).length));
    if (!team) return;
    const ways = able(team).flatMap((way) => Array(way.weight).fill(way));
    const member = chance.pick(town.people(team));
    Promise.resolve(chance.pick(ways).act({ team, member, today, value: this.value() })).catch((e) => this.fail(e));
  }

  async talk() {
    while (!this.over) {
      if (this.talking) this.act();
      await sleep(this.chance.below(300));
    }
  }

  // The daemon knows what day it is: it has asked somebody.
  get noticed() {
    return this.town.teams.some((t) => t.prompt);
  }

  // ---- teams on their way (course.mjs): each is told in turn, what is refused once more
  course(team) {
    const life = this;
    const { town } = this;
    const c = {
      ...{ team, name: team.name, owner: town.called(town.members[1]), sprints: this.few ? 1 : 2 },
      get day() {
        return life.today.day;
      },
      value: () => this.value(),
      tells: (kind, row, statement) => this.tells(team, kind, () => row(c), statement),
      sees: (pattern) => this.comes(`${team.name} sees ${pattern}`, () => town.card(team, pattern)),
      applies: (card, row) => this.tells(team, 'a change applied', () => ({ ...row, press: [card, 'Apply to the anchor'] })),
      closed: () => team.closed.push({ sprint: c.sprint, kr: c.kr }),
    };
    return c;
  }

  async tells(team, kind, row, statement) {
    const { town, ledger, chance } = this;
    for (;;) {
      await this.comes('members talk', () => this.noticed && (this.talking || this.over));
      const said = row();
      const { keys, shows, first } = said;
      const member = first ? town.people(team)[0] : chance.pick(town.people(team));
      const version = statement ? ledger.edit(statement, ...keys) : ledger.say(kind, team.name, ...keys);
      version.statement.shows = shows && { team, pattern: shows };
      await town.tell(team, member, said, version);
      const heard = () => version.acknowledged || version.refused || version.statement.unsure;
      await this.comes(`${kind} in ${team.name} is heard`, heard);
      if (version.statement.unsure) throw new Lost();
      if (!version.refused) return version;
      await sleep(100);
    }
  }

  async found() {
    await this.comes('the first day begins', () => this.talking);
    while (!this.over) {
      const team = await this.town.found(`West ${this.courses++}`);
      Object.assign(team, { closed: [], later: [] });
      const end = await walk(this.course(team)).then(() => 'walked', (e) => (e instanceof Lost ? 'broken' : Promise.reject(e)));
      this.totals[end] += 1;
    }
  }

  // ---- what happens by the clock
  comes(what, test) {
    return comes(what, () => {
      if (this.failed) throw this.failed;
      return test();
    });
  }

  everyTeam(what, test) {
    return this.comes(what, () => this.town.teams.every(test));
  }

  async hold(today) {
    await this.ask(today);
    if (!this.over) await this.sumUp(today);
    this.talking = false;
    await this.comes('everything is acknowledged before the next day', () => this.ledger.open.length === 0);
  }

  async ask(today) {
    const { teams } = this.town;
    this.today = today;
    this.asked.push(today);
    for (const team of teams) Object.assign(team, { day: today, prompt: null, open: true, said: [], named: 0 });
    if (today.weekly) for (const team of teams) Object.assign(team, { week: null, weekSaid: [], weekWords: 0 });
    this.turn(today, '09:30:00');
    this.talking = true;
    await this.everyTeam(`the prompts of ${today.label}`, (t) => (t.prompt ??= this.town.card(t, asked(today))));
    const asks = (t) => !t.weekly || (t.week ??= this.town.card(t, askedWeekly(today)));
    if (today.weekly) await this.everyTeam(`the weekly prompts of ${today.label}`, asks);
    await this.ages(0.5);
    const words = teams.filter((t) => !t.same).map((t) => this.lastWord(t));
    await this.comes('the last words are acknowledged', () => words.every((v) => v.acknowledged));
  }

  // What asks for more than a check-in: a sprint that is proposed, an anchor to be read again. Each is answered once.
  lookAround() {
    const { town } = this;
    for (const team of town.teams.filter((t) => t.weekly)) {
      const cards = town.cards(team).filter((m) => PROPOSED.test(text(m)));
      team.seen ??= new Set();
      for (const card of cards) {
        const [, kr] = text(card).match(PROPOSED);
        if (!team.seen.has(kr)) team.proposed.push({ card, kr: Number(kr) });
        team.seen.add(kr);
      }
    }
    for (const team of town.founded) {
      const asks = town.cards(team).map((m) => text(m).match(READ_AGAIN)?.[1]);
      const due = team.closed.filter(({ sprint }) => asks.includes(String(sprint)));
      team.closed = team.closed.filter((one) => !due.includes(one));
      team.later.push(...due);
    }
  }

  async sumUp(today) {
    const { town } = this;
    const shows = (t) => t.same || text(town.card(t, summed(today))).includes(`→ ${today.n} → 6 stalled`);
    for (const team of town.teams) team.open = false;
    this.turn(today, '09:45:30');
    await this.everyTeam(`the summaries of ${today.label} with the last words`, shows);
    await this.ages(1);
    if (!today.weekly || this.over) return;
    this.talking = false; // what was said goes out first, fifty edits a minute
    this.turn(today, '17:31:00');
    await this.everyTeam(`the weeks summed up on ${today.label}`, (t) => !t.weekly || town.card(t, summedWeekly(today)));
  }

  // Until that much of the day's share of the kills is over.
  ages(part) {
    const enough = Math.floor((this.days.indexOf(this.today) + part) * this.share);
    return this.comes('there are enough kills for the day', () => this.over || this.dead >= enough);
  }

  // Nothing else is said of that key result, so the day's summary has to show it.
  lastWord(team) {
    const { town, ledger, today } = this;
    const version = ledger.say('the last word', team.name, reading(today.day, team.sprint, 2, today.n));
    Promise.resolve(town.say(team, town.people(team)[0], `kr2 ${today.n}`, version)).catch((e) => this.fail(e));
    return version;
  }

  async direct() {
    for (const [at, day] of this.days.entries()) {
      const late = this.dead > (at + 1) * this.share; // the kills were faster: the clock leaps to where they are
      if (!this.over && (day.weekly || !late)) await this.hold(day);
    }
    this.talking = false;
    await this.comes('everything is acknowledged', () => this.ledger.open.length === 0);
  }

  // ---- kills
  async launch() {
    const from = performance.now();
    await this.daemon.start();
    this.startMs = 0.8 * this.startMs + 0.2 * (performance.now() - from);
  }

  async kill(phase, phases = this.totals.phases) {
    const { unheard, calls, waiting } = this.town.under();
    await this.daemon.kill();
    const { ended } = this.daemon;
    if (phase === 'within the stop' && ended.code === 0) return this.look(); // it was quicker
    if (ended.signal !== 'SIGKILL') throw new Error(`it ended by itself: ${JSON.stringify(ended)}`);
    phases[phase] += 1;
    this.dead += 1;
    this.totals.unheard += unheard;
    this.totals.calls += calls;
    this.totals.waiting += waiting;
    if (!unheard && !calls && !waiting) this.totals.idle += 1;
    return this.look();
  }

  // Judges the store as it lies there.
  async look() {
    const found = await autopsy(this.daemon, { all: this.furnished });
    // No store, no table or no team yet, or a migration that is still to come.
    if (!this.furnished && (!found || /nothing is in it yet|its schema is version/.test(found.wrong))) return;
    this.totals.verified += 1;
    if (found.wrong) throw new Error(`anchord verify after kill ${this.dead}: ${found.wrong}`);
    if (!this.furnished) return;
    const keys = keysOf(found.books);
    const wrong = this.ledger.judge(keys);
    if (wrong.length) throw new Error(`after kill ${this.dead}:\n  ${wrong.slice(0, 20).join('\n  ')}`);
    this.totals.looked += 1;
    return keys;
  }

  async first() {
    while (this.dead < Math.ceil(this.kills * FIRST)) {
      this.daemon.launch();
      await sleep(this.instants.below(1.5 * this.startMs));
      await this.kill('in the first start');
    }
  }

  // Several speak at once.
  burst() {
    if (this.talking) for (let n = this.chance.below(8); n >= 0; n--) this.act();
  }

  async cycle() {
    const { instants } = this;
    const which = instants.next();
    if (which < STARTING) {
      this.daemon.launch();
      await sleep(instants.below(this.startMs));
      this.burst();
      return this.kill('in a start');
    }
    await this.launch();
    await sleep(instants.below(instants.next() < LASTING ? this.lastsMs : WORK_MS));
    this.burst();
    await sleep(instants.below(5));
    if (which < 1 - STOPPING) return this.kill('at work');
    this.daemon.signal('SIGTERM');
    await sleep(instants.below(STOP_MS));
    return this.kill('within the stop');
  }

  async reap() {
    while (this.dead < this.kills && !this.failed) {
      await this.cycle();
      this.lookAround();
    }
    this.over = true;
    if (!this.failed) await this.launch();
  }

  fail(e) {
    this.failed ??= e;
    this.over = true;
    this.town.over = true;
  }

  async live() {
    const { town, ledger } = this;
    await this.first();
    await this.launch();
    await town.furnish();
    await this.daemon.kill();
    ledger.before = keysOf((await autopsy(this.daemon)).books);
    this.furnished = true;
    const courses = Array.from({ length: this.few ? 1 : COURSES }, () => this.found());
    await Promise.all([this.reap(), this.direct(), this.talk(), ...courses].map((p) => p.catch((e) => this.fail(e))));
    if (this.failed) throw this.failed;
    await this.end();
  }

  askedOnce(team, day) {
    const due = { 'that day': [asked(day), 1], 'that week': [askedWeekly(day), team.weekly && day.weekly ? 1 : 0] };
    const cards = this.town.cards(team);
    return Object.entries(due).flatMap(([what, [pattern, times]]) => {
      const n = cards.filter((m) => pattern.test(m.text)).length;
      this.totals.prompts += n;
      return n === times ? [] : [`${team.name} was asked ${n} times for ${what}, ${day.label}`];
    });
  }

  // What was acknowledged and is shown in the channel stands there once.
  shown() {
    return this.ledger.statements.filter((s) => s.shows).map(({ shows, versions, what }) => {
      const n = this.town.cards(shows.team).filter((m) => shows.pattern.test(text(m))).length;
      return { n, due: versions.some((v) => v.acknowledged), what: `${what} is shown ${n} times: ${shows.pattern}` };
    });
  }

  // A post whose fate is not known is looked for first, which takes its time.
  async shownOnce() {
    await comes('it is shown', () => this.shown().every(({ n, due }) => n > 0 || !due), SHOWN_MS).catch(() => {});
    const shown = this.shown();
    this.totals.shown += shown.reduce((sum, { n }) => sum + n, 0);
    return shown.filter(({ n, due }) => n > 1 || (n < 1 && due)).map(({ what }) => what);
  }

  // Nothing but sprints' cards is pinned, and none twice.
  pinnedOnce(team) {
    const pins = this.town.pins(team);
    const sprints = this.town.cards(team).filter((m) => /^Sprint \d+: /m.test(text(m))).map((m) => m.id ?? m.ts);
    this.totals.pinned += pins.length;
    const wrong = pins.filter((id, at) => !sprints.includes(id) || pins.indexOf(id) !== at);
    return wrong.map((id) => `pinned in ${team.name}, twice or no sprint's card: ${id}`);
  }

  // Nobody is killed any more: what was due is there, once, and all that was said stands.
  async end() {
    const { town, ledger, totals } = this;
    this.turn(this.today, '18:30:00');
    await town.settle();
    const shown = await this.shownOnce();
    await this.daemon.stop();
    const found = await this.look();
    const wrong = [...shown, ...town.posted(), ...repeated(town.messages())];
    for (const team of town.teams) wrong.push(...this.asked.flatMap((day) => this.askedOnce(team, day)));
    for (const team of town.all) wrong.push(...this.pinnedOnce(team));
    if (wrong.length) throw new Error(wrong.slice(0, 20).join('\n  '));
    await town.stage.check();
    totals.said += ledger.versions.length;
    totals.acknowledged += ledger.acknowledged.length;
    for (const [kind, counts] of Object.entries(ledger.tally(found)))
      totals.kinds[kind] = counts.map((n, i) => n + (totals.kinds[kind]?.[i] ?? 0));
    for (const [what, n] of Object.entries(town.counts())) totals[what] = (totals[what] ?? 0) + n;
  }
}

// May more be said on the team's week?
export const onWeek = (t) => t.week && t.weekWords < WEEK_MAX;

// ---- the ways that every platform has; `town` says, edits and commands
export const WAYS = (town, ledger) => [
  {
    what: 'a word in the thread',
    weight: 5,
    when: (t) => t.prompt && !t.same,
    async act({ team, member, today, value }) {
      const version = ledger.say('an answer', team.name, reading(today.day, team.sprint, 1, 23 + value));
      const message = await town.say(team, member, `kr1 ${(23 + value).toFixed(4)}%`, version);
      if (today === team.day) team.said.push({ member, message, version });
    },
  },
  {
    what: 'an edit of it',
    weight: 2,
    when: (t) => t.said?.length > 0,
    act({ team, today, value }) {
      const { member, message, version } = team.said.shift();
      const now = ledger.edit(version.statement, reading(today.day, team.sprint, 1, 23 + value));
      return town.edit(team, member, message, `kr1 ${(23 + value).toFixed(4)}%`, now);
    },
  },
  {
    what: 'a command',
    weight: 2,
    when: (t) => t.prompt && !t.same,
    act({ team, member, today, value }) {
      const v = ledger.say('a command', team.name, reading(today.day, team.sprint, 3, 9 + value));
      return town.command(team, member, `sprint checkin kr3 ${(9 + value).toFixed(4)} days`, v);
    },
  },
  {
    what: 'a blocker',
    weight: 1,
    when: (t) => t.prompt && !t.same && t.named < 1,
    act({ team, member, value }) {
      const text = `no budget ${value}`;
      team.named += 1;
      const v = ledger.say('a blocker', team.name, blocker(team.sprint, text));
      return town.command(team, member, `sprint checkin blocked: ${text}`, v);
    },
  },
  {
    what: 'a tactical KR',
    weight: 1,
    when: (t) => t.day,
    act({ team, member, value }) {
      const v = ledger.say('an update', team.name, update(team.name, 1, 21e6 + value * 1e6));
      return town.command(team, member, `okr update 1 $${(21 + value).toFixed(4)}M`, v);
    },
  },
  {
    what: 'a word on the week',
    weight: 3,
    when: onWeek,
    async act({ team, member, value }) {
      team.weekWords += 1;
      const version = ledger.say('an answer on the week', team.name, weekly(team.name, 1, 21e6 + value * 1e6));
      const message = await town.say(team, member, `kr1 $${(21 + value).toFixed(4)}M`, version, team.week);
      team.weekSaid.push({ member, message, version });
    },
  },
  {
    what: 'an edit of it',
    weight: 1,
    when: (t) => t.weekSaid?.length > 0,
    act({ team, value }) {
      const { member, message, version } = team.weekSaid.shift();
      const now = ledger.edit(version.statement, weekly(team.name, 1, 21e6 + value * 1e6));
      return town.edit(team, member, message, `kr1 $${(21 + value).toFixed(4)}M`, now);
    },
  },
  {
    what: 'a command on the week',
    weight: 1,
    when: onWeek,
    act({ team, member, value }) {
      team.weekWords += 1;
      const v = ledger.say('a command on the week', team.name, weekly(team.name, 1, 21e6 + value * 1e6));
      return town.command(team, member, `okr checkin kr1 $${(21 + value).toFixed(4)}M`, v);
    },
  },
  {
    what: 'a dismissal',
    weight: 1,
    when: (t) => t.proposed?.length > 0,
    act({ team, member, value }) {
      const { kr, card } = team.proposed.shift();
      const reason = `the fair is in ${value} weeks`;
      const row = { command: 'okr dismiss', fields: { kr: `KR ${kr}`, reason }, modal: { reason }, press: [card, 'Not now'] };
      const v = ledger.say('a dismissal', team.name, dismissed(team.name, kr, reason));
      return town.tell(team, member, row, v);
    },
  },
  {
    what: 'a follow-up reading',
    weight: 2,
    when: (t) => t.later?.length > 0,
    act({ team, member, value }) {
      const row = later({ name: team.name, value: () => value, ...team.later.shift() });
      return town.tell(team, member, row, ledger.say('a follow-up reading', team.name, ...row.keys));
    },
  },
];

// ---- before anybody is killed: teams with their key results; the weeks that these stand still; a sprint each.
// `town.begins(team)`, `town.line(team, line)`, `town.opens(team)` do it.
const STUCK = ['new accounts', 'old accounts', 'partner accounts', 'public accounts'];

export async function furnish(town, { few }) {
  const { teams, stage } = town;
  const stuck = STUCK.slice(few ? -2 : 0);
  const weekly = teams.filter((t) => t.weekly);
  const all = (line) => Promise.all(weekly.map((team) => town.line(team, line)));
  await Promise.all(teams.map((team) => town.begins(team)));
  for (const kr of stuck) await all(`okr kr Raise win rate with ${kr} from 18% to 35%`);
  for (const day of STILL) {
    const label = `Mon ${Number(day.slice(8))}`;
    const show = (what) => comes(`${what}, ${label}`, () => weekly.every((t) => town.card(t, new RegExp(`^${what}, ${label}`))));
    stage.clock(`${day}T09:30:00+02:00`);
    await show('Weekly check-in');
    for (const i of stuck.keys()) await all(`okr update ${i + 2} 18.5%`);
    stage.clock(`${day}T17:31:00+02:00`);
    await show('What moved this week');
  }
  stage.clock(`${DAYS[0].day}T08:00:00+02:00`);
  for (const team of teams) team.sprint = (await town.opens(team)).text.match(/^Sprint (\d+)/)[1];
  for (const team of weekly) team.proposed = [];
}

// ---- all of them
export async function kills(platform, open, { count, seed }) {
  if (!process.env.ANCHORD) {
    console.error('left out: $ANCHORD is not set');
    process.exit(77);
  }
  const from = performance.now();
  const phases = { 'in the first start': 0, 'in a start': 0, 'at work': 0, 'within the stop': 0 };
  const none = 'unheard calls waiting idle verified looked prompts said acknowledged shown pinned walked broken'.split(' ');
  const totals = { phases, kinds: {}, ...Object.fromEntries(none.map((what) => [what, 0])) };
  const few = count <= FEW;
  const many = few ? 1 : LIVES;
  const lives = [];
  for (let n = 0; n < many; n++) {
    const ledger = new Ledger();
    const town = await open(ledger, { few });
    lives.push(new Life(town, { ledger, seed: seed + 1000 * n, kills: Math.floor((count + n) / many), few, totals }));
  }
  let failed = false;
  const ends = lives.map((life) =>
    life.live().catch((e) => {
      if (!failed) console.error(`${e.message}\n--- the daemon's log ends so:\n${life.daemon.tail}`);
      failed = true;
      for (const one of lives) one.fail(e);
    }),
  );
  await Promise.all(ends);
  await Promise.all(lives.map(({ town }) => town.close()));
  report(platform, seed, totals, performance.now() - from);
  process.exit(failed ? 1 : 0);
}

function report(platform, seed, t, ms) {
  print(`${platform}, seed ${seed}`, [
    ['kills', Object.values(t.phases).reduce((a, b) => a + b)],
    ...Object.entries(t.phases).map(([when, times]) => [`  ${when}`, times]),
    ['  with nothing on its way', t.idle],
    ['deliveries to the daemon on their way at a kill', t.unheard],
    ['deliveries that waited for it at a kill', t.waiting],
    ["calls of the daemon's on their way at a kill", t.calls],
    ['deliveries', t.sent ?? 0],
    ['  of what had been delivered before', t.again ?? 0],
    ['what members said, with edits', t.said],
    ['  acknowledged, and found', t.acknowledged],
    ...Object.entries(t.kinds).map(([kind, [heard, found]]) => [`    ${kind}: ${heard} acknowledged, found`, found]),
    ['teams that went all their way', t.walked],
    ['  whose member gave up, not knowing whether it was heard', t.broken],
    ['announcements, cards and notices of these, and there once', t.shown],
    ["sprints' cards pinned, each once", t.pinned],
    ['prompts due, and there once', t.prompts],
    ['messages and edits of the daemon', t.posted ?? 0],
    ['stores verified, and clean', t.verified],
    ['  compared with all that was acknowledged', t.looked],
    ['seconds', Math.round(ms / 1000)],
  ]);
}
