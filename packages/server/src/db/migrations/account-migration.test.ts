/** The migration to account state: what it makes of memberships that were there before. */
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import pg from "pg";
import { expect, inject, it, onTestFinished } from "vitest";
import { createLog } from "../../log.ts";
import { createDatabase, createPatientPool } from "../database.ts";
import * as core from "./0001-core.ts";
import * as append from "./0003-append.ts";
import * as jobs from "./0004-jobs.ts";
import * as media from "./0005-media.ts";
import * as account from "./0009-account.ts";

async function openEmpty() {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const url = new URL(inject("databaseUrl"));
  const admin = new pg.Client(url.href);
  await admin.connect();
  await admin.query(`create database ${name}`);
  url.pathname = `/${name}`;
  const pool = createPatientPool({ connectionString: url.href }, createLog("fatal"));
  onTestFinished(async () => {
    await pool.end();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });
  return createDatabase(pool);
}

const room = "00000000-0000-4000-8000-000000000001";
const day = (n: number) => `2026-01-${String(n).padStart(2, "0")}T00:00:00Z`;

it("[M11] takes a membership to have begun with the first message after joining, and to have ended with its report", async () => {
  const db = await openEmpty();
  for (const { up } of [core, append, jobs, media]) await up(db);
  await sql`insert into rooms (id, tenant_id, type, created_by, who_can_send, who_can_edit_info, who_can_add,
      history_visible_to_new_members, active_at, created_at, updated_at)
    values (${room}, 't', 'group', 'founder', 'everyone', 'everyone', 'everyone', true, ${day(9)}, ${day(1)}, ${day(9)})`.execute(
    db,
  );
  const members: [string, boolean, string][] = [
    ["founder", true, day(1)],
    ["later", true, day(3)],
    ["newest", true, day(9)],
    ["gone", false, day(2)],
    ["unreported", false, day(2)],
  ];
  for (const [id, isMember, joinedAt] of members) {
    await sql`insert into members (room_id, user_id, tenant_id, role, is_member, joined_at, joined_change, change,
        first_visible)
      values (${room}, ${id}, 't', 'member', ${isMember}, ${joinedAt}, 1, 1, 1)`.execute(db);
  }
  for (let sequence = 1; sequence <= 5; sequence += 1) {
    const fact = sequence === 4 ? { system: { kind: "member_left", user_ids: ["gone"] } } : {};
    await sql`insert into messages (room_id, sequence, change, countable, sender_id, message_type, content, meta_data,
        created_at, updated_at)
      values (${room}, ${sequence}, ${sequence}, ${sequence}, 'founder', ${sequence === 4 ? "system" : "text"}, 'x',
        ${JSON.stringify(fact)}::jsonb, ${day(sequence)}, ${day(sequence)})`.execute(db);
  }
  await account.up(db);
  const { rows } = await sql`
    select user_id, from_sequence, to_sequence from membership_periods order by user_id limit 10`.execute(db);
  expect(rows).toEqual([
    { user_id: "founder", from_sequence: 1, to_sequence: null },
    { user_id: "gone", from_sequence: 2, to_sequence: 3 },
    { user_id: "later", from_sequence: 3, to_sequence: null },
    { user_id: "newest", from_sequence: 6, to_sequence: null },
  ]);
});
