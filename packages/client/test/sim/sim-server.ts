/** The real server's use-cases behind simulated sockets and requests, one at a time. */
import type { Hono } from "hono";
import { AppError } from "../../../server/src/app-error.ts";
import type { Services } from "../../../server/src/context.ts";
import { createServices } from "../../../server/src/create-services.ts";
import { failWith } from "../../../server/src/doors/fail-with.ts";
import { createRunOperation, operationsByEvent, type RunOperation } from "../../../server/src/doors/run-operation.ts";
import { handlers } from "../../../server/src/features/handlers.ts";
import { retainMessages } from "../../../server/src/features/messages/retain-messages.ts";
import { findRoomPlaces } from "../../../server/src/features/rooms/rooms-access.ts";
import type { FindActor } from "../../../server/src/http/find-actor.ts";
import { createRestRoutes } from "../../../server/src/http/rest-routes.ts";
import { type Authenticator, createAuthenticator } from "../../../server/src/identity/authenticate.ts";
import type { Limits } from "../../../server/src/ports/limits/limits.ts";
import { createPublicOrigin } from "../../../server/src/public-origin.ts";
import {
  deviceAudience,
  roomAudience,
  silentAudience,
  userAudience,
} from "../../../server/src/sockets/socket-audiences.ts";
import type { Envelope } from "../../src/connection/wire.ts";
import { createSimAudiences, type SimAudiences, type SimSocket } from "./sim-audiences.ts";
import { type SimDatabase, simSecret } from "./sim-database.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export type RestRequest = { method: string; url: string; headers: Record<string, string>; body: string | undefined };
export type RestAnswer = { status: number; text: string };

/** What a connection needs to be let in, and what becomes of it. */
export type Arrival = { token: string; deviceId: string | undefined; push: SimSocket["push"]; end: SimSocket["end"] };
export type Refusal = { code: string; error: string };

const noLimits: Limits = { take: async () => {} };
const silent = { noteAppended: () => {}, noteRead: () => {}, close: async () => {} };
const quiet = { isHigh: () => false, noteSockets: () => {}, close: () => {} };

type Parts = {
  services: Services;
  audiences: SimAudiences;
  run: RunOperation;
  router: Hono;
  authenticator: Authenticator;
};

export class SimServer {
  readonly #database: SimDatabase;
  readonly #clock: VirtualClock;
  #parts: Parts;
  #sockets = 0;
  calls = 0;

  constructor(database: SimDatabase, clock: VirtualClock) {
    this.#database = database;
    this.#clock = clock;
    this.#parts = this.#create();
  }

  get services(): Services {
    return this.#parts.services;
  }

  get run(): RunOperation {
    return this.#parts.run;
  }

  /** All that was in memory is lost; whoever was connected is not known any more. */
  async restart(): Promise<void> {
    await this.close();
    this.#parts = this.#create();
  }

  async close(): Promise<void> {
    await this.#parts.services.devices.activity.close();
    await this.#parts.services.presenceParts.close();
  }

  /** Lets a connection in, as admit-socket.ts does. */
  async admit(arrival: Arrival): Promise<SimSocket | Refusal> {
    const { authenticator, audiences, services } = this.#parts;
    this.calls += 1;
    this.#sockets += 1;
    const id = `socket-${this.#sockets}`;
    try {
      const { actor } = await authenticator.identify(arrival.token, arrival.deviceId);
      const { push, end } = arrival;
      const socket: SimSocket = {
        id,
        actor: { ...actor, socketId: id },
        audiences: new Set(),
        isLoggedOut: false,
        push,
        end,
      };
      await services.devices.gate.requireOpen(actor);
      for (const audience of [id, userAudience(actor)]) audiences.join(socket, audience);
      const { tenantId, userId, deviceId } = actor;
      if (deviceId !== undefined) audiences.join(socket, deviceAudience({ tenantId, userId, deviceId }));
      for (const place of await findRoomPlaces(services.db, actor)) {
        audiences.join(socket, roomAudience(place.id));
        if (place.is_silent) audiences.join(socket, silentAudience(place.id));
      }
      return socket;
    } catch (error) {
      return toRefusal(failWith(services.log, error, { operation: "connect" }).failure);
    }
  }

  forget(socket: SimSocket): void {
    this.#parts.audiences.forget(socket);
  }

  /** Runs what a socket asked for. Nothing is done for one that was logged out. */
  async ask(socket: SimSocket, event: string, payload: unknown): Promise<Envelope | undefined> {
    if (socket.isLoggedOut) return undefined;
    this.calls += 1;
    const target = operationsByEvent.get(event);
    try {
      if (!target) throw new AppError("invalid_request", { message: `There is no event ${event}.` });
      return toJson({ success: true, ...(await this.#parts.run(target.name, socket.actor, payload)) });
    } catch (error) {
      return toJson(failWith(this.#parts.services.log, error, { operation: event }).failure);
    }
  }

  async request({ url, ...init }: RestRequest): Promise<RestAnswer> {
    this.calls += 1;
    const response = await this.#parts.router.request(url, { ...init, body: init.body ?? null });
    return { status: response.status, text: await response.text() };
  }

  retain(olderThan: Date): Promise<unknown> {
    this.calls += 1;
    return retainMessages(this.#parts.services, { olderThan, limit: 1_000 });
  }

  #create(): Parts {
    const { config, log, open, vapid, metrics } = this.#database;
    const clock = { now: () => new Date(this.#clock.now()) };
    const timers = {
      after: (seconds: number, act: () => void) => {
        const timer = this.#clock.setTimeout(act, seconds * 1000);
        return () => this.#clock.clearTimeout(timer);
      },
    };
    const origin = createPublicOrigin(config);
    const services = createServices(
      config,
      log,
      clock,
      open,
      { jwt: simSecret, vapid },
      origin,
      { timers, load: quiet },
      metrics,
    );
    services.push.signals = silent;
    const audiences = createSimAudiences();
    services.audiences = audiences;
    const authenticator = createAuthenticator(services, { jwt: simSecret, admin: simSecret });
    const run = createRunOperation(services, noLimits, handlers);
    const findActor: FindActor = async (c) => {
      const token = c.req.header("authorization")?.replace("Bearer ", "");
      return (await authenticator.authenticate(token, c.req.header("x-device-id"))).actor;
    };
    const router = createRestRoutes({ services, run, limits: noLimits, findActor });
    return { services, audiences, run, router, authenticator };
  }
}

export function isRefusal(admitted: SimSocket | Refusal): admitted is Refusal {
  return "code" in admitted;
}

function toRefusal({ code, error }: { code: string; error: string }): Refusal {
  return { code, error };
}

/** As it comes out of the wire. */
function toJson(envelope: object): Envelope {
  return JSON.parse(JSON.stringify(envelope));
}
