/** `npm run bench -- send`. */
import { defineScenario } from "../scenario.ts";
import { renderSend } from "./render-send.ts";
import { runSend } from "./run-send.ts";
import { type Findings, isClean, type SendResult, toSendResult } from "./send-result.ts";

export const sendScenario = defineScenario({
  options: {
    seconds: { about: "measured seconds at full load on each of server and relay", fallback: 12 },
    rounds: { about: "alternating rounds that they are cut into", fallback: 4 },
    warmup: { about: "seconds of load before the first round", fallback: 4 },
    "paced-seconds": { about: "seconds at 500 messages a second", fallback: 10 },
    idle: { about: "idle sockets", fallback: 5000 },
    settle: { about: "seconds of rest before memory is read", fallback: 10 },
  },
  async run(scope, { warmup, "paced-seconds": pacedSeconds, idle, settle, ...options }, progress) {
    const times = { warmupSeconds: warmup, pacedSeconds, idleSockets: idle, settleSeconds: settle };
    const findings = await runSend(scope, { ...options, ...times }, progress);
    const result = toSendResult(findings);
    return { result, text: renderSend(result), complaints: listComplaints(findings, result) };
  },
});

function listComplaints(findings: Findings, result: SendResult): string[] {
  if (isClean(result)) return [];
  const { lost, repeated, unexpected, refused } = result.checks;
  const refusal = [...findings.server, findings.paced].find((round) => round.firstRefusal !== null)?.firstRefusal;
  return [
    ...(refusal ? [`the server refused messages, first with ${refusal}`] : []),
    `lost ${lost}, repeated ${repeated}, unexpected ${unexpected}, refused ${refused}`,
  ];
}
