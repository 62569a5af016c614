/** Checks Kubernetes manifests against the cluster's own schemas, and for keys that no schema knows. */

import { validate as deployment } from "kubernetes-models/_schemas/IoK8sApiAppsV1Deployment";
import { validate as autoscaler } from "kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscaler";
import { validate as job } from "kubernetes-models/_schemas/IoK8sApiBatchV1Job";
import { validate as configMap } from "kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap";
import { validate as namespace } from "kubernetes-models/_schemas/IoK8sApiCoreV1Namespace";
import { validate as secret } from "kubernetes-models/_schemas/IoK8sApiCoreV1Secret";
import { validate as service } from "kubernetes-models/_schemas/IoK8sApiCoreV1Service";
import { validate as ingress } from "kubernetes-models/_schemas/IoK8sApiNetworkingV1Ingress";
import { validate as networkPolicy } from "kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy";
import { validate as disruptionBudget } from "kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget";
import { type Json, type JsonObject, objectAt, textAt } from "./read-json.ts";

type Validate = ((data: unknown) => boolean) & { errors?: { instancePath: string; keyword: string }[] | null };

const validators: Record<string, Validate> = {
  "apps/v1 Deployment": deployment,
  "autoscaling/v2 HorizontalPodAutoscaler": autoscaler,
  "batch/v1 Job": job,
  "networking.k8s.io/v1 Ingress": ingress,
  "networking.k8s.io/v1 NetworkPolicy": networkPolicy,
  "policy/v1 PodDisruptionBudget": disruptionBudget,
  "v1 ConfigMap": configMap,
  "v1 Namespace": namespace,
  "v1 Secret": secret,
  "v1 Service": service,
};

/** What is wrong with a manifest, a line each. */
export function checkManifest(manifest: JsonObject): string[] {
  const kind = `${textAt(manifest, "apiVersion")} ${textAt(manifest, "kind")}`;
  const name = `${kind} ${textAt(objectAt(manifest, "metadata"), "name")}`;
  const validate = validators[kind];
  if (!validate) return [`${name}: there is no schema for this kind`];
  const { copy, unread } = watchReads(manifest);
  const wrong = validate(copy)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} breaks "${error.keyword}"`);
  return [...wrong, ...unread().map((path) => `${path} is not in the schema`)].map((problem) => `${name}: ${problem}`);
}

/** Schemas of Kubernetes allow keys that they don't know, which the cluster then drops: a misspelt probe is none. What a
 * validator never reads is such a key. */
function watchReads(root: JsonObject): { copy: unknown; unread: () => string[] } {
  const read = new Set<string>();
  const watch = (value: Json, path: string): unknown => {
    if (typeof value !== "object" || value === null) return value;
    return new Proxy(value, {
      get(target, key) {
        const inner: unknown = Reflect.get(target, key);
        if (typeof key !== "string" || (Array.isArray(target) && key === "length")) return inner;
        read.add(`${path}/${key}`);
        return watch(inner as Json, `${path}/${key}`);
      },
    });
  };
  return { copy: watch(root, ""), unread: () => listPaths(root, "").filter((path) => !read.has(path)) };
}

function listPaths(value: Json, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${path}/${key}`, ...listPaths(inner, `${path}/${key}`)]);
}
