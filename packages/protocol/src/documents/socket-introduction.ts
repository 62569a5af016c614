/** The page that the reference of events begins with. */
import { describeCodes } from "./wording.ts";

export function socketIntroduction(): string {
  return [...sections, "## Errors", describeCodes()].join("\n\n");
}

const sections = [
  "Pipit over Socket.IO 4, at the default path and namespace. Most operations are reached over REST too: see [the REST reference](/docs/rest).",
  "## Connecting",
  '```js\nimport { io } from "socket.io-client";\n\nconst socket = io("http://localhost:3000", {\n  transports: ["websocket"],\n  auth: { token, device_id: "laptop" },\n});\n```',
  "A refused handshake says why in `connect_error.data`, as `{ code, error }`.",
  "## Asking",
  '```js\nconst answer = await socket.emitWithAck("message:send", { room_id, content: "Hello" });\nif (answer.success) show(answer.data);\n```',
  "With an acknowledgement callback, the answer is the same envelope as over REST. Without one, the reply event brings the bare data, or the error event says what failed. An event takes one object, and the callback after it.",
  "## Listening",
  "The server sends its events to the sockets of those concerned. They are hints: they may be lost, repeated or come out of order. Those that change what a room's members share carry `change`, which counts by one; a client that sees a hole asks `messages:sync` for what it lacks.",
  "Each channel below is an event, and a message's title is the event that carries it.",
];
