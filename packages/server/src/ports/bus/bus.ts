/** How the nodes of one system tell each other things. */

/** What was published on a topic. */
export type BusMessage = { topic: string; body: string };

/**
 * Topics that nodes publish on and listen to. What is published is a hint: it may be lost while the bus is away, and is
 * told to no node twice. What one node publishes on one topic comes in that order. A node never hears itself.
 */
export interface Bus {
  /** Tells the other nodes that listen to a topic. Never waits, never throws: what can't be told is lost, and noted. */
  publish(topic: string, body: string): void;
  /**
   * As `publish`. @returns once every other node that listens has taken it, or gave no answer within half a second (then
   * it gives `false`: somebody may not have taken it yet)
   */
  publishSurely(topic: string, body: string): Promise<boolean>;
  /**
   * Listens to topics from now on: what is published once this has resolved is heard. While the bus is away it resolves at
   * once, and they are listened to from its return on.
   */
  listen(topics: readonly string[]): Promise<void>;
  /** Listens to them no more. */
  ignore(topics: readonly string[]): void;
  /** Sets who takes what is heard, one after another; a node has one such. */
  onMessage(take: (message: BusMessage) => void): void;
  /** Sets who is called when this node may have missed something, once it hears again. */
  onGap(take: () => void): void;
  /** Whether it can be told and heard of others now. */
  isThere(): boolean;
  close(): Promise<void>;
}
