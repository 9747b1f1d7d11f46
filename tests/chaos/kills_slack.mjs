// A thousand kills while teams work in Slack (kills.mjs).
//
//   ANCHORD=build/release/anchord node tests/chaos/kills_slack.mjs [COUNT] [--seed NUMBER]

import { begin } from '../e2e/slack.mjs';
import { Stage } from '../peers/slack/harness.mjs';
import { MORNING, PEOPLE, WAYS, WINDOW, kills, teams } from './kills.mjs';
import { options } from './kit.mjs';
import { reading } from './ledger.mjs';

// What is said often enough to be limited in an hour of Slack's is said in a minute here; and Slack goes on retrying.
const SLACK = { limitScale: 1000, retryMs: [0, 60000, 300000, ...Array(40).fill(300000)] };
const LATENCY_MS = 15;

class Town {
  static async open(ledger, how) {
    const town = new Town();
    town.ledger = ledger;
    town.teams = teams(how);
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

  async furnish() {
    const [maria] = this.members;
    const begun = async (team) => {
      const { name, home, weekly } = team;
      const how = { team: { name, ...(weekly ? { weekly: 'Monday 09:30' } : {}) }, sprint: { window: WINDOW } };
      const card = await begin(maria, home, how);
      team.sprint = card.text.match(/^Sprint (\d+)/)[1];
    };
    await Promise.all(this.teams.map(begun));
    await this.stage.settled();
    const { slack } = this.stage;
    slack.rule({ method: /./, probability: 0.5, do: 'slow', ms: LATENCY_MS });
    slack.rule({ method: /./, do: 'late', ms: LATENCY_MS });
  }

  // ---- speaking
  said(team, ts, text, version) {
    this.waiting.set(`${this.ws.channel(team.home).id} ${ts} ${text}`, version);
  }

  say(team, member, text, version) {
    const message = member.say(team.home, text, { thread: team.prompt });
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

  // What its author was told about it.
  told(version, { failed }) {
    if (!failed) version.acknowledged = true;
    else if (failed === 'dispatch_failed') this.ledger.refused(version);
    else this.ledger.unsure(version);
  }

  own() {
    const { ledger } = this;
    const has = (block, button) => block.elements?.some((e) => e.text?.text === button);
    const offers = (t, button) => t.open && t.prompt?.raw.blocks.some((b) => has(b, button));
    return [
      {
        what: 'the form',
        weight: 2,
        when: (t) => !t.same && offers(t, 'Check in'),
        act: ({ team, member, today, value }) => this.fillIn(team, member, today, value),
      },
      {
        what: 'same as yesterday',
        weight: 5,
        when: (t) => t.same && offers(t, 'Same as yesterday'),
        act: async ({ team, member, today }) => {
          const keys = [22, 0, 12].map((value, i) => reading(today.day, team.sprint, i + 1, value));
          const version = ledger.say(`"same" in ${team.name}`, ...keys);
          this.told(version, await member.press(team.prompt, 'Same as yesterday'));
        },
      },
    ];
  }

  // Somebody whose form does not come, or is not taken, leaves it; and so one that comes late, for another team.
  async fillIn(team, member, today, value) {
    if (member.filling) return;
    member.filling = true;
    const pressed = await member.press(team.prompt, 'Check in');
    const modal = pressed.failed ? null : await member.modal({ ms: 500 }).catch(() => null);
    if (modal?.view.private_metadata.includes(`"sprint: ${team.sprint}"`)) {
      const version = this.ledger.say(`a form in ${team.name}`, reading(today.day, team.sprint, 1, 24 + value));
      await modal.fill({ 'kr:1': (24 + value).toFixed(4), 'kr:2': '', 'kr:3': '' });
      const { errors, ...answer } = await modal.submit();
      if (errors) throw new Error(`a form is refused: ${JSON.stringify(errors)}`);
      this.told(version, answer);
    }
    for (const one of member.modals) one.drop([one.view]);
    member.filling = false;
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

  under() {
    const { unacked, queue } = this.ws.socket;
    return { unheard: unacked.size, calls: this.calls.size, waiting: queue.length };
  }

  messages() {
    return this.teams.flatMap(({ home }) => {
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
