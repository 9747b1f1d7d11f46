// The Slack side (faults_side.mjs).

import { Stage } from '../peers/slack/harness.mjs';
import * as e2e from '../e2e/slack.mjs';
import { Side } from './faults_side.mjs';

// A busy machine may take longer; how fast it is is not the question here.
const UNHURRIED = { limitScale: 100, ackMs: 6000 };
const CHANNELS = { '#west': e2e.PEOPLE, '#east': e2e.PEOPLE };

export class SlackSide extends Side {
  static label = 'Slack';
  given = []; // payloads of answers
  homes = ['#west'];

  // `more`: further workspaces beside the one that is looked at.
  static async open({ more = [] } = {}) {
    const workspaces = [e2e.workspace('acme', { channels: CHANNELS }), ...more];
    const side = new SlackSide(await Stage.open({ clock: e2e.MORNING, slack: UNHURRIED, workspaces }));
    side.port = await e2e.freePort();
    side.stage.settings = { listen: `127.0.0.1:${side.port}` };
    // While it cannot keep what it is told, it acknowledges nothing.
    side.stage.slack.expect(/socket: (no ack|a late ack)/, { maybe: true });
    return side;
  }

  get serverPort() {
    return Number(new URL(this.stage.slack.inner).port);
  }

  // The daemon speaks to what stands there, in front of the platform.
  lead(url, entry = {}) {
    this.stage.slack.front = url;
    this.stage.ws.settings = { ...this.stage.ws.settings, ...entry };
  }

  async begin() {
    this.maria = this.stage.member('maria');
    await e2e.begin(this.maria);
    this.stage.clock(e2e.ASKED);
    this.first = await this.prompt();
    await this.stage.settled();
  }

  prompt = () => e2e.prompt(this.maria, '#west', { after: this.first });

  // A second team, asked at that time.
  async beginEast(time) {
    await e2e.begin(this.maria, '#east', { team: { name: 'East', 'check-in': time } });
    this.homes.push('#east');
    this.prompts += 1;
  }

  async summedUp() {
    for (const where of this.homes) await this.maria.finds(where, /^What moved/m, { ms: 30000 });
  }

  // What is no answer.
  async chat(count) {
    for (let i = 0; i < count; i++) this.maria.say('#west', `chatter ${i}`);
  }

  async tell(count = 1) {
    for (let i = 0; i < count; i++) {
      this.stage.member(['jonas', 'lena'][i % 2]).say('#west', 'kr1 +0.5', { thread: this.first });
      this.given.push(this.stage.ws.socket.last.payload);
      this.told += 1;
    }
  }

  acknowledged() {
    const envelopes = [...this.stage.ws.socket.envelopes.values()];
    const taken = new Set(envelopes.filter((e) => e.acks > 0).map((e) => e.payload));
    return this.given.filter((payload) => taken.has(payload)).length;
  }

  // Envelopes that came again.
  cameLate() {
    return [...this.stage.ws.socket.envelopes.values()].filter((e) => e.retry && e.acks > 0).length;
  }

  async readings() {
    return e2e.readings(this.maria).catch(() => []);
  }

  said() {
    return this.homes.flatMap((where) => this.maria.sees(where).filter((m) => m.bot && !m.ephemeral));
  }

  posted() {
    return this.said().length;
  }

  asked() {
    return this.homes.flatMap((where) => e2e.checkins(this.maria, where)).length;
  }

  async twice() {
    return this.stage.slack.duplicates();
  }
}
