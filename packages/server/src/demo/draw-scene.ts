/** Draws the pictures that people of the demo send each other. */
import sharp from "sharp";
import { createDemoRandom, type DemoRandom } from "./demo-random.ts";

export type SceneKind = "hills" | "sea" | "night" | "campus" | "field" | "flowers" | "food" | "board" | "chart" | "lab";

type Scene = { name: string; type: string; bytes: Buffer };
type Painter = (random: DemoRandom, width: number, height: number) => string;

const sizes: [number, number][] = [
  [1280, 853],
  [853, 1280],
  [1080, 1080],
  [1280, 720],
  [720, 1280],
  [1000, 750],
];

const painters: Record<SceneKind, Painter> = { hills, sea, night, campus, field, flowers, food, board, chart, lab };

export function isSceneKind(kind: string): kind is SceneKind {
  return Object.hasOwn(painters, kind);
}

/** A picture of the kind, of one of several sizes and shapes; the same seed gives the same picture. */
export async function drawScene(kind: SceneKind, seed: string): Promise<Scene> {
  const random = createDemoRandom(`scene ${kind} ${seed}`);
  const [width, height] = random.pick(sizes);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${painters[kind](random, width, height)}</svg>`;
  const image = sharp(Buffer.from(svg));
  const name = `${kind}-${random.between(1000, 9999)}`;
  if (kind !== "chart")
    return { name: `${name}.jpg`, type: "image/jpeg", bytes: await image.jpeg({ quality: 82 }).toBuffer() };
  return { name: `${name}.png`, type: "image/png", bytes: await image.png({ palette: true }).toBuffer() };
}

function sky(top: string, bottom: string, width: number, height: number): string {
  return `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs><rect width="${width}" height="${height}" fill="url(#sky)"/>`;
}

function ridge(random: DemoRandom, width: number, height: number, top: number, rough: number, fill: string): string {
  const steps = 14;
  const points = Array.from({ length: steps + 1 }, (_, index) => {
    const y = height * (top + (random.next() - 0.5) * rough);
    return `${Math.round((width * index) / steps)},${Math.round(y)}`;
  });
  return `<polygon points="0,${height} ${points.join(" ")} ${width},${height}" fill="${fill}"/>`;
}

function disc(x: number, y: number, radius: number, fill: string, opacity = 1): string {
  return `<circle cx="${Math.round(x)}" cy="${Math.round(y)}" r="${Math.round(radius)}" fill="${fill}" opacity="${opacity}"/>`;
}

function box(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${Math.round(x)}" y="${Math.round(y)}" width="${Math.round(width)}" height="${Math.round(height)}" rx="3" fill="${fill}"/>`;
}

function many(count: number, draw: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => draw(index)).join("");
}

function hills(random: DemoRandom, width: number, height: number): string {
  const [top, bottom, ...layers] = random.pick([
    ["#7cb7e8", "#fde9c9", "#8fb3a6", "#5f9481", "#33695a", "#1d4a3d"],
    ["#f08a5d", "#fbd8a0", "#a66b86", "#7a4a70", "#4c3157", "#2b2140"],
    ["#a9c9e8", "#f4f7fb", "#c9d8e4", "#9fb6c8", "#6f8ba3", "#425d78"],
  ]);
  const sun = disc(width * (0.2 + random.next() * 0.6), height * 0.3, width * 0.06, "#fff4c4", 0.9);
  const ridges = layers.map((fill, index) =>
    ridge(random, width, height, 0.45 + index * 0.13, 0.16 - index * 0.025, fill),
  );
  return sky(top ?? "", bottom ?? "", width, height) + sun + ridges.join("");
}

function sea(random: DemoRandom, width: number, height: number): string {
  const [top, bottom, water, dark] = random.pick([
    ["#2b5876", "#f7a072", "#34658a", "#1f4766"],
    ["#6ec3f4", "#e8f6ff", "#2f8fb5", "#1b6f93"],
    ["#5b4b8a", "#f6c28b", "#4a4a86", "#31336a"],
  ]);
  const x = width * (0.3 + random.next() * 0.4);
  const horizon = height * 0.58;
  const glints = many(26, (index) => {
    const y = horizon + ((height - horizon) * (index + 1)) / 27;
    const length = width * (0.03 + random.next() * 0.1);
    return box(x - length / 2 + (random.next() - 0.5) * width * 0.16, y, length, 3, "#ffe9c2");
  });
  return `${sky(top ?? "", bottom ?? "", width, height)}${disc(x, horizon - height * 0.06, width * 0.08, "#fff1d0")}
    ${box(0, horizon, width, height - horizon, water ?? "")}${ridge(random, width, height, 0.93, 0.05, dark ?? "")}<g opacity=".7">${glints}</g>`;
}

