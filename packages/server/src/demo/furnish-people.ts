/** Makes the demo's people: their names, pictures and status messages, and when they were last there. */
import type { Services } from "../context.ts";
import { saveLastSeen } from "../features/presence/presence-store.ts";
import { act, demoTenant } from "./act.ts";
import type { DemoPerson } from "./demo-people.ts";
import { createDemoRandom } from "./demo-random.ts";
import { drawPortrait } from "./draw-portrait.ts";
import { toPictureUrl, uploadFile } from "./upload-file.ts";

/** @param now when the demo begins */
export async function furnishPeople(services: Services, people: readonly DemoPerson[], now: Date): Promise<void> {
  for (const { id, name, role } of people) {
    await services.users.ensure({ tenantId: demoTenant, userId: id, name, role });
  }
  await Promise.all(people.map((person) => furnishPerson(services, person)));
  const random = createDemoRandom("last seen");
  await saveLastSeen(
    services.db,
    people.map(({ id }) => ({
      user: { tenantId: demoTenant, userId: id },
      at: new Date(now.getTime() - random.between(2, 600) * 60_000),
    })),
  );
}

async function furnishPerson(services: Services, { id, look, status }: DemoPerson): Promise<void> {
  const bytes = await drawPortrait(id, look);
  const picture = await uploadFile(services, id, { name: `${id}.jpg`, type: "image/jpeg", bytes });
  await act(services, id, "users.update", { avatar_url: toPictureUrl(services, picture) });
  await act(services, id, "presence.setStatusMessage", { status_message: status });
}
