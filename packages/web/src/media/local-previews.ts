/** Pictures and films that were sent from here: they stay on the screen until the server's are there. */
import { useEffect, useState } from "react";

export type LocalPreview = { url: string; width: number | undefined; height: number | undefined };

/** By the message's key, the last used last. */
const previews = new Map<string, LocalPreview>();
const most = 16;

export function findLocalPreview(key: string | undefined): LocalPreview | undefined {
  return key === undefined ? undefined : previews.get(key);
}

/** A preview of a file that is on its way, with its size as soon as it has been measured. */
export function useLocalPreview(key: string, blob: Blob | undefined): LocalPreview | undefined {
  const [preview, setPreview] = useState(() => findLocalPreview(key));
  useEffect(() => {
    if (!blob) return undefined;
    let isOver = false;
    const first = findLocalPreview(key) ?? { url: URL.createObjectURL(blob), width: undefined, height: undefined };
    keep(key, first);
    setPreview(first);
    void measure(first.url, blob.type).then((size) => {
      if (!size) return;
      keep(key, { ...first, ...size });
      if (!isOver) setPreview({ ...first, ...size });
    });
    return () => {
      isOver = true;
    };
  }, [key, blob]);
  return preview;
}

function keep(key: string, preview: LocalPreview): void {
  previews.delete(key);
  previews.set(key, preview);
  const [oldest] = previews;
  if (previews.size <= most || !oldest) return;
  previews.delete(oldest[0]);
  URL.revokeObjectURL(oldest[1].url);
}

type Size = { width: number; height: number };

function measure(url: string, type: string): Promise<Size | undefined> {
  return type.startsWith("video/") ? measureFilm(url) : measurePicture(url);
}

async function measurePicture(url: string): Promise<Size | undefined> {
  const picture = new Image();
  picture.src = url;
  try {
    await picture.decode();
    return { width: picture.naturalWidth, height: picture.naturalHeight };
  } catch {
    // What this browser does not show may still be sent.
    return undefined;
  }
}

function measureFilm(url: string): Promise<Size | undefined> {
  return new Promise((resolve) => {
    const film = document.createElement("video");
    film.preload = "metadata";
    film.onloadedmetadata = () => resolve({ width: film.videoWidth, height: film.videoHeight });
    film.onerror = () => resolve(undefined);
    film.src = url;
  });
}