function night(random: DemoRandom, width: number, height: number): string {
  const stars = many(90, () =>
    disc(random.next() * width, random.next() * height * 0.6, 1 + random.next() * 2, "#fff", 0.8),
  );
  const houses = many(9, (index) => {
    const tall = height * (0.2 + random.next() * 0.3);
    const left = (width * index) / 9;
    const wide = width / 9 - 4;
    const windows = many(8, (at) =>
      random.next() > 0.45
        ? box(
            left + wide * (0.2 + (at % 2) * 0.4),
            height - tall + 20 + Math.floor(at / 2) * 42,
            wide * 0.2,
            22,
            "#ffd479",
          )
        : "",
    );
    return box(left, height - tall, wide, tall, random.pick(["#151b33", "#1b2140", "#10152a"])) + windows;
  });
  return (
    sky("#0a1030", "#3a2f5f", width, height) +
    stars +
    disc(width * 0.78, height * 0.2, width * 0.05, "#f5f0d8") +
    houses
  );
}

function campus(random: DemoRandom, width: number, height: number): string {
  const top = height * 0.38;
  const windows = many(24, (index) =>
    box(
      width * (0.2 + (index % 8) * 0.076),
      top + height * (0.06 + Math.floor(index / 8) * 0.11),
      width * 0.045,
      height * 0.07,
      random.next() > 0.8 ? "#fde68a" : "#cfe3f2",
    ),
  );
  const trees = many(5, (index) => {
    const x = width * (0.06 + index * 0.22);
    return (
      box(x - 6, height * 0.74, 12, height * 0.12, "#6b4a2f") +
      disc(x, height * 0.7, width * (0.05 + random.next() * 0.02), random.pick(["#3f7d4e", "#57934f", "#2f6a45"]))
    );
  });
  return `${sky("#8ec5ee", "#eef7fc", width, height)}${box(0, height * 0.8, width, height * 0.2, "#8fbf6a")}
    ${box(width * 0.16, top, width * 0.68, height * 0.44, "#c96f4a")}<polygon points="${width * 0.13},${top} ${width / 2},${height * 0.2} ${width * 0.87},${top}" fill="#7d3f2a"/>
    ${windows}${box(width * 0.46, height * 0.7, width * 0.08, height * 0.12, "#4a2d1d")}${trees}`;
}

function field(random: DemoRandom, width: number, height: number): string {
  const stripes = many(10, (index) =>
    box((width * index) / 10, height * 0.42, width / 10 + 1, height * 0.58, index % 2 ? "#4f9a4b" : "#5cab55"),
  );
  const lines = many(
    6,
    (index) =>
      `<path d="M${width * (0.1 + index * 0.16)} ${height}L${width * (0.3 + index * 0.08)} ${height * 0.42}" stroke="#fff" stroke-width="5" opacity=".85"/>`,
  );
  const flags = many(4, (index) => {
    const x = width * (0.15 + index * 0.24);
    return `${box(x, height * 0.28, 5, height * 0.16, "#555")}<polygon points="${x + 5},${height * 0.28} ${x + 60},${height * 0.31} ${x + 5},${height * 0.34}" fill="${random.pick(["#e11d48", "#f59e0b", "#2563eb"])}"/>`;
  });
  return sky("#64b5f0", "#e4f4ff", width, height) + stripes + lines + flags;
}

function flowers(random: DemoRandom, width: number, height: number): string {
  const heads = many(34, () => {
    const x = random.next() * width;
    const y = height * (0.25 + random.next() * 0.7);
    const radius = width * (0.02 + random.next() * 0.02);
    const colour = random.pick(["#f43f5e", "#f59e0b", "#a855f7", "#fb7185", "#facc15", "#f0abfc"]);
    const petals = many(6, (at) =>
      disc(x + Math.cos(at * 1.047) * radius, y + Math.sin(at * 1.047) * radius, radius * 0.7, colour),
    );
    return `<path d="M${x} ${y}q8 ${radius * 4} 0 ${radius * 8}" stroke="#3d7a3a" stroke-width="5" fill="none"/>${petals}${disc(x, y, radius * 0.6, "#fef3c7")}`;
  });
  return sky("#d8f0c8", "#6da858", width, height) + heads;
}

