// A thousand kills while teams work in Matrix (kills.mjs).
//
//   ANCHORD=build/release/anchord node tests/chaos/kills_matrix.mjs [COUNT] [--seed NUMBER]

import { anchorKr, ask, openSprint, setUp } from '../e2e/matrix.mjs';
import { Stage } from '../peers/matrix/harness.mjs';
import { textForm } from './course.mjs';
import { MORNING, PEOPLE, WAYS, WINDOW, furnish, kills, teams } from './kills.mjs';
import { chances, comes, options } from './kit.mjs';
import { reading } from './ledger.mjs';

const SAME = '✅';
const LATENCY_MS = 8;
const PINS = { events: { 'm.room.pinned_events': 0 } }; // the daemon may

class Town {
  static async open(ledger, how) {
    const town = new Town();
    const stage = await Stage.open({ server: 'emulator', clock: MORNING });
    Object.assign(town, { ledger, how, stage, teams: teams(how), founded: [], heard: 0, told: 0, positions: [], waiting: new Map(), calls: new Set() });
    Object.assign(town, { sent: 0, again: 0 });
    town.listen();
    town.ways = [...WAYS(town, ledger), town.same()];
    return town;
  }

  // A position that comes back with the next /sync is stored: whatever lies before it is acknowledged.
  listen() {
    const { hs, bot } = this.stage;
    const { world } = hs;
    const { sync } = world;
    world.sync = (user, device, since, how) => {
      if (user.id === bot.user_id && since) this.acknowledge(since);
      const told = sync.call(world, user, device, since, how);
      if (user.id === bot.user_id && told.news) this.delivered(since ?? 0, world.pos);
      return told;
    };
    world.listeners.push((room, event) => {
      if (event.sender !== bot.user_id) this.positions.push(event.pos);
    });
    hs.server.on('request', (req, res) => {
      if (req.headers.authorization !== `Bearer ${bot.access_token}` || /\/sync\?/.test(req.url)) return;
      this.calls.add(req);
      res.on('close', () => this.calls.delete(req));
    });
  }

  acknowledge(since) {
    this.heard = Math.max(this.heard, since);
    for (const [version, pos] of this.waiting) {
      if (pos > this.heard) continue;
      version.acknowledged = true;
      this.waiting.delete(version);
    }
  }

  between(from, to) {
    return this.positions.filter((pos) => pos > from && pos <= to).length;
  }

  delivered(from, to) {
    this.sent += this.between(from, to);
    this.again += this.between(from, Math.min(to, this.told));
    this.told = Math.max(this.told, to);
  }

  people() {
    return this.members;
  }

  async furnish() {
    const { stage, teams: all } = this;
    for (const name of PEOPLE) await stage.enter(name);
    this.members = PEOPLE.map(stage.member);
    for (const team of all) team.room = await stage.furnish(team.name, PEOPLE);
    await furnish(this, this.how);
    await stage.settled();
    for (const m of this.members.slice(1)) m.stop(); // one reads, all speak
    this.delay();
  }

  get all() {
    return [...this.teams, ...this.founded];
  }

  async begins({ name, room, weekly }) {
    const [maria] = this.members;
    await setUp(maria, room, { name, ...(weekly ? { weekly: 'Monday 09:30' } : {}) });
    await anchorKr(maria, room);
  }

  line = ({ room }, line) => ask(this.members[0], room, `!${line}`);
  opens = ({ room }) => openSprint(this.members[0], room, { window: WINDOW });

  // The daemon is invited to a room that everybody is in already.
  async found(name) {
    const { stage } = this;
    const [maria] = this.members;
    const bot = stage.bot.user_id;
    const room = await stage.furnish(name, PEOPLE, { invite: false, power: PINS });
    await maria.invite(room, bot);
    await comes(`the daemon joins ${name}`, () => stage.isIn(maria, room, bot));
    const team = { name, room };
    this.founded.push(team);
    return team;
  }

  // Half of its calls wait before they are done, half of them after.
  delay() {
    const { hs, bot } = this.stage;
    const chance = chances(1);
    const call = { user: bot.user_id, path: /^(?!.*\/sync$)/, do: 'slow', ms: LATENCY_MS };
    hs.rule({ ...call, when: () => chance.next() < 0.5 });
    hs.rule({ ...call, after: true });
  }

  // ---- speaking
  said(team, id, version) {
    const { pos } = this.stage.hs.world.rooms.get(team.room).byId.get(id);
    if (pos <= this.heard) version.acknowledged = true;
    else this.waiting.set(version, pos);
    return id;
  }

  async say(team, member, text, version, thread = team.prompt) {
    return this.said(team, await member.say(team.room, text, { thread }), version);
  }

  async edit(team, member, message, text, version) {
    return this.said(team, await member.edit(team.room, message, text), version);
  }

  async command(team, member, line, version) {
    return this.said(team, await member.say(team.room, `!${line}`), version);
  }

  // As a row says (course.mjs): by its text form, or by a button where there is nothing to fill in.
  async tell(team, member, row, version) {
    if (row.command) return this.command(team, member, textForm(row), version);
    const [card, button] = row.press;
    const { key } = await this.members[0].button(team.room, card, button);
    return this.said(team, await member.react(team.room, card, key), version);
  }

  // A reaction is "same as yesterday"; taken back, it counts for nothing.
  same() {
    const { ledger } = this;
    return {
      what: 'a reaction',
      weight: 5,
      when: (t) => t.same && t.open && t.prompt,
      act: async ({ team, member, today }) => {
        team.reactions = team.day === team.reacted ? team.reactions : new Map();
        team.reacted = team.day;
        const before = team.reactions.get(member);
        if (before?.busy) return;
        const busy = { busy: true };
        team.reactions.set(member, busy);
        if (before) {
          const version = ledger.edit(before.version.statement);
          const { event_id: id } = await member.redact(team.room, before.id);
          this.said(team, id, version);
          team.reactions.delete(member);
        } else {
          const version = ledger.say('a reaction', team.name, ...[22, 0, 12].map((v, i) => reading(today.day, team.sprint, i + 1, v)));
          const id = await member.react(team.room, team.prompt, SAME);
          this.said(team, id, version);
          team.reactions.set(member, { id, version });
        }
      },
    };
  }

  // ---- seeing
  cards(team) {
    return this.members[0].sees(team.room).filter((m) => m.bot && !m.thread && !m.redacted);
  }

  card(team, pattern) {
    return this.cards(team).findLast((m) => pattern.test(m.text));
  }

  messages() {
    return this.all.flatMap(({ name, room }) =>
      this.members[0].sees(room).filter((m) => m.bot && !m.redacted).map((m) => ({ place: `${name} ${m.thread ?? ''}`, text: m.text })),
    );
  }

  posted() {
    return [];
  }

  called = (member) => member.id;

  pins(team) {
    return this.members[0].events.get(team.room).findLast((e) => e.type === 'm.room.pinned_events')?.content.pinned ?? [];
  }

  under() {
    return { unheard: this.between(this.heard, this.told), calls: this.calls.size, waiting: this.between(this.told, Infinity) };
  }

  counts() {
    const { hs, bot } = this.stage;
    const posted = hs.called(/^PUT \S*\/send\/m\.room\.message\//, bot.user_id).filter((c) => c.status === 200);
    return { sent: this.sent, again: this.again, posted: posted.length };
  }

  async settle() {
    this.stage.hs.clearRules();
    await this.stage.settled({ quietMs: 2000, ms: 90000 });
  }

  close() {
    return this.stage.close();
  }
}

await kills('Matrix', Town.open, options({ count: 1000, seed: 1 }));
