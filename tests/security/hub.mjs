// A hub's program in JavaScript: reads its participants page by page, one of them, and one that is
// not its own. `node hub.mjs ADDRESS`; amqplib is found through NODE_PATH or beside this file.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

const amqplib = createRequire(process.env.NODE_MODULES + "/")("amqplib");
const address = process.argv[2];
const user = decodeURIComponent(new URL(address).username);

const connection = await amqplib.connect(address);
const channel = await connection.createConfirmChannel();
const waiting = new Map();

await channel.consume(
  "amq.rabbitmq.reply-to",
  (message) => {
    const answered = waiting.get(message.properties.correlationId);
    waiting.delete(message.properties.correlationId);
    answered?.(JSON.parse(message.content.toString()));
  },
  { noAck: true },
);

function ask(method, fields, idempotencyKey) {
  const correlationId = randomUUID();
  return new Promise((resolve, reject) => {
    waiting.set(correlationId, resolve);
    setTimeout(() => reject(new Error(`${method}: no answer`)), 10_000).unref();
    const options = {
      mandatory: true,
      userId: user,
      replyTo: "amq.rabbitmq.reply-to",
      correlationId,
      contentType: "application/json",
      expiration: "10000",
      headers: idempotencyKey ? { idempotency_key: idempotencyKey } : {},
    };
    const body = Buffer.from(JSON.stringify(fields));
    channel.publish("hub", method, body, options, (full) => {
      if (full) reject(new Error(`${method}: the broker has no room: ask again`));
    });
  });
}

const names = [];
let cursor = null;
do {
  const { result } = await ask("enrolment.list_hub_participants", { limit: 2, cursor });
  names.push(...result.items.map((item) => item.full_name));
  cursor = result.next_cursor;
} while (cursor);

const { error } = await ask("enrolment.get_hub_participant", { application_id: randomUUID() });
const { result } = await ask("enrolment.list_hub_changes", {});
console.log(JSON.stringify({ names, code: error.code, since: result.since }));
await connection.close();