function food(random: DemoRandom, width: number, height: number): string {
  const edge = Math.min(width, height);
  const [x, y] = [width / 2, height / 2];
  const pieces = many(16, () => {
    const angle = random.next() * 6.283;
    const far = edge * 0.22 * Math.sqrt(random.next());
    return disc(
      x + Math.cos(angle) * far,
      y + Math.sin(angle) * far,
      edge * (0.02 + random.next() * 0.03),
      random.pick(["#dc2626", "#84cc16", "#facc15", "#92400e", "#fef3c7"]),
    );
  });
  return `${box(0, 0, width, height, random.pick(["#b08968", "#7f5539", "#495057"]))}${disc(x, y, edge * 0.42, "#f8fafc")}${disc(x, y, edge * 0.36, "#e9ecef")}${disc(x, y, edge * 0.29, random.pick(["#f6bd60", "#e29578", "#cdb4db"]))}${pieces}`;
}

function board(random: DemoRandom, width: number, height: number): string {
  const strokes = many(26, (index) => {
    const x = width * (0.08 + (index % 2) * 0.44);
    const y = height * (0.1 + Math.floor(index / 2) * 0.062);
    const bumps = many(
      random.between(4, 9),
      () => `q${random.between(6, 16)} ${random.between(-22, 22)} ${random.between(20, 44)} 0`,
    );
    return `<path d="M${Math.round(x)} ${Math.round(y)}${bumps}" stroke="${random.pick(["#f1f5f9", "#f1f5f9", "#fde68a"])}" stroke-width="4" fill="none" stroke-linecap="round" opacity=".9"/>`;
  });
  return `${box(0, 0, width, height, "#7a5230")}${box(width * 0.03, height * 0.03, width * 0.94, height * 0.94, "#21463b")}${strokes}`;
}

function chart(random: DemoRandom, width: number, height: number): string {
  const slope = 0.4 + random.next() * 0.4;
  const points = many(22, (index) => {
    const x = 0.1 + (0.82 * index) / 22;
    const y = 0.86 - slope * (x - 0.1) - 0.25 * (x - 0.1) ** 2 + (random.next() - 0.5) * 0.06;
    return disc(width * x, height * y, width * 0.009, index % 3 ? "#2563eb" : "#dc2626");
  });
  const grid = many(
    9,
    (index) =>
      box(width * 0.1, height * (0.1 + index * 0.095), width * 0.84, 1, "#d4d8dd") +
      box(width * (0.1 + index * 0.105), height * 0.08, 1, height * 0.78, "#d4d8dd"),
  );
  return `${box(0, 0, width, height, "#ffffff")}${grid}${box(width * 0.1, height * 0.86, width * 0.84, 4, "#333")}${box(width * 0.1, height * 0.08, 4, height * 0.78, "#333")}${points}`;
}

function lab(random: DemoRandom, width: number, height: number): string {
  const glasses = many(6, (index) => {
    const x = width * (0.1 + index * 0.15);
    const y = height * 0.72;
    const tall = height * (0.14 + random.next() * 0.16);
    const wide = width * 0.09;
    const colour = random.pick(["#22d3ee", "#a3e635", "#f472b6", "#fbbf24", "#818cf8"]);
    return `<rect x="${x}" y="${y - tall}" width="${wide}" height="${tall}" rx="14" fill="#fff" fill-opacity=".35" stroke="#e2e8f0" stroke-width="4"/>${box(x + 5, y - tall * 0.55, wide - 10, tall * 0.52, colour)}`;
  });
  const shelf = many(12, (index) =>
    box(
      width * (0.06 + index * 0.075),
      height * (0.2 + random.next() * 0.04),
      width * 0.05,
      height * 0.12,
      random.pick(["#64748b", "#0f766e", "#b45309", "#475569"]),
    ),
  );
  return `${sky("#dbe7ef", "#b9cbd8", width, height)}${shelf}${box(0, height * 0.34, width, 10, "#8a9aa8")}${box(0, height * 0.72, width, height * 0.28, "#5b4636")}${box(0, height * 0.72, width, 14, "#7a6250")}${glasses}`;
}
