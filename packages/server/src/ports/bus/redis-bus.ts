/**
 * The bus over Redis' sharded publish and subscribe: a topic is a channel, which a node is subscribed to while it listens.
 * What Redis loses while a connection is away is not sent again: the nodes are told that there was a gap (G4).
 */
import type { Redis } from "ioredis";
import type { HintOutcome } from "../../metrics.ts";
import type { Timers } from "../../timers.ts";
import { connectRedis, type RedisParts } from "../redis/connect-redis.ts";
import { AnswersOf } from "./answers-of.ts";
import type { Bus, BusMessage } from "./bus.ts";

export type RedisBusParts = RedisParts & {
  url: string;
  nodeId: string;
  timers: Timers;
  observe(outcome: HintOutcome): void;
};

const prefix = "pipit:bus:";
/** Channels of one command. */
const maxChannels = 1_000;
/** What is published and not yet taken by Redis; beyond it, Redis counts as away. */
const maxPending = 20_000;
const probeSeconds = 2;
/** Everybody's topic, for what concerns the bus itself. */
const gaps = "gaps";

export function createRedisBus(parts: RedisBusParts): Bus {
  return new RedisBus(parts);
}

/** A body on the wire is `<node> <answer to><newline><body>`, where the second is empty if nobody waits for an answer. */
class RedisBus implements Bus {
  readonly #parts: RedisBusParts;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #topics = new Set<string>();
  readonly #subscribing = new Map<string, Promise<void>>();
  readonly #answers: AnswersOf;
  readonly #answerTopic: string;
  #take: (message: BusMessage) => void = () => {};
  #tellGap: () => void = () => {};
  /** Channels are subscribed to anew after each connection; until then this node hears nothing. */
  #isListening = false;
  /** Something was published that others can't have heard. */
  #hasLost = false;
  #pending = 0;
  #calm: () => void = () => {};
  #isClosed = false;

  constructor(parts: RedisBusParts) {
    this.#parts = parts;
    const { url, nodeId, timers } = parts;
    this.#answerTopic = `node:${nodeId}`;
    this.#answers = new AnswersOf(timers);
    for (const topic of [gaps, this.#answerTopic]) this.#topics.add(topic);
    this.#publisher = connectRedis(url, { ...parts, name: "publisher" });
    this.#subscriber = connectRedis(url, { ...parts, name: "subscriber" });
    this.#publisher.on("ready", () => this.#tellOthersOfGap());
    this.#subscriber.on("ready", () => void this.#listenAnew());
    this.#subscriber.on("close", () => {
      this.#isListening = false;
    });
    this.#subscriber.on("smessage", (channel: string, text: string) => this.#hear(channel, text));
    this.#probeLater();
  }

  publish(topic: string, body: string): void {
    void this.#send(topic, "", body);
  }

