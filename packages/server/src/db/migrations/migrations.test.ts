/** Migrations are frozen: one that ran somewhere must not say something else here. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** What each migration was when it was merged. A new one is added here; an old one is never changed. */
const frozen: Record<string, string> = {
  "0001-core.ts": "5d2115fd569172e623e8146b2e3276b9806520542de158cfc0c916744b613c59",
  "0002-accounts.ts": "4ffb16efde5ccfd4b79c1aabf9b71fa976ad9dce69c6b4e1e6244404e1b6ad7d",
  "0003-append.ts": "51f22e0736431a851887df6a1364bba30461c8606a4de1acd45920a1abf2b61b",
  "0004-jobs.ts": "91c9514305cf25aae5f0c24a20ae7c241677c89138c3f7417ad841de3f9306dd",
  "0005-media.ts": "7ccc086221c7085984483d1607382128eedcee2d30b670a496c41f903932008a",
  "0006-devices.ts": "86d9a49025dfd512e452ba8df5f58a1b73557f9d66eff364f42f5d7401e51665",
  "0007-presence.ts": "6a14239861512706220154e4ccb02542456cca9980a87433f12b1060334cd334",
  "0008-push.ts": "bec646bee137f1453c872bd777403f22527695fd83d5b5d6e0c757f359df1336",
  "0009-account.ts": "933e18836ee3b8644b16eaa5544e9489dc9ee8fca67b39b52b362d8e97744e4e",
  "0010-groups.ts": "dd7392b71c5f8306395a1f220b7691e5f86b4873d31c3a0f34a333a7e5921347",
  "0011-departures.ts": "968bb8bb4fb675d49eb97766ece7131127866921d79665efb95fede8b8f94bfc",
  "0012-avatars.ts": "c853683f9f225ab460c5b4b39d9807ede1f7918355023653d0b33194947628fa",
  "0013-epochs.ts": "a1c983b5f5074170882af426fa2540db4608a4d8a23a855224a8cc4357c1b00b",
};

const folder = new URL(".", import.meta.url);

it("no migration differs from what it was when it was merged", () => {
  const files = readdirSync(folder).filter((name) => /^\d{4}-.*\.ts$/.test(name));
  const digests = files.map((name) => [
    name,
    createHash("sha256")
      .update(readFileSync(new URL(name, folder)))
      .digest("hex"),
  ]);
  expect(Object.fromEntries(digests), "write a new migration instead").toEqual(frozen);
});
