// A thousand kills while teams work in Slack (kills.mjs).
//
//   ANCHORD=build/release/anchord node tests/chaos/kills_slack.mjs [COUNT] [--seed NUMBER]

import { anchorKr, openSprint, say, setUp } from '../e2e/slack.mjs';
import { Stage } from '../peers/slack/harness.mjs';
import { textForm } from './course.mjs';
import { MORNING, PEOPLE, WAYS, WINDOW, furnish, kills, onWeek, teams } from './kills.mjs';
import { chances, options, sleep } from './kit.mjs';
import { reading, weekly } from './ledger.mjs';

// What is said often enough to be limited in an hour of Slack's is said in a minute here; and Slack goes on retrying.
const SLACK = { limitScale: 1000, retryMs: [0, 60000, 300000, ...Array(40).fill(300000)] };
const LATENCY_MS = 15;
const BY_FORM = 0.5; // of what can be said by one

class Town {
  static async open(ledger, how) {
    const town = new Town();
    Object.assign(town, { ledger, how, teams: teams(how), founded: [], chance: chances(2) });
    for (const team of town.teams) team.home = `#${team.name.toLowerCase().replace(' ', '-')}`;
    const channels = Object.fromEntries(town.teams.map(({ home }) => [home, PEOPLE]));
    town.stage = await Stage.open({ clock: MORNING, members: PEOPLE, channels, slack: SLACK });
    town.ws = town.stage.ws;
    town.members = PEOPLE.map((name) => town.ws.member(name));
    town.waiting = new Map(); // channel, ts and text → the version that it says
    town.listen();
    town.ways = [...WAYS(town, ledger), ...town.own()];
    return town;
  }

  // Half of its calls wait before they are done, half of them after.
  listen() {
    const { slack } = this.stage;
    const { socket } = this.ws;
    const { ack } = socket;
    socket.ack = (conn, frame) => {
      ack.call(socket, conn, frame);
      const { event } = socket.envelopes.get(frame?.envelope_id)?.payload ?? {};
      const { ts, text } = event?.message ?? event ?? {};
      const version = this.waiting.get(`${event?.channel} ${ts} ${text}`);
      if (version) version.acknowledged = true;
    };
    this.calls = new Set();
    slack.server.on('request', (req, res) => {
      this.calls.add(req);
      res.on('close', () => this.calls.delete(req));
    });
    // A daemon that was killed does not know what it had just sent, nor what Slack had told it to wait for; and what
    // answers to a prompt that is still looked for is not acknowledged in time, so that it comes again.
    slack.expect(/(ratelimited|repeated before Retry-After)/, { maybe: true });
    slack.expect(/socket: (no|a late) ack/, { maybe: true });
  }

  people() {
    return this.members;
  }

  get all() {
    return [...this.teams, ...this.founded];
  }

  async furnish() {
    await furnish(this, this.how);
    await this.stage.settled();
    const { slack } = this.stage;
    slack.rule({ method: /./, probability: 0.5, do: 'slow', ms: LATENCY_MS });
    slack.rule({ method: /./, do: 'late', ms: LATENCY_MS });
  }

  async begins({ name, home, weekly }) {
    const [maria] = this.members;
    await setUp(maria, home, { name, ...(weekly ? { weekly: 'Monday 09:30' } : {}) });
    await anchorKr(maria, home);
  }

  line = ({ home }, line) => say(this.members[0], home, `/${line}`);
  opens = ({ home }) => openSprint(this.members[0], home, { window: WINDOW });

  // The daemon is invited to a channel that everybody is in already.
  found(name) {
    const team = { name, home: `#${name.toLowerCase().replace(' ', '-')}` };
    this.ws.addChannel(team.home, { members: PEOPLE, bot: false });
    this.ws.join(team.home, this.ws.bot, { inviter: this.members[0].id });
    this.founded.push(team);
    return team;
  }

  // ---- speaking
  said(team, ts, text, version) {
    this.waiting.set(`${this.ws.channel(team.home).id} ${ts} ${text}`, version);
  }

  say(team, member, text, version, thread = team.prompt) {
    const message = member.say(team.home, text, { thread });
    this.said(team, message.ts, text, version);
    return message;
  }

  edit(team, member, message, text, version) {
    member.edit(message, text);
    this.said(team, message.ts, text, version);
  }

  async command(team, member, line, version) {
    this.told(version, await member.slash(team.home, `/${line}`));
  }

  // What its author was told about it; where Slack was slow to say who is in a channel, it is to be said again.
  told(version, { failed, message }) {
    const again = /could not see who is in this channel/.test(message?.text ?? '');
    if (!failed && !again) version.acknowledged = true;
    else if (again || failed === 'dispatch_failed') this.ledger.refused(version);
    else this.ledger.unsure(version);
  }

  own() {
    const { ledger } = this;
    const has = (block, button) => block.elements?.some((e) => e.text?.text === button);
    const shows = (card, button) => card?.raw.blocks.some((b) => has(b, button));
    const offers = (t, button) => t.open && shows(t.prompt, button);
    return [
      {
        what: 'the form',
        weight: 2,
        when: (t) => !t.same && offers(t, 'Check in'),
        act: ({ team, member, today, value }) => this.fillIn(team, member, today, value),
      },
      {
        what: 'the form on the week',
        weight: 2,
        when: (t) => onWeek(t) && shows(t.week, 'Check in'),
        act: ({ team, member, value }) => this.fillInWeek(team, member, value),
      },
      {
        what: 'same as yesterday',
        weight: 5,
        when: (t) => t.same && offers(t, 'Same as yesterday'),
        act: async ({ team, member, today }) => {
          const keys = [22, 0, 12].map((value, i) => reading(today.day, team.sprint, i + 1, value));
          const version = ledger.say('"same"', team.name, ...keys);
          this.told(version, await member.press(team.prompt, 'Same as yesterday'));
        },
      },
    ];
  }

