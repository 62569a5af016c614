/** `npm run bench -- media`. */
import { defineScenario } from "../scenario.ts";
import { toMediaResult } from "./media-result.ts";
import { renderMedia } from "./render-media.ts";
import { runMedia } from "./run-media.ts";

export const mediaScenario = defineScenario({
  options: {
    size: { about: "megabytes of the file that is sent and fetched", fallback: 64 },
    rounds: { about: "alternating rounds at server and plain server", fallback: 5 },
    megapixels: { about: "of the picture that thumbnails are made of", fallback: 12 },
    pictures: { about: "such pictures, of ten thumbnails each", fallback: 8 },
    repeats: { about: "times that each thumbnail is fetched again", fallback: 20 },
  },
  async run(scope, { size, megapixels, ...options }, progress) {
    const sizes = { fileBytes: Math.round(size * 1e6), pixels: Math.round(megapixels * 1e6) };
    const result = toMediaResult(await runMedia(scope, { ...options, ...sizes }, progress));
    // A server that refused a file, or gave another one back, has ended the run with that.
    return { result, text: renderMedia(result), complaints: [] };
  },
});
