// What breaks between the daemon and its platform: names, certificates, and the way itself. What members say meanwhile
// comes late, and counts; what was due meanwhile is said once.

import assert from 'node:assert/strict';
import { Wire } from '../peers/wire.mjs';
import { sleep } from './faults_kit.mjs';
import { Front } from './faults_tls.mjs';

const HOUR = 3600 * 1000;

// ---- names

const behindName = async (side) => {
  side.front = await Front.start('chat.test', side.serverPort);
  side.lead(side.front.url, { ca_file: side.front.ca });
};

// Whoever is started anew meanwhile has no address left that it remembers.
async function namesDie(side) {
  await side.tell(2);
  await side.settled();
  side.faults.set('names', 1); // not found, at once
  side.front.wire.cut();
  await side.tell(3);
  await side.daemon.stop();
  side.daemon.launch();
  await side.ready(503, /not resolve host/i);
  side.faults.set('names', 3000); // not found, after seconds
  await sleep(4000);
  await side.ready(503);
  await side.healthy();
  side.faults.set('names', 0);
  await side.ready(200);
  await side.tell(2);
  return side.faults.struck('names');
}

// ---- certificates

const behindTls = async (side) => {
  side.front = await Front.start('localhost', side.serverPort);
  side.lead(side.front.url, { ca_file: side.front.ca });
};

const secrets = (side) => Object.values(side.stage.variables());

// While it shows that one, nothing is entrusted to it.
async function refuses(side, which, wanted) {
  const { front } = side;
  await side.ready(503, wanted);
  await sleep(2000);
  await side.ready(503, wanted);
  await side.healthy();
  for (const secret of secrets(side)) assert.ok(!front.holds(secret), 'a token is on the wire');
  assert.equal(front.entrusted, 0, 'nothing is entrusted to it');
  assert.ok(front.refused.length > 0, `${which} is refused`);
}

// A bad certificate takes the place of the good one while it runs.
const turnsBad = (which, wanted) => ({
  before: behindTls,
  play: async (side) => {
    const { front } = side;
    await side.tell(2);
    await side.settled();
    front.show(which);
    front.wire.cut();
    await side.tell(3);
    await refuses(side, which, wanted);
    front.show('good');
    await side.ready(200);
    await side.tell(2);
    return front.refused.length;
  },
});

// The Web API's certificate is good, and that of where it leads to is not.
const aWebsockets = (which, wanted) => {
  const { before, play } = turnsBad(which, wanted);
  return {
    platforms: ['Slack'],
    play,
    before: async (side) => {
      await before(side);
      const { front } = side;
      side.api = await Front.start('localhost', side.serverPort);
      side.lead(front.url, { ca_file: front.ca, api_url: `${side.api.url}/api/` });
    },
  };
};

// It is bad from the beginning.
const beginsBad = (which, wanted) => ({
  before: async (side) => {
    await behindTls(side);
    side.front.show(which);
    side.daemon.launch();
    await refuses(side, which, wanted);
    side.front.show('good');
    await side.ready(200);
  },
  play: async (side) => {
    await side.tell(3);
    return side.front.refused.length;
  },
});

// ---- the way

const wired = async (side) => {
  side.wire = await Wire.start(side.serverPort);
  side.lead(side.wire.url);
};

// West is summed up meanwhile, and East is asked and summed up.
const cutOff = ({ cut, mend, struck }) => ({
  before: wired,
  play: async (side) => {
    await side.beginEast('10:00');
    await side.tell(2);
    await side.settled();
    await cut(side);
    for (let quarter = 0; quarter < 4; quarter++) {
      await side.tell(4);
      await side.chat(25);
      side.stage.advance(HOUR / 4);
      await sleep(1000);
      await side.healthy();
    }
    assert.equal(side.acknowledged(), 2);
    await mend(side.wire);
    await side.ready(200);
    await side.tell(5); // more at once with what comes late
    await side.summedUp();
    await side.settled();
    assert.ok(side.cameLate() > 0, 'it had a backlog to go through');
    return struck(side);
  },
});

const NOT_GOOD = /its certificate is not good.* ca_file/;

export const scenes = {
  'names are not found, then after seconds': { before: behindName, play: namesDie },
  'a certificate of nobody, from the beginning': beginsBad('stranger', /certificate.* ca_file/i),
  'a certificate of nobody': turnsBad('stranger', /certificate.* ca_file/i),
  'an expired certificate': turnsBad('expired', /certificate has expired.* clock right/i),
  'a certificate for another name': turnsBad('other', /certificate subject name.* right host/i),
  "a certificate of nobody, the websocket's alone": aWebsockets('stranger', NOT_GOOD),
  "an expired certificate, the websocket's alone": aWebsockets('expired', NOT_GOOD),
  "a certificate for another name, the websocket's alone": aWebsockets('other', NOT_GOOD),
  'cut off for an hour, and refused': cutOff({
    cut: async (side) => {
      await side.wire.shut();
      await side.ready(503, /./);
    },
    mend: (wire) => wire.open(),
    struck: (side) => side.notConnected(),
  }),
  'cut off for an hour, in silence': cutOff({
    cut: ({ wire }) => {
      wire.freeze();
      wire.cut();
    },
    mend: (wire) => wire.thaw(),
    struck: (side) => side.wire.vanished,
  }),
};
