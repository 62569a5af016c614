/** Draws each picture of the demo once, however many people send it. */
import { drawScene, type SceneKind } from "./draw-scene.ts";
import type { DemoFile } from "./upload-file.ts";

/** How many there are of a kind. */
const variants = 6;

/** A picture of a kind, by any whole number. */
export type SceneBook = (kind: SceneKind, number: number) => Promise<DemoFile>;

export function createSceneBook(): SceneBook {
  const drawn = new Map<string, Promise<DemoFile>>();
  return (kind, number) => {
    const key = `${kind} ${number % variants}`;
    const scene = drawn.get(key) ?? drawScene(kind, key);
    drawn.set(key, scene);
    return scene;
  };
}
