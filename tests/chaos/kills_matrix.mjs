// A thousand kills while teams work in Matrix (kills.mjs).
//
//   ANCHORD=build/release/anchord node tests/chaos/kills_matrix.mjs [COUNT] [--seed NUMBER]

import { begin } from '../e2e/matrix.mjs';
import { Stage } from '../peers/matrix/harness.mjs';
import { MORNING, PEOPLE, WAYS, WINDOW, kills, teams } from './kills.mjs';
import { chances, options } from './kit.mjs';
import { reading } from './ledger.mjs';

const SAME = '✅';
const LATENCY_MS = 8;

class Town {
  static async open(ledger, how) {
    const town = new Town();
    const stage = await Stage.open({ server: 'emulator', clock: MORNING });
    Object.assign(town, { ledger, stage, teams: teams(how), heard: 0, told: 0, positions: [], waiting: new Map(), calls: new Set() });
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
      if (user.id === bot.user_id && told.news) this.tell(since ?? 0, world.pos);
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

  tell(from, to) {
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
    const begun = async (team) => {
      team.room = await stage.furnish(team.name, PEOPLE);
      const { name, weekly } = team;
      const how = { team: { name, ...(weekly ? { weekly: 'Monday 09:30' } : {}) }, sprint: { window: WINDOW } };
      const card = await begin(this.members[0], team.room, how);
      team.sprint = card.text.match(/^Sprint (\d+)/)[1];
    };
    await Promise.all(all.map(begun));
    await stage.settled();
    for (const m of this.members.slice(1)) m.stop(); // one reads, all speak
    this.delay();
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

  async say(team, member, text, version) {
    return this.said(team, await member.say(team.room, text, { thread: team.prompt }), version);
  }

  async edit(team, member, message, text, version) {
    return this.said(team, await member.edit(team.room, message, text), version);
  }

  async command(team, member, line, version) {
    return this.said(team, await member.say(team.room, `!${line}`), version);
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
          const version = ledger.say(`a reaction in ${team.name}`, ...[22, 0, 12].map((v, i) => reading(today.day, team.sprint, i + 1, v)));
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
    return this.teams.flatMap(({ name, room }) =>
      this.members[0].sees(room).filter((m) => m.bot && !m.redacted).map((m) => ({ place: `${name} ${m.thread ?? ''}`, text: m.text })),
    );
  }

  posted() {
    return [];
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
