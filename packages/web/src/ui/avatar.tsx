/** A person's or room's picture, or letters on a colour of their own. */
import { type ReactNode, useState } from "react";
import { usePicture } from "../media/use-picture.ts";
import { classNames } from "./class-names.ts";

type AvatarProps = {
  /** Decides the colour. */
  id: string;
  name: string;
  url: string | null | undefined;
  /** Pixels across. */
  size?: number;
  isOnline?: boolean;
  className?: string;
};

// White on each of these holds 4.5:1.
const colours = ["#0f6b5c", "#8a4b08", "#7b2d8e", "#1d5fa8", "#a3324b", "#4a6410", "#5a4fcf", "#86521f"];

/** Beside a name that is written out, it says nothing to screen readers. */
export function Avatar({ id, name, url, size = 48, isOnline = false, className }: AvatarProps): ReactNode {
  const picture = usePicture(url ?? undefined, { width: size, height: size, fit: "cover" });
  const [broken, setBroken] = useState<string>();
  const style = { width: size, height: size, fontSize: size * 0.38, backgroundColor: colourOf(id) };
  return (
    <span aria-hidden className={classNames("relative inline-block shrink-0", className)}>
      {picture && picture !== broken ? (
        <img
          src={picture}
          alt=""
          style={{ width: size, height: size }}
          className="rounded-full object-cover"
          draggable={false}
          onError={() => setBroken(picture)}
        />
      ) : (
        // As content of a style: what a button that holds it is called is not made of these letters.
        <span
          data-avatar={initialsOf(name)}
          style={style}
          className="flex items-center justify-center rounded-full font-semibold text-white select-none before:content-[attr(data-avatar)]"
        />
      )}
      {isOnline && (
        <span className="absolute end-0 bottom-0 size-3 rounded-full border-2 border-surface bg-[#1fa971]" />
      )}
    </span>
  );
}

/** A colour for a name as text: dark on light, light on dark. */
export function nameColourOf(id: string): string {
  const colour = colourOf(id);
  return `light-dark(${colour}, color-mix(in oklab, ${colour} 45%, white))`;
}

/** A colour that is always the same for an id. */
function colourOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return colours[sum % colours.length] ?? "#0f6b5c";
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toLocaleUpperCase() || "?";
}
