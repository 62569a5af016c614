import { join } from "node:path";
import { expect, test } from "vitest";
import { Book } from "./history/book.ts";
import { checkHistory } from "./history/check-history.ts";
import { readHistory } from "./history/read-history.ts";
import { inParallel } from "./load/pairs.ts";
import { findFreePort } from "./processes/free-port.ts";
import { jwtSecret, type PipitServer, startPipit } from "./processes/pipit-server.ts";
import { hasDeadlocked, readDatabaseUrl } from "./processes/postmaster.ts";
import { type Scope, withScope } from "./processes/scope.ts";
import { makeTempFolder } from "./processes/temp-folder.ts";
import { freshSeed } from "./random.ts";
import { signToken } from "./token.ts";
import { repeatSends } from "./two-nodes/repeat-sends.ts";
import { type ChatUser, connectUser, createGroup } from "./wire/chat-user.ts";
import { RestClient } from "./wire/rest-client.ts";

const senderCount = 64;
const roomCount = 200;

/** Two servers on one database; the first brings it. */
async function startNodes(scope: Scope): Promise<{ nodes: [PipitServer, PipitServer]; dataDir: string }> {
  const folder = await makeTempFolder(scope);
  const dataDir = join(folder, "first");
  const first = await startPipit(scope, { port: await findFreePort(), dataDir });
  const databaseUrl = await readDatabaseUrl(dataDir);
  const second = await startPipit(scope, { port: await findFreePort(), dataDir: join(folder, "second"), databaseUrl });
  return { nodes: [first, second], dataDir };
}

test(`[G2][G3] ${senderCount} senders × ${roomCount} rooms × two nodes: repeats make no second message, no gap, no deadlock`, async () => {
  const seed = freshSeed();
  await withScope(async (scope) => {
    const { nodes, dataDir } = await startNodes(scope);
    const userIds = Array.from({ length: senderCount }, (_, index) => `sender-${index}`);
    // Everybody has all four doors: a socket and REST on each node.
    const users = await inParallel(userIds, (userId) => Promise.all(nodes.map(({ url }) => connectUser(url, userId))));
    scope.defer(() => users.flat().forEach(({ socket }) => void socket.close()));
    const owner = users[0]?.[0] as ChatUser;
    const numbers = Array.from({ length: roomCount }, (_, index) => index + 1);
    const rooms = await inParallel(numbers, (number) => createGroup(owner, `room ${number}`, userIds), 4);

    const book = new Book();
    const senders = users.map((seats) => ({
      userId: seats[0]?.userId ?? "",
      doors: seats.flatMap(({ socket, rest }) => [socket, socket, socket, rest]),
    }));
    await repeatSends(senders, rooms, book, seed).catch((cause: unknown) => {
      throw new Error(`seed ${seed}, the servers printed\n${nodes.map((node) => node.output()).join("\n")}`, { cause });
    });

    const problems = await inParallel(rooms, async (roomId, index) => {
      // Read on the other node than some of it was written on.
      const history = await readHistory(
        new RestClient(nodes[index % 2 === 0 ? 0 : 1].url, signToken(jwtSecret, owner)),
        roomId,
      );
      return checkHistory(book.sentTo(roomId), history);
    });
    expect(problems.flat(), `seed ${seed}`).toEqual([]);
    expect(book.acked).toBe(senderCount * roomCount);
    expect(await hasDeadlocked(dataDir)).toBe(false);
  });
}, 240_000);