  // As a row says (course.mjs): by its text form, or by the form that its command or its button opens.
  async tell(team, member, row, version) {
    const { command, fields, modal, press } = row;
    const line = () => member.slash(team.home, `/${command} ${fields.sprint ?? ''}`.trim());
    const open = () => (press ? member.press(...press) : line());
    if (!command) return this.told(version, await open());
    const byForm = modal && this.chance.next() < BY_FORM;
    const taken = byForm && (await this.fills(member, open, (m) => this.isFor(m, team, fields), () => [modal, version]));
    return taken || this.command(team, member, textForm(row), version);
  }

  isFor({ view, title }, team, { sprint }) {
    const about = view.private_metadata;
    const isOfSprint = !sprint || about.includes(`"sprint: ${sprint}"`);
    return isOfSprint && about.includes(`"${this.ws.channel(team.home).id}"`) && !/heck.in/.test(title);
  }

  // Somebody whose form does not come leaves it, and so one that comes late, for another team. False: nothing was sent.
  async fills(member, open, isMine, what) {
    if (member.filling) return false;
    member.filling = true;
    const opened = await open();
    const modal = opened.failed ? null : await member.modal({ ms: 500 }).catch(() => null);
    const mine = modal !== null && isMine(modal);
    if (mine) {
      const [values, version] = what(modal);
      const choice = (k, v) => (v instanceof RegExp ? modal.input(k).options.find((o) => v.test(o)) : v);
      await modal.fill(Object.fromEntries(Object.entries(values).map(([k, v]) => [k, choice(k, v)])));
      await this.submits(modal, version);
    }
    for (const one of member.modals) one.drop([one.view]);
    member.filling = false;
    return mine;
  }

  // Who is told that it failed presses again.
  async submits(modal, version) {
    while (!this.over) {
      const { failed, closed, ...answer } = await modal.submit();
      if (closed) version.acknowledged = true;
      else if (!failed) throw new Error(`a form is not taken: ${JSON.stringify(answer)}: ${modal.text}`);
      if (closed) return;
      await sleep(100);
    }
  }

  // The prompt's own form: a new value, nothing else.
  fillIn(team, member, today, value) {
    const values = { 'kr:1': (24 + value).toFixed(4), 'kr:2': '', 'kr:3': '' };
    const isMine = (m) => m.view.private_metadata.includes(`"sprint: ${team.sprint}"`) && /heck.in/.test(m.title);
    const said = () => this.ledger.say('a form', team.name, reading(today.day, team.sprint, 1, 24 + value));
    return this.fills(member, () => member.press(team.prompt, 'Check in'), isMine, () => [values, said()]);
  }

  fillInWeek(team, member, value) {
    const now = 22 + value;
    const { id } = this.ws.channel(team.home);
    const isMine = (m) => m.title === 'Weekly check-in' && m.view.private_metadata.includes(`"${id}"`);
    team.weekWords += 1;
    const said = () => this.ledger.say('a form on the week', team.name, weekly(team.name, 1, now * 1e6));
    const values = (modal) => {
      const others = modal.inputs.filter((i) => /^kr:[2-9]/.test(i.block_id)).map((i) => [i.block_id, '']);
      const shown = /\$M/.test(modal.input('kr:1').label) ? now.toFixed(4) : String(Math.round(now * 1e6));
      return { 'kr:1': shown, ...Object.fromEntries(others) };
    };
    return this.fills(member, () => member.press(team.week, 'Check in'), isMine, (modal) => [values(modal), said()]);
  }

  // ---- seeing
  cards(team) {
    const channel = this.ws.channel(team.home);
    return channel.messages.filter((m) => m.bot_id && !m.gone).map((m) => this.members[0].shown(channel, m));
  }

  card(team, pattern) {
    const channel = this.ws.channel(team.home);
    const found = channel.messages.findLast((m) => m.bot_id && !m.gone && pattern.test(m.text));
    return found && this.members[0].shown(channel, found);
  }

  called = (member) => `@${member.user.name}`;
  pins = (team) => this.ws.channel(team.home).pins;

  under() {
    const { unacked, queue } = this.ws.socket;
    return { unheard: unacked.size, calls: this.calls.size, waiting: queue.length };
  }

  messages() {
    return this.all.flatMap(({ home }) => {
      const { messages, ephemerals } = this.ws.channel(home);
      const by = [...messages, ...ephemerals].filter((m) => m.bot_id && !m.gone);
      const place = (m) => `${home} ${m.thread_ts ?? ''} ${m.ephemeral_to ?? ''}`;
      return by.map((m) => ({ place: place(m), text: this.ws.lines(m).join('\n') }));
    });
  }

  posted() {
    return this.stage.slack.duplicates().map(({ key, count }) => `posted ${count} times: ${key}`);
  }

  counts() {
    const { socket } = this.ws;
    const sends = new Map();
    for (const e of socket.envelopes.values()) {
      const event = e.payload.event_id ?? e.payload.trigger_id;
      sends.set(event, (sends.get(event) ?? 0) + e.sends);
    }
    const posted = /^chat\.|^response$|^files\.completeUploadExternal$/;
    return {
      sent: socket.counts.sent,
      again: [...sends.values()].reduce((sum, n) => sum + Math.max(0, n - 1), 0),
      posted: this.stage.slack.calls.filter((c) => posted.test(c.method) && !c.error).length,
    };
  }

  async settle() {
    this.stage.slack.clearRules();
    await this.stage.settled({ quietMs: 1200, ms: 120000 });
  }

  close() {
    return this.stage.close();
  }
}

await kills('Slack', Town.open, options({ count: 1000, seed: 1 }));
