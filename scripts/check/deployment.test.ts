/** The files of deploy/, which nothing here can run: they conform to what reads them, and to what we hold to. */
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { settings } from "../../packages/server/src/config-table.ts";
import { createMetrics } from "../../packages/server/src/metrics.ts";
import { checkCompose } from "./deployment/check-compose.ts";
import { checkDockerfile } from "./deployment/check-dockerfile.ts";
import { checkManifest } from "./deployment/check-manifests.ts";
import { checkLifecycle, checkPod } from "./deployment/check-pod.ts";
import { findUnknownMetrics, toSeriesNames } from "./deployment/find-metrics.ts";
import { type Json, type JsonObject, listAt, objectAt, textAt } from "./deployment/read-json.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const readYaml = (path: string): JsonObject => parse(read(path), { merge: true });
const deploy = "deploy/kubernetes";

/** Files of the folder that the cluster reads. */
const manifestFiles = globSync(`${deploy}/*.yaml`, { cwd: root }).filter(
  (path) => !/kustomization|prometheus-adapter/.test(path),
);
const manifests = manifestFiles.flatMap((path) =>
  parseAllDocuments(read(path)).map((document): JsonObject => document.toJS()),
);
const ofKind = (kind: string): JsonObject => {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return structuredClone(found);
};

/** Those that are the server's; others in an environment are of other images. */
const settingNames = new Set(Object.values(settings).flatMap(({ env }) => [env, `${env}_FILE`]));

function put(object: JsonObject, key: string, value: Json): void {
  object[key] = value;
}

