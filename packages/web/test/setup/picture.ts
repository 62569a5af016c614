/** A picture to send: PNG, drawn by a formula. */
import { PNG } from "pngjs";

/** A sky in the evening. */
export function makePicture(width: number, height: number): Buffer {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const colour = [255 - (y / height) * 120, 120 + (x / width) * 80, 60 + (y / height) * 150, 255];
      image.data.set(colour, (y * width + x) * 4);
    }
  return PNG.sync.write(image);
}
