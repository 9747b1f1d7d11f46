// The Matrix side (faults_side.mjs).

import { Stage } from '../peers/matrix/harness.mjs';
import * as e2e from '../e2e/matrix.mjs';
import { Side } from './faults_side.mjs';

export class MatrixSide extends Side {
  static label = 'Matrix';
  given = []; // answers' ids
  since = 0; // what the daemon has said that it has: what it asks to go on from

  static async open() {
    const side = new MatrixSide(await Stage.open({ ...e2e.west, server: 'emulator' }));
    const { hs, bot } = side.stage;
    const { sync } = hs.world;
    hs.world.sync = (user, device, since, how) => {
      if (user.id === bot.user_id) side.since = Math.max(side.since, since ?? 0);
      return sync.call(hs.world, user, device, since, how);
    };
    side.port = side.stage.port;
    return side;
  }

  get serverPort() {
    return this.stage.hs.port;
  }

  lead(url, entry = {}) {
    Object.assign(this.stage.entry, { homeserver: url, ...entry });
  }

  async begin() {
    await this.stage.prepare();
    this.maria = this.stage.member('maria');
    this.room = this.stage.room('west');
    await e2e.begin(this.maria, this.room);
    this.stage.clock(e2e.ASKED);
    this.first = await this.prompt();
    await this.stage.settled();
  }

  prompt = () => e2e.prompt(this.maria, this.room, { after: this.first });

  get rooms() {
    return [...this.stage.rooms.values()];
  }

  // A second team, asked at that time.
  async beginEast(time) {
    const room = await this.stage.furnish('east', e2e.PEOPLE);
    await e2e.begin(this.maria, room, { team: { name: 'East', 'check-in': time } });
    this.prompts += 1;
  }

  async summedUp() {
    for (const room of this.rooms) await this.maria.finds(room, /^What moved/m, { ms: 30000 });
  }

  // What is no answer; more than one page of a timeline, after a while.
  async chat(count) {
    for (let i = 0; i < count; i++) await this.maria.say(this.room, `chatter ${i}`);
  }

  async tell(count = 1) {
    for (let i = 0; i < count; i++) {
      const member = this.stage.member(['jonas', 'lena'][i % 2]);
      this.given.push(await member.say(this.room, 'kr1 +0.5', { thread: this.first }));
      this.told += 1;
    }
  }

  acknowledged() {
    return this.given.filter((id) => this.position(id) <= this.since).length;
  }

  position = (id) => this.stage.hs.world.rooms.get(this.room).byId.get(id).pos;

  // Pages of what a /sync had left out.
  cameLate() {
    const { hs, bot } = this.stage;
    return hs.calls.filter((call) => call.user === bot.user_id && /\/messages$/.test(call.path)).length;
  }

  async readings() {
    return e2e.readings(this.maria, this.room).catch(() => []);
  }

  said() {
    return this.rooms.flatMap((room) => this.maria.sees(room).filter((m) => m.bot));
  }

  posted() {
    return this.said().length;
  }

  asked() {
    return this.rooms.flatMap((room) => e2e.checkins(this.maria, room)).length;
  }

  twice() {
    return this.stage.twice();
  }
}
