// A team in its channel, on either platform: what its members do there, and what they see. The soak's people.
//
//   const [team] = teamsOf(stage);
//   await team.command('maria', '/sprint status');
//   const asked = await team.sees(/^Check-in, /);
//   await team.tells('jonas', 'kr1 24%', asked);

import assert from 'node:assert/strict';
import { begin as beginOnMatrix } from '../e2e/matrix.mjs';
import { begin as beginOnSlack } from '../e2e/slack.mjs';

const WAIT_MS = 60000; // the machine may be busy; nothing here is about speed

class Team {
  constructor(stage, name) {
    Object.assign(this, { stage, name, sprint: null, from: 0 });
  }

  settings = () => ({ name: this.name, weekly: 'Monday 09:30' });

  newDay() {
    this.from = this.count();
  }

  // What the daemon has posted in the channel itself since the day began.
  posts = () => this.since(this.from).filter((m) => m.bot && !m.thread);

  until = (what, test) => this.stage.until(`${this.name}: ${what}`, test, WAIT_MS);
  sees = (pattern) => this.until(`sees ${pattern}`, () => this.posts().find((m) => pattern.test(this.text(m))));
  turns = (message, pattern) => this.until(`it turns into ${pattern}`, () => pattern.test(this.text(this.now(message))));
  now = (message) => this.posts().find((m) => m.id === message.id);

  // Says it in a thread; `then` is what else happens before the answer is waited for.
  async tells(who, text, thread, then = () => {}) {
    const before = this.answers(thread);
    const said = await this.says(who, text, thread);
    await then(said);
    await this.until(`an answer to ${text}`, () => this.answers(thread) > before);
    return said;
  }

  async corrects(who, said, text, thread) {
    const before = this.answers(thread);
    await this.edits(who, said, text);
    await this.until(`an answer to the correction ${text}`, () => this.answers(thread) > before);
  }
}

class OnSlack extends Team {
  constructor(stage, ws, channel, name) {
    super(stage, name);
    Object.assign(this, { ws, channel, where: `#${channel.name}` });
  }

  count = () => this.channel.messages.length;
  since = (from) =>
    this.channel.messages.slice(from).map((m) => ({ id: m.ts, bot: !!m.bot_id, thread: m.thread_ts, raw: m }));

  // What is said to one member alone counts as well.
  answers = (thread) =>
    [...this.channel.messages.slice(this.from), ...this.channel.ephemerals].filter((m) => m.bot_id && m.thread_ts === thread.id).length;

  text = ({ raw }) => this.ws.lines(raw).join('\n');
  member = (who) => this.ws.member(who);
  begin = (sprint) => beginOnSlack(this.member('maria'), this.where, { team: this.settings(), sprint });

  async command(who, line) {
    const answer = await this.member(who).slash(this.where, line);
    assert.ok(answer.ok, `${this.name}: ${line}: ${JSON.stringify(answer)}`);
  }

  says = (who, text, thread) => this.member(who).say(this.where, text, { thread: thread?.id });
  edits = (who, said, text) => this.member(who).edit(said, text);
  press = (who, { raw }, button) => this.member(who).press(this.member(who).shown(this.channel, raw), button);

  // One after the other: the members of a workspace are the same in each of its channels, and have one screen.
  fills(...form) {
    this.ws.screen = Promise.resolve(this.ws.screen).then(() => this.fillsModal(...form));
    return this.ws.screen;
  }

  // The modal behind the prompt's button.
  async fillsModal(who, asked, values) {
    const said = () => this.count() + this.channel.ephemerals.length;
    const before = said();
    const { ok } = await this.press(who, this.now(asked), 'Check in');
    assert.ok(ok, `${this.name}: a modal`);
    const form = await this.member(who).modal({ title: /heck.in/, ms: WAIT_MS });
    await form.fill(Object.fromEntries(Object.entries(values).map(([k, v]) => [k.replace('kr', 'kr:'), `${v}`])));
    const sent = await form.submit();
    assert.ok(sent.closed, `${this.name}: ${JSON.stringify(sent)}`);
    await this.until('the form is answered', () => said() > before);
  }

  hasChart = (asked) => this.now(asked).raw.blocks.some((b) => b.type === 'image');
  looksAround = () => this.member('lena').home({ ms: WAIT_MS });
}

class OnMatrix extends Team {
  constructor(stage, room, name) {
    super(stage, name);
    Object.assign(this, { room });
  }

  count = () => this.member('maria').sees(this.room).length;
  since = (from) => this.member('maria').sees(this.room).slice(from);
  answers = (thread) => this.since(this.from).filter((m) => m.bot && m.thread === thread.id).length;
  text = (m) => m.text;
  member = (who) => this.stage.member(who);
  begin = (sprint) => beginOnMatrix(this.member('maria'), this.room, { team: this.settings(), sprint });

  async command(who, line) {
    const before = this.count();
    await this.says(who, line.replace('/', '!'));
    await this.until(`an answer to ${line}`, () => this.since(before).some((m) => m.bot));
  }

  says = (who, text, thread) => this.member(who).say(this.room, text, { thread });
  edits = (who, said, text) => this.member(who).edit(this.room, said, text);
  press = (who, message, button) => this.member(who).press(this.room, message, button);

  // The text form, in one message.
  fills(who, asked, values) {
    const lines = Object.entries({ sprint: this.sprint, ...values }).map(([k, v]) => `${k}: ${v}`);
    return this.command(who, ['/sprint checkin', ...lines].join('\n'));
  }

  hasChart = (asked) => this.since(this.from).some((m) => m.bot && m.image && m.thread === asked.id);
  looksAround = () => this.command('lena', '/sprint mine');
}

export function teamsOf(stage) {
  const channels = stage.beside.slack.workspaces.flatMap((ws) => [...ws.channels.values()].map((channel) => [ws, channel]));
  return [
    ...channels.map(([ws, channel], i) => new OnSlack(stage, ws, channel, `West ${i + 1}`)),
    ...[...stage.rooms.values()].map((room, i) => new OnMatrix(stage, room, `East ${i + 1}`)),
  ];
}
