// One daemon on one platform's emulator, with a team that was asked today and answers while something breaks. Both
// platforms look the same from here: faults_slack.mjs and faults_matrix.mjs fill in what differs.
//
//   await side.tell(5);          // five answers of half a percent each
//   await side.settled();        // all of them count, each once

import assert from 'node:assert/strict';
import path from 'node:path';
import { Faults, until } from './faults_kit.mjs';

export const BASE = 22; // where KR1 begins, in percent
export const STEP = 0.5; // what each answer adds
const NOISE_MAX = 15; // warnings and errors of one fault in the log

export class Side {
  constructor(stage) {
    this.stage = stage;
    this.told = 0;
    this.prompts = 1;
    this.faults = new Faults(stage.folder);
    stage.env = this.faults.env;
  }

  get daemon() {
    return this.stage.daemon;
  }

  get store() {
    return this.stage.store ?? path.join(this.stage.folder, 'anchord.db');
  }

  // What the daemon's log holds of that event.
  entries(event) {
    return this.daemon.log
      .split('\n')
      .filter((line) => line.includes(`"event":"${event}"`))
      .map((line) => JSON.parse(line));
  }

  // Warnings and errors.
  noise() {
    return this.daemon.log.split('\n').filter((line) => /"level":"(warning|error)"/.test(line));
  }

  async served(page) {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}${page}`, { signal: AbortSignal.timeout(5000) });
      return { status: answer.status, text: await answer.text() };
    } catch (e) {
      return { status: 0, text: e.message };
    }
  }

  // /readyz says so; the last thing that it said is told where it does not.
  async ready(status, pattern = /./, ms = 30000) {
    let last;
    const says = async () => {
      last = await this.served('/readyz');
      return last.status === status && pattern.test(last.text) && last.text;
    };
    try {
      return await until('', says, ms);
    } catch {
      throw new Error(`/readyz says ${last.status} ${JSON.stringify(last.text)}, not ${status} ${pattern}`);
    }
  }

  // How often the log says that the way to the platform was lost.
  notConnected() {
    return this.daemon.log.split('\n').filter((line) => /"event":"(slack_socket_closed|slack_socket_broken|matrix_sync_broken)"/.test(line)).length;
  }

  // How many batches the store did not take.
  async batchesFailed() {
    const { text } = await this.served('/metrics');
    return Number(/^anchord_batches_failed_total (\d+)/m.exec(text)[1]);
  }

  async healthy() {
    const { status, text } = await this.served('/healthz');
    assert.equal(status, 200, `/healthz says ${text}`);
  }

  // One more check-in stands there: it is what is answered to from here on.
  async asksAgain() {
    this.prompts += 1;
    await until(`the team is asked, ${this.prompts} times in all`, () => this.asked() >= this.prompts);
    this.first = await this.prompt();
  }

  // Every answer counts, once.
  async settled(ms = 40000) {
    const all = async () => (await this.count()) === this.told;
    await until('', all, ms).catch(() => assert.fail(`${this.told} answers were given, ${this.found} are found`));
  }

  async count() {
    this.found = (Number.parseFloat((await this.readings())[0]) - BASE) / STEP;
    return this.found;
  }

  // Ends it, and judges what is left: a row of the table.
  async judge(struck) {
    await this.settled();
    await this.ready(200);
    await this.healthy();
    assert.ok(struck > 0, 'the fault never struck');
    const row = { struck, told: this.told, acknowledged: this.acknowledged(), found: this.found };
    assert.equal(row.acknowledged, this.told, 'what counts is acknowledged in the end');
    row.posted = this.posted();
    row.twice = (await this.twice()).length;
    assert.deepEqual(await this.twice(), [], 'said twice');
    assert.equal(this.asked(), this.prompts, 'how often the team was asked');
    row.lines = this.noise().length;
    assert.ok(row.lines <= NOISE_MAX, `${row.lines} lines in the log:\n${this.noise().slice(0, 30).join('\n')}`);
    await this.daemon.stop();
    row.verify = await this.verify();
    row.note = this.note;
    return row;
  }

  async verify() {
    const { code, out } = await this.daemon.command(['verify', this.store]);
    assert.equal(code, 0, `verify: ${out}`);
    return 'clean';
  }

  async close() {
    this.faults.close();
    for (const between of [this.front, this.api, this.wire]) await between?.stop();
  }
}