  async publishSurely(topic: string, body: string): Promise<boolean> {
    const answers = this.#answers.expect();
    return answers.wait(this.#send(topic, `${this.#answerTopic}/${answers.id}`, body));
  }

  async listen(topics: readonly string[]): Promise<void> {
    const added = topics.filter((topic) => !this.#topics.has(topic));
    for (const topic of added) this.#topics.add(topic);
    if (!this.#isListening) return;
    const subscribed = this.#subscribeOrReconnect(added);
    for (const topic of added) this.#subscribing.set(topic, subscribed);
    // Those too that somebody else has just asked for.
    await Promise.all(topics.map((topic) => this.#subscribing.get(topic)));
    for (const topic of added) if (this.#subscribing.get(topic) === subscribed) this.#subscribing.delete(topic);
  }

  ignore(topics: readonly string[]): void {
    const known = topics.filter((topic) => this.#topics.delete(topic));
    if (!this.#isListening) return;
    for (const channels of inChunks(known)) {
      this.#subscriber.sunsubscribe(...channels).catch((error) => this.#noteFailure(error));
    }
  }

  onMessage(take: (message: BusMessage) => void): void {
    this.#take = take;
  }

  onGap(take: () => void): void {
    this.#tellGap = take;
  }

  isThere(): boolean {
    return this.#isListening && this.#publisher.status === "ready";
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#calm();
    this.#answers.close();
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  /** @returns how many nodes it reached, this one among them if it listens; undefined if it was lost */
  async #send(topic: string, answerTo: string, body: string): Promise<number | undefined> {
    if (this.#isClosed) return undefined;
    if (this.#publisher.status !== "ready" || this.#pending >= maxPending) return this.#lose();
    this.#pending += 1;
    this.#gatherWrites();
    this.#parts.observe("told");
    try {
      return Number(await this.#publisher.spublish(prefix + topic, `${this.#parts.nodeId} ${answerTo}\n${body}`));
    } catch (error) {
      this.#noteFailure(error);
      return this.#lose();
    } finally {
      this.#pending -= 1;
    }
  }

  #lose(): undefined {
    this.#hasLost = true;
    this.#parts.observe("lost");
  }

  // What a tick has to say goes out in one system call: half the processor time of a hint.
  #gatherWrites(): void {
    const { stream } = this.#publisher;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  #hear(channel: string, text: string): void {
    const end = text.indexOf("\n");
    const space = text.indexOf(" ");
    const from = text.slice(0, space);
    const answerTo = text.slice(space + 1, end);
    const topic = channel.slice(prefix.length);
    if (from !== this.#parts.nodeId) this.#hearOther(topic, text.slice(end + 1));
    if (answerTo !== "") this.#answer(answerTo);
  }

  #hearOther(topic: string, body: string): void {
    this.#parts.observe("heard");
    if (topic === gaps) this.#tellGap();
    else if (topic === this.#answerTopic) this.#answers.take(body);
    else {
      try {
        this.#take({ topic, body });
      } catch (error) {
        this.#parts.log.error({ err: error, topic }, "what another node told could not be taken");
      }
    }
  }

  // Its own echo counts as an answer: how many hear is told with this node among them.
  #answer(answerTo: string): void {
    const [topic = "", id = ""] = answerTo.split("/");
    if (topic === this.#answerTopic) this.#answers.take(id);
    else this.publish(topic, id);
  }

  async #listenAnew(): Promise<void> {
    this.#isListening = true;
    await this.#subscribeOrReconnect([...this.#topics]);
    if (this.#isListening) this.#tellGap();
  }

  // Without all of its topics, this node would be deaf to some and not know it: they are subscribed to with the next
  // connection, which is told as a gap.
  async #subscribeOrReconnect(topics: readonly string[]): Promise<void> {
    try {
      await this.#subscribe(topics);
    } catch (error) {
      this.#noteFailure(error);
      if (this.#isListening) this.#subscriber.disconnect(true);
    }
  }

  async #subscribe(topics: readonly string[]): Promise<void> {
    for (const channels of inChunks(topics)) await this.#subscriber.ssubscribe(...channels);
  }

  #tellOthersOfGap(): void {
    if (!this.#hasLost) return;
    this.#hasLost = false;
    this.publish(gaps, "");
  }

  // A Redis that is stopped, or cut off without a word, keeps its connections: only silence tells.
  #probeLater(): void {
    this.#calm = this.#parts.timers.after(probeSeconds, () => {
      for (const redis of [this.#publisher, this.#subscriber]) {
        if (redis.status !== "ready") continue;
        redis.ping().catch((error) => {
          this.#noteFailure(error);
          redis.disconnect(true);
        });
      }
      if (!this.#isClosed) this.#probeLater();
    });
  }

  #noteFailure(error: unknown): void {
    if (!this.#isClosed) this.#parts.log.debug({ err: error }, "the bus failed");
  }
}

function* inChunks(topics: readonly string[]): Iterable<string[]> {
  for (let start = 0; start < topics.length; start += maxChannels) {
    yield topics.slice(start, start + maxChannels).map((topic) => prefix + topic);
  }
}
