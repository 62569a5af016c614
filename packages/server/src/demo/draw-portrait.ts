/** Draws a person as a few plain shapes: no font is needed, which a small container may not have. */
import sharp from "sharp";
import { createDemoRandom } from "./demo-random.ts";

export type Look = {
  skin: string;
  hair: string;
  style: "short" | "long" | "bob" | "bun" | "curly" | "shaved" | "scarf" | "turban";
  extra: "glasses" | "beard" | undefined;
};

const size = 480;
const cloths = ["#0f766e", "#b45309", "#1d4ed8", "#9d174d", "#4d7c0f", "#6d28d9", "#334155", "#be123c"];
const grounds: [string, string][] = [
  ["#fde68a", "#f59e0b"],
  ["#bae6fd", "#38bdf8"],
  ["#bbf7d0", "#34d399"],
  ["#fecdd3", "#fb7185"],
  ["#ddd6fe", "#a78bfa"],
  ["#fed7aa", "#fb923c"],
  ["#ccfbf1", "#2dd4bf"],
  ["#e2e8f0", "#94a3b8"],
];

/** @returns a square JPEG */
export function drawPortrait(seed: string, look: Look): Promise<Buffer> {
  const random = createDemoRandom(`portrait ${seed}`);
  const [light, dark] = random.pick(grounds);
  const cloth = random.pick(cloths);
  const { behind, before } = drawHair(look, cloth);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 120 120">
    <defs><linearGradient id="g" x1="0" y1="0" x2="${random.next() > 0.5 ? 1 : 0}" y2="1">
      <stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient></defs>
    <rect width="120" height="120" fill="url(#g)"/>
    ${behind}
    <path d="M16 124c0-26 18-36 44-36s44 10 44 36z" fill="${cloth}"/>
    <path d="M50 74h20v14c0 6-4 10-10 10s-10-4-10-10z" fill="${look.skin}"/>
    <path d="M50 80c6 5 14 5 20 0v5c-5 5-15 5-20 0z" fill="#000" opacity=".12"/>
    <ellipse cx="60" cy="56" rx="21" ry="25" fill="${look.skin}"/>
    ${before}
    ${drawFace(look)}
  </svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 86 }).toBuffer();
}

function drawFace({ extra, hair }: Look): string {
  const beard = `<path d="M40 60c1 20 10 25 20 25s19-5 20-25c-3 9-9 12-20 12s-17-3-20-12z" fill="${hair}"/>`;
  const glasses =
    '<g fill="#fff" fill-opacity=".25" stroke="#222" stroke-width="1.6"><circle cx="51" cy="56" r="6.5"/><circle cx="69" cy="56" r="6.5"/><path d="M57.500 56h5" fill="none"/></g>';
  return `${extra === "beard" ? beard : ""}
    <g fill="#2b1d16"><circle cx="51" cy="56" r="2.300"/><circle cx="69" cy="56" r="2.300"/></g>
    <path d="M52 69c4 4.500 12 4.500 16 0" fill="none" stroke="${extra === "beard" ? "#fff" : "#8a3b33"}" stroke-width="2.200" stroke-linecap="round"/>
    ${extra === "glasses" ? glasses : ""}`;
}

/** What of it lies behind the head, and what before it. */
function drawHair({ style, hair }: Look, cloth: string): { behind: string; before: string } {
  const cap = `<path d="M38 54c-2-22 10-30 22-30s24 8 22 30c-3-9-8-14-22-14s-19 5-22 14z" fill="${hair}"/>`;
  const shapes: Record<Look["style"], { behind: string; before: string }> = {
    short: { behind: "", before: cap },
    shaved: {
      behind: "",
      before: `<path d="M40 48c1-16 10-21 20-21s19 5 20 21c-4-8-10-11-20-11s-16 3-20 11z" fill="${hair}" opacity=".8"/>`,
    },
    long: { behind: `<path d="M34 96c-4-30-2-74 26-74s30 44 26 74z" fill="${hair}"/>`, before: cap },
    bob: { behind: `<path d="M35 76c-4-28 0-54 25-54s29 26 25 54z" fill="${hair}"/>`, before: cap },
    bun: { behind: `<circle cx="60" cy="22" r="11" fill="${hair}"/>`, before: cap },
    curly: {
      behind: [38, 47, 60, 73, 82]
        .map((x, index) => `<circle cx="${x}" cy="${[46, 32, 27, 32, 46][index]}" r="13" fill="${hair}"/>`)
        .join(""),
      before: `<path d="M40 48c2-14 10-18 20-18s18 4 20 18c-5-6-10-8-20-8s-15 2-20 8z" fill="${hair}"/>`,
    },
    scarf: {
      behind: `<path d="M30 100c-6-40-2-80 30-80s36 40 30 80z" fill="${cloth}"/>`,
      before: `<path d="M37 62c-5-26 8-38 23-38s28 12 23 38c-1-14-8-22-23-22s-22 8-23 22z" fill="${cloth}"/>`,
    },
    turban: {
      behind: "",
      before: `<path d="M36 48c-3-24 10-32 24-32s27 8 24 32c-6-8-14-10-24-10s-18 2-24 10z" fill="${cloth}"/><path d="M40 42c8-10 26-14 38-10M46 34c8-8 20-10 28-8" fill="none" stroke="#fff" stroke-opacity=".35" stroke-width="2"/>`,
    },
  };
  return shapes[style];
}
