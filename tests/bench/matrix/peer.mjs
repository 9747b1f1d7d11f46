// A small bot on matrix-bot-sdk, for comparison: it answers "!sprint status" in its thread with a text as long as the
// daemon's, and keeps nothing but its place in /sync.
//
//   node peer.mjs HOMESERVER TOKEN FILE      FILE: where its place in /sync is kept

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../../peers/matrix/', import.meta.url)));
const { AutojoinRoomsMixin, LogService, MatrixClient, SimpleFsStorageProvider } = require('matrix-bot-sdk');

const [, , homeserver, token, file] = process.argv;
const LINE =
  'KR1 ICP meeting acceptance rate: 22% → 22% → 35% · 0% of the way · too early · expected today 22% · +1.18 pp a working day needed';
const TEXT = ['Sprint 1: Restore qualified pipeline momentum before the mid-review', 'Day 1 of 11', LINE, LINE, LINE];

LogService.setLogger({ info() {}, warn() {}, debug() {}, trace() {}, error() {} });
const client = new MatrixClient(homeserver, token, new SimpleFsStorageProvider(file));
AutojoinRoomsMixin.setupOnClient(client);
client.on('room.message', (room, event) => {
  if (event.sender === me || event.content?.body !== '!sprint status') return;
  const root = event.event_id;
  client.sendEvent(room, 'm.room.message', {
    msgtype: 'm.notice',
    body: TEXT.join('\n'),
    format: 'org.matrix.custom.html',
    formatted_body: TEXT.map((l) => `<p>${l}</p>`).join(''),
    'm.mentions': {},
    'm.relates_to': {
      rel_type: 'm.thread',
      event_id: root,
      is_falling_back: true,
      'm.in_reply_to': { event_id: root },
    },
  });
});

const processSync = client.processSync.bind(client);
let synced = false;
client.processSync = async (...raw) => {
  await processSync(...raw);
  if (!synced) console.log('synced');
  synced = true;
};
const me = await client.getUserId();
await client.start();
