/** `npm run bench -- group`. */
import { defineScenario } from "../scenario.ts";
import { listComplaints, toGroupResult } from "./group-result.ts";
import { renderGroup } from "./render-group.ts";
import { runGroup } from "./run-group.ts";

const warmUps = 2;

export const groupScenario = defineScenario({
  options: {
    members: { about: "members of the group at its largest", fallback: 1024 },
    guests: { about: "of them are added and removed in each round", fallback: 50 },
    online: { about: "of those who stay are connected", fallback: 200 },
    "guests-online": { about: "of those who come and go", fallback: 20 },
    outsiders: { about: "users connected who never belong", fallback: 20 },
    rounds: { about: "rename, add, mention all, info, remove", fallback: 20 },
    each: { about: "renames and mentions in a round", fallback: 5 },
    page: { about: "recipients on a page of info", fallback: 256 },
  },
  async run(scope, { members, guests, online, outsiders, rounds, each, page, seed, ...given }, progress) {
    const connected = { members: online, guests: given["guests-online"], outsiders };
    const options = { members, guests, online: connected, rounds, warmUps, each, pageSize: page };
    const result = toGroupResult(await runGroup(scope, options, progress), seed);
    return { result, text: renderGroup(result), complaints: listComplaints(result) };
  },
});
