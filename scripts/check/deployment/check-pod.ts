/** What we hold pods to. */
import { type JsonObject, listAt, objectAt, textAt } from "./read-json.ts";

/** Seconds that the server gives itself after the drain (packages/server/src/cli/start.ts). */
const patienceSeconds = 30;

/** What is wrong with a Deployment or a Job, a line each. */
export function checkPod(manifest: JsonObject): string[] {
  const pod = objectAt(manifest, "spec", "template", "spec");
  const container = objectAt(pod, "containers", 0);
  const rules: [boolean, string][] = [
    [pod.enableServiceLinks === false, "services put PIPIT_… into its environment, with which it does not start"],
    [pod.automountServiceAccountToken === false, "it is given a token of the cluster"],
    [objectAt(pod, "securityContext").runAsNonRoot === true, "it may run as root"],
    [Number(textAt(pod, "securityContext", "runAsUser")) > 0, "it has no user"],
    [textAt(pod, "securityContext", "seccompProfile", "type") === "RuntimeDefault", "it has no seccomp profile"],
    [objectAt(container, "securityContext").allowPrivilegeEscalation === false, "it may gain privileges"],
    [objectAt(container, "securityContext").readOnlyRootFilesystem === true, "it can write to its root filesystem"],
    [listAt(container, "securityContext", "capabilities", "drop").includes("ALL"), "it keeps capabilities"],
    [textAt(container, "resources", "limits", "memory") !== "", "its memory has no limit"],
    [mountOf(container, "/data") !== "", "there is nothing writable at /data"],
  ];
  return report(manifest, rules);
}

/** What is wrong with the Deployment's start and end. @param drain PIPIT_DRAIN @param paths those that the server answers */
export function checkLifecycle(manifest: JsonObject, drain: number, paths: readonly string[]): string[] {
  const pod = objectAt(manifest, "spec", "template", "spec");
  const container = objectAt(pod, "containers", 0);
  const preStop = Number(listAt(container, "lifecycle", "preStop", "exec", "command")[1]);
  const grace = Number(textAt(pod, "terminationGracePeriodSeconds"));
  const pathOf = (probe: string) => textAt(container, probe, "httpGet", "path");
  const probes = ["startupProbe", "livenessProbe", "readinessProbe"];
  const rules: [boolean, string][] = [
    ...probes.map((probe): [boolean, string] => [paths.includes(pathOf(probe)), `${probe} asks for no path of ours`]),
    [pathOf("livenessProbe") === "/healthz", "it is ended when PostgreSQL does not answer"],
    [pathOf("readinessProbe") === "/readyz", "it is sent traffic that it can't serve"],
    [preStop > 0, "it closes its door before the ingress knows"],
    [grace >= preStop + drain + patienceSeconds, `it is killed after ${grace} s, before it has drained`],
    [listAt(pod, "topologySpreadConstraints").length > 0, "all of them may be on one machine"],
  ];
  return report(manifest, rules);
}

function mountOf(container: JsonObject, path: string): string {
  const mount = listAt(container, "volumeMounts").find((one) => textAt(one, "mountPath") === path);
  return textAt(mount, "name");
}

function report(manifest: JsonObject, rules: [boolean, string][]): string[] {
  const name = textAt(manifest, "metadata", "name");
  return rules.filter(([holds]) => !holds).map(([, problem]) => `${name}: ${problem}`);
}