describe("the Dockerfile", () => {
  const workspaces = globSync("{packages,examples}/*/package.json", { cwd: root }).map((path) => dirname(path));
  const text = read("deploy/Dockerfile");

  it("is one, and holds to our rules", () => {
    expect(checkDockerfile(text, workspaces)).toEqual([]);
  });

  it.each([
    ["USER 1000:1000", "USER root", "the last USER"],
    ["HEALTHCHECK", "#", "HEALTHCHECK"],
    [" --omit=dev", "", "for development"],
    ["COPY packages/protocol ", "COPY . ", "the whole folder"],
    ["COPY packages/react/package.json packages/react/", "", "packages/react/package.json"],
    ["node:24.21.0-trixie-slim", "node:latest", "whole version"],
    ["WORKDIR /app", "WORKDIRR /app", "line "],
  ])("would not be with %j replaced by %j", (from, to, problem) => {
    expect(text).toContain(from);
    expect(checkDockerfile(text.replace(from, to), workspaces).join("\n")).toContain(problem);
  });

  it("copies what its context has", () => {
    const ignored = read("deploy/Dockerfile.dockerignore").split("\n");
    const sources = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) => paths.split(" "));
    const isLetIn = (path: string) =>
      ignored.some((line) => line.startsWith("!") && (path === line.slice(1) || path.startsWith(`${line.slice(1)}/`)));
    expect(sources.filter((path) => !isLetIn(path.replace(/^\.\//, "")))).toEqual([]);
    expect(sources.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
  });
});

describe("compose.yaml", () => {
  const compose = readYaml("deploy/compose.yaml");

  it("conforms to the specification, and holds to our rules", () => {
    expect(checkCompose(compose)).toEqual([]);
  });

  it.each<[string, (changed: JsonObject) => void, string]>([
    ["an unknown key", (c) => put(objectAt(c, "services", "redis"), "helthcheck", {}), "must NOT have"],
    ["a writable root", (c) => put(objectAt(c, "services", "redis"), "read_only", false), "redis can write"],
    ["capabilities", (c) => put(objectAt(c, "services", "pipit-1"), "cap_drop", []), "pipit-1 keeps"],
    ["no version", (c) => put(objectAt(c, "services", "balancer"), "image", "caddy"), "without a version"],
    [
      "a password of its own",
      (c) => put(objectAt(c, "services", "postgres", "environment"), "POSTGRES_PASSWORD", "hunter2"),
      "must be given",
    ],
  ])("would not with %s", (_label, change, problem) => {
    const changed = structuredClone(compose);
    change(changed);
    expect(checkCompose(changed).join("\n")).toContain(problem);
  });

  it("names settings that there are, and files that there are", () => {
    const nodes = ["pipit-1", "pipit-2"].map((name) => objectAt(compose, "services", name));
    const names = nodes.flatMap((node) => Object.keys(objectAt(node, "environment")));
    expect(names.filter((name) => !settingNames.has(name))).toEqual([]);
    const caddy = read("deploy/Caddyfile");
    for (const name of ["pipit-1:3000", "pipit-2:3000", "media:9000", "health_uri /readyz"])
      expect(caddy).toContain(name);
    expect(JSON.parse(read("deploy/bucket-policy.json"))).toHaveProperty("Statement");
  });

  it("gets each variable that it asks for from what make-secrets.mjs writes, and no secret has a default", () => {
    const folder = mkdtempSync(join(tmpdir(), "pipit-secrets-"));
    const file = join(folder, ".env");
    const make = () => execFileSync(process.execPath, [join(root, "deploy/make-secrets.mjs"), file], { stdio: "pipe" });
    make();
    const lines = [...readFileSync(file, "utf8").matchAll(/^(\w+)=(.*)$/gm)];
    expect(make, "it replaces nothing").toThrow("is there already");
    rmSync(folder, { recursive: true });
    const asked = [...read("deploy/compose.yaml").matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name);
    const written = lines.map(([, name]) => name);
    expect([...new Set(asked)].filter((name) => !written.includes(name))).toEqual([]);
    const isSecret = (name = ""): boolean => /PASSWORD|SECRET|KEY/.test(name);
    for (const [, name, value = ""] of lines) if (isSecret(name)) expect(value, name).toMatch(/^[0-9a-f]{20,64}$/);
    for (const [, name, value] of read("deploy/.env.example").matchAll(/^(\w+)=(.*)$/gm)) {
      if (isSecret(name)) expect(value, name).toBe("");
    }
  });
});

describe("the manifests for Kubernetes", () => {
  const paths = [...read("packages/server/src/http/health-routes.ts").matchAll(/routes\.get\("([^"]+)"/g)].map(
    ([, path = ""]) => path,
  );
  const config = ofKind("ConfigMap");
  const drain = Number(textAt(config, "data", "PIPIT_DRAIN"));

  it("conform to the cluster's schemas", () => {
    expect(manifests.flatMap(checkManifest)).toEqual([]);
  });

  it("run pods that may do nothing but their work, and that end in order", () => {
    expect([...checkPod(ofKind("Deployment")), ...checkPod(ofKind("Job"))]).toEqual([]);
    expect(checkLifecycle(ofKind("Deployment"), drain, paths)).toEqual([]);
  });

  it.each<[string, (pod: JsonObject, container: JsonObject) => void, string]>([
    ["a misspelt probe", (_, c) => put(c, "livenessprobe", {}), "is not in the schema"],
    ["a word for a number", (p) => put(p, "terminationGracePeriodSeconds", "long"), 'breaks "type"'],
    ["root", (p) => put(p, "securityContext", {}), "may run as root"],
    ["a writable root", (_, c) => put(c, "securityContext", {}), "can write"],
    ["links to services", (p) => put(p, "enableServiceLinks", null), "does not start"],
    ["no patience", (p) => put(p, "terminationGracePeriodSeconds", 30), "before it has drained"],
    ["no preStop", (_, c) => put(c, "lifecycle", null), "closes its door"],
    ["another path", (_, c) => put(objectAt(c, "livenessProbe", "httpGet"), "path", "/live"), "no path of ours"],
  ])("would not with %s", (_label, change, problem) => {
    const changed = ofKind("Deployment");
    const pod = objectAt(changed, "spec", "template", "spec");
    change(pod, objectAt(pod, "containers", 0));
    const found = [...checkManifest(changed), ...checkPod(changed), ...checkLifecycle(changed, drain, paths)];
    expect(found.join("\n")).toContain(problem);
  });

  it("name settings that there are, with values that these take", () => {
    for (const kind of ["ConfigMap", "Secret"]) {
      const data = objectAt(ofKind(kind), kind === "Secret" ? "stringData" : "data");
      for (const [name, value] of Object.entries(data)) {
        const setting = Object.values(settings).find(({ env }) => env === name);
        expect(setting, name).toBeDefined();
        if (kind === "Secret") expect(value, `${name} is in nobody's repository`).toBe("");
        else expect(setting?.schema.safeParse(value).success, name).toBe(true);
      }
    }
  });

  it("are all in the kustomization, but for the secret and the job", () => {
    const listed = listAt(readYaml(`${deploy}/kustomization.yaml`), "resources").map((name) => `${deploy}/${name}`);
    const others = ["secret.example.yaml", "migrate-job.yaml"].map((name) => `${deploy}/${name}`);
    expect([...listed, ...others].sort()).toEqual([...manifestFiles].sort());
  });

  it("meet: selectors, ports and names are the same everywhere", () => {
    const labels = objectAt(ofKind("Deployment"), "spec", "template", "metadata", "labels");
    const selectors = [
      objectAt(ofKind("Deployment"), "spec", "selector", "matchLabels"),
      objectAt(ofKind("PodDisruptionBudget"), "spec", "selector", "matchLabels"),
      objectAt(ofKind("Service"), "spec", "selector"),
    ];
    for (const selector of selectors) expect(selector).toEqual(labels);
    const port = textAt(ofKind("Deployment"), "spec", "template", "spec", "containers", 0, "ports", 0, "containerPort");
    expect(textAt(ofKind("NetworkPolicy"), "spec", "ingress", 0, "ports", 0, "port")).toBe(port);
    expect(textAt(ofKind("Deployment"), "spec", "template", "metadata", "annotations", "prometheus.io/port")).toBe(
      port,
    );
    expect(textAt(ofKind("HorizontalPodAutoscaler"), "spec", "scaleTargetRef", "name")).toBe("pipit");
  });
});

describe("figures", async () => {
  const metrics = createMetrics();
  metrics.watchBus(() => true);
  const known = toSeriesNames(await metrics.registry.getMetricsAsArray());
  const alerts = listAt(readYaml("deploy/prometheus/alerts.yaml"), "groups").flatMap((group) => listAt(group, "rules"));
  const dashboard: JsonObject = JSON.parse(read("deploy/grafana/pipit.json"));
  const queries = listAt(dashboard, "panels").flatMap((panel) =>
    listAt(panel, "targets").map((one) => textAt(one, "expr")),
  );

  it("that alerts, the dashboard and the autoscaler ask for are there", () => {
    expect(alerts.length).toBeGreaterThan(8);
    expect(queries.length).toBeGreaterThan(15);
    const texts = [...alerts.map((alert) => textAt(alert, "expr")), ...queries];
    texts.push(read(`${deploy}/prometheus-adapter.yaml`), read(`${deploy}/autoscaler.yaml`));
    for (const text of texts) expect(findUnknownMetrics(text, known), text).toEqual([]);
    expect(findUnknownMetrics("rate(pipit_mesages_total[5m]) / pipit_sockets", known)).toEqual(["pipit_mesages_total"]);
  });

  it("are asked for by labels that they have", () => {
    const sources = ["jobs/jobs.ts", "metrics.ts"].map((path) => read(`packages/server/src/${path}`)).join("\n");
    const outcomes = [...sources.matchAll(/type \w+Outcome = ([^;]+);/g)].map(([, union = ""]) => union).join();
    const asked = [...read("deploy/prometheus/alerts.yaml"), ...read("deploy/grafana/pipit.json")].join("");
    const values = [...asked.matchAll(/outcome=\\?"(\w+)/g)].map(([, value]) => value);
    expect(values.length).toBeGreaterThan(2);
    for (const value of values) expect(outcomes).toContain(`"${value}"`);
  });

  it("are explained: each alert has its place in the docs", () => {
    const docs = read("docs/operations/alerts.md");
    for (const alert of alerts) {
      const name = textAt(alert, "alert");
      expect(docs).toContain(`## ${name}\n`);
      expect(textAt(alert, "annotations", "runbook_url")).toBe(`docs/operations/alerts.md#${name.toLowerCase()}`);
    }
  });
});
