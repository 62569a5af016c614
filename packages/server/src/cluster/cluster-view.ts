/** What is told of a cluster. */
import { readMemory } from "../media/pool/read-memory.ts";
import type { ClusterNode, NodeState } from "./cluster-node.ts";

export type NodeView = {
  name: string;
  state: NodeState;
  pid: number | null;
  port: number | null;
  /** WebSockets that the balancer has open to it. */
  sockets: number;
  /** Resident; null where the system does not tell. */
  memory_bytes: number | null;
  uptime_seconds: number;
  restarts: number;
};

export type ClusterView = { nodes: NodeView[]; is_rolling: boolean };

export async function viewNode(node: ClusterNode): Promise<NodeView> {
  const { name, state, pid = null, port = null, sockets, uptimeSeconds, restarts } = node;
  const memory = pid === null ? undefined : await readMemory(pid);
  const memory_bytes = memory?.resident ?? null;
  return { name, state, pid, port, sockets, memory_bytes, uptime_seconds: uptimeSeconds, restarts };
}
